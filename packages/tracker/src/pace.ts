/** Among so many readings, however stale, one is fresh. */
const LOOKS = 64;
/** The playhead drifts if it falls behind the clock by less than a frame between two such stretches, */
const FRAME_MS = 25;
/** or by less than this share of the time. More is a playhead that stood. */
const DRIFT = 0.002;
/** A pace is believed once it was compared for longer than so many times what readings may be stale. */
const DOUBT = 200;

/**
 * How the playhead's time compares with the clock's: the clocks of sound cards are not those of computers. How far it is
 * ahead is told by the freshest of many readings; how that changes from one such stretch to the next is drift.
 */
export interface Pace {
  /** For how long it was compared in all the session, and what the playhead lost in that time, too slowly for anything to have happened. */
  readonly comparedMs: number;
  readonly lostMs: number;
  /** Readings of the stretch that goes on, and the furthest ahead of them. */
  readonly looks: number;
  readonly leadMs: number;
  /** Of the stretch before, and when it ended. NaN: there was none. */
  readonly lastMs: number;
  readonly lastAtMs: number;
}

/** Nothing is known yet: the pace is the clock's. */
export function beginPace(staleMs: number): Pace {
  return { comparedMs: DOUBT * staleMs, lostMs: 0, looks: 0, leadMs: -Infinity, lastMs: Number.NaN, lastAtMs: 0 };
}

/** What is known, without the stretches before a break. */
export function breakPace(pace: Pace): Pace {
  return { ...pace, looks: 0, leadMs: -Infinity, lastMs: Number.NaN };
}

/** Takes a reading into account by how far it is ahead of the clock. */
export function comparePace(pace: Pace, aheadMs: number, atMs: number): Pace {
  const leadMs = Math.max(pace.leadMs, aheadMs);
  const looks = pace.looks + 1;
  if (looks < LOOKS) return { ...pace, looks, leadMs };
  const elapsedMs = atMs - pace.lastAtMs;
  const lostMs = pace.lastMs - leadMs;
  const isDrift = Math.abs(lostMs) <= FRAME_MS + DRIFT * elapsedMs;
  return {
    comparedMs: pace.comparedMs + (isDrift ? elapsedMs : 0),
    lostMs: pace.lostMs + (isDrift ? lostMs : 0),
    looks: 0,
    leadMs: -Infinity,
    lastMs: leadMs,
    lastAtMs: atMs,
  };
}

/** By how much more time passes than the playhead says. */
export function slownessOf({ comparedMs, lostMs }: Pace): number {
  return lostMs / (comparedMs || 1);
}
