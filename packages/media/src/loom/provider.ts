import type { MediaProvider } from '../provider.ts';
import { parseLoomSource } from './source.ts';

/** Loom's embed, which tells what it does where it speaks player.js, and nothing at all where it does not. */
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
  origins: ['https://www.loom.com'],
  parse: parseLoomSource,
  load: async () => (await import('./media.ts')).mountLoomMedia,
};
