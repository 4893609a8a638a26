import { createFakeClock, createFakeMedia, type FakeClock, type FakeMedia } from '@chronos-player/media/testing';
import { beginSession, observe, totals, type Session } from '../src/meter.ts';
import { percentComplete } from '../src/milestones.ts';
import { readSample, SAMPLED_EVENTS } from '../src/read-sample.ts';
import { lengthOf, type Range } from '../src/watched-ranges.ts';

/** What a meter says, in seconds, ranges rounded to tenths. */
export interface MeterReading {
  readonly watch: number;
  readonly content: number;
  readonly covered: number;
  readonly watched: readonly (readonly number[])[];
  readonly percent: number | null;
  readonly milestones: readonly number[];
  readonly completed: boolean;
}

/** How a metered media begins; events and 100 s unless said. */
export interface MeterOptions {
  readonly duration?: number;
  readonly polled?: boolean;
}

/** A fake media on a clock cranked by hand, and a meter that sees every event it says. */
export interface MeteredMedia {
  readonly media: FakeMedia;
  readonly clock: FakeClock;
  readonly session: Session;
  readonly result: MeterReading;
  /** Plays; with `to`, until the playhead stands there (seconds). */
  play(to?: number): void;
  hide(isHidden: boolean): void;
}

export function meterMedia({ duration = 100, polled = false }: MeterOptions = {}): MeteredMedia {
  const clock = createFakeClock();
  const media = createFakeMedia({ clock, durationSeconds: duration, polled });
  let isHidden = false;
  let session = beginSession({ staleMs: polled ? 250 : 0, completionThreshold: 90, atMs: clock.now() });
  const look = (event?: string): void => {
    session = observe(session, readSample(media, { atMs: clock.now(), isHidden, ...(event && { event }) }));
  };
  for (const event of SAMPLED_EVENTS) media.addEventListener(event, () => look(event));
  look();
  return {
    media,
    clock,
    play: (to) => {
      void media.play();
      if (to !== undefined) clock.advance(((to - media.position) / media.playbackRate) * 1000);
    },
    hide: (hidden) => {
      isHidden = hidden;
      look();
    },
    get session() {
      return session;
    },
    get result() {
      return read(session);
    },
  };
}

function read(session: Session): MeterReading {
  const { watchTimeMs, contentMs, coverage } = totals(session);
  const coveredMs = lengthOf(coverage.watched);
  const inTenths = ([start, end]: Range): number[] => [Math.round(start / 100) / 10, Math.round(end / 100) / 10];
  return {
    watch: watchTimeMs / 1000,
    content: contentMs / 1000,
    covered: coveredMs / 1000,
    watched: coverage.watched.map(inTenths),
    percent: percentComplete(coveredMs, session.last?.durationMs ?? null),
    milestones: session.milestones,
    completed: session.isCompleted,
  };
}
