import type { MediaSource } from './provider.ts';

/** What every grammar shares: reading an address safely, reading times, writing the canonical form. No DOM, no page. */

/** Longer addresses are refused: nothing a vendor or a signed storage URL gives comes near it. */
const MAX_SOURCE_LENGTH = 2048;

/** Stands in for the page's own origin, which a pure function cannot know. Never resolves (RFC 2606). */
const PAGE = 'https://page.invalid';
const SCHEME = /^[a-z][a-z\d+.-]*:/i;
/** The URL parser drops tabs and line breaks and turns backslashes round; a relative address is kept as it is written. */
const UNSAFE_RELATIVE = /[\p{Cc}\\]/u;
const DURATION = /^(?=.)(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8}(?:\.\d{1,9})?)s?)?$/;
const CLOCK = /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,9})?)$/;

/** Playback's bounds in seconds; absent = the video's own. */
export interface SourceTimes {
  readonly startTime?: number;
  readonly endTime?: number;
}

/**
 * Reads an address of any scheme: the caller decides which schemes and hosts are its own.
 *
 * @returns null for what is no address, is longer than {@link MAX_SOURCE_LENGTH}, or carries credentials (a password in
 *   a page's source is a leak, and `https://youtube.com@evil.tld` is a disguise).
 */
export function readUrl(src: string): URL | null {
  const text = src.trim();
  if (text === '' || text.length > MAX_SOURCE_LENGTH) return null;
  try {
    const url = new URL(text, PAGE);
    return url.username || url.password ? null : url;
  } catch {
    return null;
  }
}

/**
 * The path of a vendor's page as its segments.
 *
 * @returns null unless it is http or https on exactly one of these hosts and the scheme's own port.
 */
export function readVendorPath(url: URL, host: RegExp): readonly string[] | null {
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && host.test(url.host) ? url.pathname.split('/').filter(Boolean) : null;
}

/**
 * The address of a file: http, https or relative to the page, without its fragment.
 *
 * `data:` is refused like every other scheme: no real video fits it, and it would carry content past a page's CSP.
 *
 * @param extension matched against the path, so that signed addresses may carry a query.
 */
export function readFileUrl(src: string, extension: RegExp): string | null {
  const url = readUrl(src);
  if (!url || !/^https?:$/.test(url.protocol) || !extension.test(url.pathname)) return null;
  if (url.origin !== PAGE) return withoutFragment(url.href);
  const text = src.trim();
  if (SCHEME.test(text) || UNSAFE_RELATIVE.test(text)) return null;
  return text.startsWith('/') ? url.pathname + url.search : withoutFragment(text).replaceAll(' ', '%20');
}

/**
 * When to begin and end: a media fragment (`#t=10,60`, `#t=npt:0:10`), else the vendor's query parameters.
 *
 * @param start names of the vendor's query parameters, the first present one counts.
 * @see https://www.w3.org/TR/media-frags/#naming-time
 */
export function readTimes(url: URL, start: readonly string[] = [], end = ''): SourceTimes {
  const fragment = new URLSearchParams(url.hash.slice(1)).getAll('t').at(-1)?.replace(/^npt:/, '').split(',');
  if (fragment && fragment.length <= 2) {
    const [from = '', to = ''] = fragment;
    const times = between(from === '' ? 0 : readSeconds(from), to === '' ? undefined : readSeconds(to));
    if (times) return times;
  }
  const query = start.map((name) => url.searchParams.get(name)).find((value) => value !== null);
  return between(readSeconds(query ?? '') ?? 0, readSeconds(url.searchParams.get(end) ?? '') ?? undefined) ?? {};
}

/**
 * Seconds from `90`, `90.5`, `90s`, `1m30s`, `1h2m3s`, `1:30`, `1:02:03.5`; rounded to ms.
 *
 * @returns null for anything else.
 */
function readSeconds(text: string): number | null {
  const match = DURATION.exec(text) ?? CLOCK.exec(text);
  if (!match) return null;
  const [, hours = 0, minutes = 0, seconds = 0] = match;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000) / 1000;
}

/**
 * The one way a source is made: its `url` carries the times, so that parsing it gives the same source.
 *
 * @param page the canonical address without fragment.
 * @returns null if the canonical form is too long to be parsed again.
 */
export function createSource(
  source: Pick<MediaSource, 'provider' | 'id' | 'token'>,
  page: string,
  times: SourceTimes,
): MediaSource | null {
  const url = page + formatFragment(times);
  return url.length > MAX_SOURCE_LENGTH ? null : Object.freeze({ ...source, url, ...times });
}

/** `#t=10`, `#t=10,60`, `#t=,60` or nothing. A media element understands it by itself. */
export function formatFragment({ startTime, endTime }: SourceTimes): string {
  if (startTime === undefined && endTime === undefined) return '';
  return `#t=${startTime ?? ''}${endTime === undefined ? '' : `,${endTime}`}`;
}

/** A start of 0 says nothing; an end not after the start makes the whole statement invalid. */
function between(start: number | null, end: number | null | undefined): SourceTimes | null {
  if (start === null || end === null || (end !== undefined && end <= start)) return null;
  return { ...(start > 0 && { startTime: start }), ...(end !== undefined && { endTime: end }) };
}

function withoutFragment(address: string): string {
  const hash = address.indexOf('#');
  return hash < 0 ? address : address.slice(0, hash);
}
