import type { MediaProvider } from '../provider.ts';
import { parseMuxSource } from './source.ts';

/** Mux' own player over its HLS streams; plain HLS where that player cannot run. */
export const mux: MediaProvider = {
  name: 'mux',
  evidence: 'measured',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'yes',
    rates: null,
    volume: 'yes',
    captions: 'yes',
    // By the viewer, in Mux' own menu.
    quality: 'no',
    pip: 'yes',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: ['https://stream.mux.com', 'https://image.mux.com'],
  parse: parseMuxSource,
  load: async () => (await import('./load-mux.ts')).loadMux(),
};
