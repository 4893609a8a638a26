import type { MediaProvider } from '../provider.ts';
import { parseHlsSource } from './source.ts';

/** HLS playlists from anywhere. Recognised; played from a later version on. */
export const hls: MediaProvider = {
  name: 'hls',
  evidence: 'measured',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'yes',
    rates: null,
    volume: 'yes',
    captions: 'yes',
    quality: 'yes',
    pip: 'yes',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: [],
  parse: parseHlsSource,
};
