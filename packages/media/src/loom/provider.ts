import type { MediaProvider } from '../provider.ts';
import { parseLoomSource } from './source.ts';

/** Loom's embed. Recognised; played from a later version on. */
export const loom: MediaProvider = {
  name: 'loom',
  evidence: 'reported',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'no',
    rates: Object.freeze([1]),
    volume: 'yes',
    captions: 'no',
    quality: 'no',
    pip: 'no',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  parse: parseLoomSource,
};
