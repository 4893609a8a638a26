import type { MediaProvider } from '../provider.ts';
import { parseWistiaSource } from './source.ts';

/** Wistia's embed. Recognised; played from a later version on. */
export const wistia: MediaProvider = {
  name: 'wistia',
  evidence: 'measured',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'yes',
    rates: null,
    volume: 'yes',
    captions: 'list',
    quality: 'list',
    pip: 'no',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: [],
  parse: parseWistiaSource,
};
