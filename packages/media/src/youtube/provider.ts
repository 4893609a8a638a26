import type { MediaProvider } from '../provider.ts';
import { parseYouTubeSource } from './source.ts';

/** YouTube's iframe player. Its own controls and captions; the position is asked for. */
export const youtube: MediaProvider = {
  name: 'youtube',
  evidence: 'polled',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'list',
    rates: Object.freeze([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]),
    volume: 'yes',
    captions: 'list',
    quality: 'no',
    pip: 'no',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: ['https://www.youtube-nocookie.com', 'https://www.youtube.com'],
  parse: parseYouTubeSource,
  load: async () => (await import('./media.ts')).mountYouTubeMedia,
};
