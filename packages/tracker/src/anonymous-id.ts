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
  if (!isPrivate(page)) return knownAnonymousId(page) ?? attempt(() => makeAnonymousId(page)) ?? null;
  forgetAnonymousId(page);
  return null;
}

/** The one that is there; `null` where there is none or the viewer does not want to be recognised. Stores nothing. */
export function knownAnonymousId(page: AnonymousIdPage = globalThis): string | null {
  const known = (isPrivate(page) ? null : attempt(() => page.localStorage.getItem(KEY))) ?? '';
  return /^[\da-f-]{36}$/.test(known) ? known : null;
}

/** A blocked storage throws at its mere mention. */
function makeAnonymousId({ localStorage }: AnonymousIdPage): string {
  const id = createUuid();
  localStorage.setItem(KEY, id);
  return id;
}

function isPrivate({ navigator }: AnonymousIdPage): boolean {
  return navigator.globalPrivacyControl === true || navigator.doNotTrack === '1';
}

/** The viewer takes his consent back: this browser is somebody else from here on. */
export function forgetAnonymousId(page: AnonymousIdPage = globalThis): void {
  attempt(() => page.localStorage.removeItem(KEY));
}
