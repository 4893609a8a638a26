import { attempt } from './attempt.ts';
import { createUuid } from './random-ids.ts';

const KEY = 'chronos-anonymous-id';

/** The part of the global object it needs. */
export interface AnonymousIdPage {
  readonly localStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly navigator: { readonly globalPrivacyControl?: boolean; readonly doNotTrack?: string | null };
}

/**
 * The uuid by which this browser recognises a viewer who is not signed in, one per page origin; made on the first call.
 * `null` (only this session is counted) under Global Privacy Control or Do Not Track, which also forgets an older id,
 * and where storage is blocked. Call it only with the viewer's consent.
 */
export function readAnonymousId(page: AnonymousIdPage = globalThis): string | null {
  try {
    // A blocked storage throws at its mere mention.
    const { localStorage, navigator } = page;
    if (navigator.globalPrivacyControl || navigator.doNotTrack === '1') {
      forgetAnonymousId(page);
      return null;
    }
    const known = localStorage.getItem(KEY);
    if (known && /^[\da-f-]{36}$/.test(known)) return known;
    const id = createUuid();
    localStorage.setItem(KEY, id);
    return id;
  } catch {
    return null;
  }
}

/** The viewer takes his consent back: this browser is somebody else from here on. */
export function forgetAnonymousId(page: AnonymousIdPage = globalThis): void {
  attempt(() => page.localStorage.removeItem(KEY));
}
