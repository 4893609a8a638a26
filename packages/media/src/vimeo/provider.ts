import type { MediaProvider } from '../provider.ts';
import { parseVimeoSource } from './source.ts';

/** Vimeo's embed. Recognised; played from a later version on. */
export const vimeo: MediaProvider = {
  name: 'vimeo',
  evidence: 'polled',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'list',
    rates: Object.freeze([0.5, 0.75, 1, 1.25, 1.5, 2]),
    volume: 'yes',
    captions: 'list',
    quality: 'list',
    pip: 'yes',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: [],
  parse: parseVimeoSource,
};
