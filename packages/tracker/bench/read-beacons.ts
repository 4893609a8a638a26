import type { Beacon } from './bench-server.ts';

/** What a meter reported at last, seconds; null: it says nothing of that. */
export interface Reported {
  readonly watched: number | null;
  readonly covered: number | null;
}

type Fields = Record<string, unknown>;

/** Ours: `p_watch_time_ms` and the length of `p_watched` in the last message. */
export function readChronos(beacons: readonly Beacon[]): Reported {
  const last = beacons.findLast(({ path }) => path.startsWith('/rest/v1/rpc/'));
  const { p_watch_time_ms: watched, p_watched: ranges = '' } = last ? (JSON.parse(last.body) as Fields) : {};
  const covered = [...String(ranges).matchAll(/\[(\d+),(\d+)\)/g)].reduce(
    (sum, [, start, end]) => sum + Number(end) - Number(start),
    0,
  );
  return { watched: Number(watched) / 1000, covered: covered / 1000 };
}

/**
 * mux-embed, milliseconds, in the last event that carries it: `view_content_playback_time` (`xctpbti` in its beacons), which adds
 * up how far the playhead moved, or `view_watch_time` (`xwati`), how long it was meant to play. It reports no coverage.
 */
export function readMux(bodies: readonly string[], field: 'xctpbti' | 'xwati'): Reported {
  const values = bodies.flatMap((body) => {
    const { events = [] } = JSON.parse(body) as { readonly events?: readonly Fields[] };
    return events.map((event) => event[field]).filter((value) => typeof value === 'number');
  });
  const last = values.at(-1);
  return { watched: last === undefined ? null : last / 1000, covered: null };
}

const SESSION = 'iglu:com.snowplowanalytics.snowplow.media/session/jsonschema/';

/** Snowplow: `timePlayed` and `contentWatched` of the media session entity in the last event, seconds. */
export function readSnowplow(beacons: readonly Beacon[]): Reported {
  const sessions = beacons
    .filter(({ path }) => path.startsWith('/com.snowplowanalytics.snowplow/'))
    .flatMap(({ body }) => (JSON.parse(body) as { readonly data: readonly { readonly co?: string }[] }).data)
    .flatMap(({ co = '{"data":[]}' }) => (JSON.parse(co) as { data: { schema: string; data: Fields }[] }).data)
    .filter(({ schema }) => schema.startsWith(SESSION));
  const { timePlayed, contentWatched } = sessions.at(-1)?.data ?? {};
  return { watched: toNumber(timePlayed), covered: toNumber(contentWatched) };
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
