import type { MediaSource } from './provider.ts';
import { PROVIDERS } from './providers.ts';

/**
 * What a `src` means: any known vendor's address, `vendor:ID`, or the address of a file.
 *
 * Pure and total: no network, never throws. Refused are other schemes (`javascript:`, `data:`), look-alike hosts, ids of
 * the wrong length or alphabet, credentials, and more than 2048 characters.
 *
 * @returns null if no provider recognises it.
 * @example parseSource('https://youtu.be/aqz-KE-bpKQ?t=90') // { provider: 'youtube', id: 'aqz-KE-bpKQ', startTime: 90, … }
 */
export function parseSource(src: string): MediaSource | null {
  for (const provider of PROVIDERS) {
    const source = provider.parse(src);
    if (source) return source;
  }
  return null;
}
