/** A live playlist lists so many segments. */
const WINDOW = 4;

/**
 * The playlist of a recording as that of a live stream which plays it over and over: a window that moves on with the
 * clock, without an end.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8216#section-6.2.2
 */
export function livePlaylist(recorded: string, nowMs: number): string {
  const segments = recorded.match(/^#EXTINF:.*\n#EXT-X-BYTERANGE:.*\n.*$/gm) ?? [];
  const seconds = Number(/#EXTINF:([\d.]+)/.exec(segments[0] ?? '')?.[1]);
  const head = recorded.slice(0, recorded.indexOf('#EXTINF')).replace(/^#EXT-X-PLAYLIST-TYPE:.*\n/m, '');
  const first = Math.floor(nowMs / 1000 / seconds) - WINDOW;
  const rounds = Math.floor(first / segments.length);
  const listed = Array.from({ length: WINDOW }, (_, index) => {
    const place = (first + index) % segments.length;
    return `${place === 0 && index > 0 ? '#EXT-X-DISCONTINUITY\n' : ''}${segments[place]}`;
  });
  return `${head
    .replace(/^#EXT-X-MEDIA-SEQUENCE:.*$/m, `#EXT-X-MEDIA-SEQUENCE:${first}\n#EXT-X-DISCONTINUITY-SEQUENCE:${rounds}`)
    .trimEnd()}\n${listed.join('\n')}\n`;
}
