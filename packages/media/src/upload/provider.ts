import type { MediaProvider } from '../provider.ts';
import { parseUploadSource } from './source.ts';

/** Video files: whatever the browser's own `<video>` plays. */
export const upload: MediaProvider = {
  name: 'upload',
  evidence: 'measured',
  capabilities: Object.freeze({
    seek: 'yes',
    rate: 'yes',
    rates: null,
    volume: 'yes',
    captions: 'yes',
    quality: 'no',
    pip: 'yes',
    fullscreen: 'yes',
    position: 'yes',
    ended: 'yes',
  }),
  origins: [],
  parse: parseUploadSource,
  load: async () => (await import('./media.ts')).mountUploadMedia,
};
