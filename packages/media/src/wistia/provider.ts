import type { MediaProvider } from '../provider.ts';
import { parseWistiaSource } from './source.ts';

/** Wistia's player in the page itself, so that its `<video>` can be asked. */
export const wistia: MediaProvider = {
  name: 'wistia',
  evidence: 'measured',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'yes',
    rates: null,
    volume: 'yes',
    // By the viewer, in Wistia's own menus.
    captions: 'list',
    quality: 'no',
    pip: 'no',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: ['https://fast.wistia.com'],
  parse: parseWistiaSource,
  load: async () => (await import('./load-wistia.ts')).loadWistia(),
};
