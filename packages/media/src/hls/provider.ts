import type { MediaProvider } from '../provider.ts';
import { parseHlsSource } from './source.ts';

/** HLS playlists from anywhere: by the browser's own HLS, or by hls.js. */
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
  load: async () => (await import('./media.ts')).mountHlsMedia,
};
