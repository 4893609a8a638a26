import type { MediaProvider } from '../provider.ts';
import { parseVimeoSource } from './source.ts';

/** Vimeo's iframe player. Its own controls and captions; it tells the position four times a second. */
export const vimeo: MediaProvider = {
  name: 'vimeo',
  evidence: 'polled',
  capabilities: Object.freeze({
    seek: 'yes',
    // Where the owner allows it.
    rate: 'list',
    rates: Object.freeze([0.5, 0.75, 1, 1.25, 1.5, 2]),
    volume: 'yes',
    // By the viewer, in Vimeo's own menus.
    captions: 'list',
    quality: 'no',
    pip: 'no',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: ['https://player.vimeo.com'],
  parse: parseVimeoSource,
  load: async () => (await import('./load-vimeo.ts')).loadVimeo(),
};
