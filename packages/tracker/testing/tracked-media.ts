import type { Media } from '@chronos-player/media';
import { createFakeClock, createFakeMedia, type FakeClock, type FakeMedia } from '@chronos-player/media/testing';
import type { Delivery, DeliverySession } from '../src/delivery.ts';
import type { Answer, Snapshot } from '../src/snapshot.ts';
import { MediaTracking } from '../src/track-media.ts';
import type { TrackingClock, TrackOptions } from '../src/track-options.ts';

export const VIDEO_ID = '00000000-0000-4000-8000-000000000001';

/** What a delivery was given, in order. */
export interface Recorded {
  readonly posted: Snapshot[];
  readonly kept: Snapshot[];
  readonly joined: DeliverySession[];
  /** For each `forget`, the session whose player it was. */
  readonly forgotten: (string | undefined)[];
}

/** A tracked fake media, its clock, and what was told. */
export interface Tracked extends Recorded {
  readonly clock: FakeClock;
  readonly media: FakeMedia;
  readonly tracking: MediaTracking;
}

/** A delivery that only remembers. */
export function createRecorder(): Recorded & { readonly delivery: Delivery } {
  const posted: Snapshot[] = [];
  const kept: Snapshot[] = [];
  const joined: DeliverySession[] = [];
  const forgotten: (string | undefined)[] = [];
  const delivery: Delivery = {
    join: (session) => void joined.push(session),
    keep: (snapshot) => void kept.push(snapshot),
    post: (snapshot) => void posted.push(snapshot),
    leave: () => {},
    flush: () => Promise.resolve(),
    close: () => {},
    forget: (sessionId) => void forgotten.push(sessionId),
  };
  return { delivery, posted, kept, joined, forgotten };
}

/** The tracker's ticks on a clock cranked by hand. */
export function everyOn(clock: Pick<FakeClock, 'setTimeout' | 'clearTimeout'>): TrackingClock['every'] {
  return (ms, callback) => {
    let timer = clock.setTimeout(beat, ms);
    function beat(): void {
      timer = clock.setTimeout(beat, ms);
      callback();
    }
    return () => clock.clearTimeout(timer);
  };
}

/** How a tracked media begins; `media`: what is tracked in place of the fake. */
interface StartOptions {
  readonly duration?: number;
  readonly ready?: boolean;
  readonly polled?: boolean;
  readonly media?: Media;
}

/** Tracks a fake media; the first look is over when this resolves. */
export async function start(
  more: Partial<TrackOptions> = {},
  { duration = 100, ready = true, polled = false, media: tracked }: StartOptions = {},
): Promise<Tracked> {
  const clock = createFakeClock();
  const media = createFakeMedia({ clock, durationSeconds: duration, ready, polled });
  const recorder = createRecorder();
  const tracking = new MediaTracking(tracked ?? media, {
    videoId: VIDEO_ID,
    supabaseUrl: 'https://x.example',
    supabaseKey: 'sb_publishable_x',
    clock: { now: clock.now, wall: clock.wall, every: everyOn(clock) },
    delivery: recorder.delivery,
    ...more,
  });
  // The first look comes after whoever called could listen.
  await Promise.resolve();
  return { clock, media, tracking, ...recorder };
}

/** A database's answer. */
export const answer = (more: Partial<Answer>): Answer => ({
  session_id: '',
  seq: 1,
  watch_time_seconds: 0,
  percent_complete: 0,
  viewer_percent_complete: 0,
  completed: false,
  resume_position_seconds: 0,
  events: [],
  flags: [],
  ...more,
});

/** What a page hears of it, in order. */
export function listen(tracking: MediaTracking): string[] {
  const heard: string[] = [];
  tracking.addEventListener('chronos-milestone', ({ detail }) =>
    heard.push('percent' in detail ? `${detail.percent}` : detail.kind),
  );
  tracking.addEventListener('chronos-sessionend', ({ detail }) => heard.push(`end: ${detail.reason}`));
  return heard;
}
