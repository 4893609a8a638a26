import type { MountMedia } from '../provider.ts';
import { isMarkupForbidden } from '../trusted-types.ts';

/** Mux' own player, or plain HLS where that cannot run. Decided when it is needed: the registry is in every page. */
export async function loadMux(): Promise<MountMedia> {
  return isMarkupForbidden()
    ? (await import('./over-hls.ts')).mountMuxOverHls
    : (await import('./media.ts')).mountMuxMedia;
}
