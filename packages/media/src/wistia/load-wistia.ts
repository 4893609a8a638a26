import type { MountMedia } from '../provider.ts';
import { isMarkupForbidden } from '../trusted-types.ts';

/** Wistia's own player, or the word that it cannot run. Decided when it is needed: the registry is in every page. */
export async function loadWistia(): Promise<MountMedia> {
  return isMarkupForbidden()
    ? (await import('./forbidden.ts')).mountForbiddenWistia
    : (await import('./media.ts')).mountWistiaMedia;
}
