import { NO_COUNTS, type Counters } from '../../src/counters.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { MediaTracking } from '../../src/track-media.ts';
import { union, type Range } from '../../src/watched-ranges.ts';
import { createRecorder, VIDEO_ID } from '../tracked-media.ts';
import { hearPlayer, type HeardMedia } from './heard-media.ts';
import type { Said } from './meter-viewing.ts';
import type { SimulatedPlayer } from './simulated-player.ts';
import type { SourceKind } from './viewing.ts';

const EVIDENCE = { native: 'measured', polled: 'polled', reported: 'reported' } as const satisfies Record<
  SourceKind,
  string
>;

/** A simulated player, tracked. */
export interface TrackedPlayer {
  readonly tracking: MediaTracking;
  /** What its sessions told in the end, added up, and how many they were. */
  readonly said: Said & { readonly sessions: number };
}

/**
 * Tracks a simulated player with `trackMedia` itself: from the media's events to what would be sent. `media`: how the page
 * sees the player, as a media element unless said.
 */
export function trackPlayer(player: SimulatedPlayer, media: HeardMedia = hearPlayer(player)): TrackedPlayer {
  const { delivery, posted, kept, joined } = createRecorder();
  let beat: (() => void) | null = null;
  const every = (_: number, callback: () => void): (() => void) => {
    beat = callback;
    return () => (beat = null);
  };
  const tracking = new MediaTracking(media, {
    videoId: VIDEO_ID,
    supabaseUrl: 'https://x.example',
    supabaseKey: 'sb_publishable_x',
    evidence: EVIDENCE[player.facts.kind],
    clock: { ...player.clock, every },
    delivery,
  });
  let wasHidden = false;
  player.look = (event) => {
    const { isHidden } = player.playhead;
    if (event) media.say(event);
    else if (isHidden === wasHidden) beat?.();
    else if (isHidden) joined.at(-1)?.onLeave?.(false);
    else joined.at(-1)?.onReturn?.();
    wasHidden = isHidden;
    return beat !== null;
  };
  return {
    tracking,
    get said() {
      const last = new Map<string, Snapshot>();
      for (const snapshot of [...posted, ...kept].toSorted((a, b) => a.seq - b.seq)) {
        last.set(snapshot.sessionId, snapshot);
      }
      return addUp([...last.values()]);
    },
  };
}

function addUp(snapshots: readonly Snapshot[]): TrackedPlayer['said'] {
  const counters: Record<string, number> = { ...NO_COUNTS };
  let watched: readonly Range[] = [];
  let [watchMs, contentMs] = [0, 0];
  for (const snapshot of snapshots) {
    for (const [name, amount] of Object.entries(snapshot.counters)) counters[name] = (counters[name] ?? 0) + amount;
    watched = union(watched, snapshot.watched);
    watchMs += snapshot.watchTimeMs;
    contentMs += snapshot.contentMs;
  }
  const coverage = { watched, rewatched: [] };
  return {
    sessions: snapshots.length,
    watchMs,
    contentMs,
    coverage,
    counters: counters as unknown as Counters,
    milestones: [],
    isCompleted: false,
  };
}
