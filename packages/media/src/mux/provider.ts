import type { MediaProvider } from '../provider.ts';
import { parseMuxSource } from './source.ts';

/** Mux' own player over its HLS streams. Recognised; played from a later version on. */
export const mux: MediaProvider = {
  name: 'mux',
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
  parse: parseMuxSource,
};
