import type { MediaProvider, Refinement } from '../provider.ts';
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
  parse: parseLoomSource,
  load: async () => (await import('./media.ts')).mountLoomMedia,
};

/** What is left when the embed stays silent: that somebody presumably watched. */
export const ESTIMATED: Refinement = {
  evidence: 'estimated',
  capabilities: Object.freeze({
    ...loom.capabilities,
    seek: 'no',
    volume: 'no',
    position: 'no',
    ended: 'no',
  }),
};
