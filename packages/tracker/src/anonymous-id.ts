const KEY = 'chronos-anonymous-id';

/** Where the id is kept and what the viewer's browser asks of us. Defaults: this page's own. */
export interface AnonymousIdSource {
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly navigator?: { readonly globalPrivacyControl?: boolean; readonly doNotTrack?: string | null };
}

/**
 * The uuid by which this browser recognises a viewer who is not signed in, one per page origin; made on the first call.
 * `null` (only this session is counted) under Global Privacy Control or Do Not Track, which also forgets an older id,
 * and where storage is blocked. Call it only with the viewer's consent.
 */
export function readAnonymousId(source: AnonymousIdSource = {}): string | null {
  try {
    const storage = source.storage ?? localStorage;
    const asked: NonNullable<AnonymousIdSource['navigator']> = source.navigator ?? navigator;
    if (asked.globalPrivacyControl || asked.doNotTrack === '1') {
      storage.removeItem(KEY);
      return null;
    }
    const known = storage.getItem(KEY);
    if (known && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(known)) return known;
    const id = createUuid();
    storage.setItem(KEY, id);
    return id;
  } catch {
    return null;
  }
}

/** A version 4 uuid. Not `crypto.randomUUID`, which is missing on pages served over plain http. */
export function createUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
  return [...bytes]
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
