import { NO_COUNTS } from '../src/counters.ts';
import type { CloseReason, Snapshot } from '../src/snapshot.ts';

/** A plausible snapshot; `seq` and whatever else matters to the test are given. */
export function snapshotOf(
  sessionId: string,
  seq: number,
  { closeReason, ...given }: Partial<Snapshot> & { closeReason?: CloseReason } = {},
): Snapshot {
  return {
    sessionId,
    writeKey: '0'.repeat(32),
    videoId: '00000000-0000-4000-8000-0000000000ff',
    seq,
    ageMs: seq * 1000,
    watchTimeMs: seq * 1000,
    contentMs: seq * 1000,
    watched: [[0, seq * 1000]],
    rewatched: [],
    positionMs: seq * 1000,
    durationMs: 100_000,
    counters: NO_COUNTS,
    context: {
      device_type: 'desktop',
      referrer_type: 'direct_link',
      player_version: '0.0.0',
      evidence: 'measured',
      ...(closeReason && { close_reason: closeReason }),
    },
    ...given,
  };
}

/** `count` separate ranges of 1 s, 2 s apart. */
export function manyRanges(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, index) => [index * 3000, index * 3000 + 1000 + (index % 7)] as const);
}

/** An unsigned JWT of somebody. */
export function tokenOf(sub: string): string {
  return `e30.${btoa(JSON.stringify({ sub })).replaceAll('=', '')}.x`;
}
