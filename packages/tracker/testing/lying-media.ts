import fc from 'fast-check';
import { createListeners, type HeardMedia } from './viewing/heard-media.ts';

/** What a media element may be made to say, truly or not. */
export interface Lie {
  currentTime?: number;
  duration?: number;
  playbackRate?: number;
  volume?: number;
  readyState?: number;
  paused?: boolean;
  ended?: boolean;
  seeking?: boolean;
  muted?: boolean;
  error?: { readonly code: number; readonly message: string } | null;
}

/** One moment with a lying media: what it says from now on, which events it says, and how long it then keeps to it. */
export interface Moment {
  readonly says: Lie;
  readonly events: readonly string[];
  readonly thenMs: number;
}

/** A media that says whatever it is told to. What a listener throws comes out of `say`: a page would see it, too. */
class LyingMedia implements Lie {
  currentTime = 0;
  duration = Number.NaN;
  playbackRate = 1;
  volume = 1;
  readyState = 4;
  paused = true;
  ended = false;
  seeking = false;
  muted = false;
  error: { readonly code: number; readonly message: string } | null = null;
}

/** A media whose every property can be set, and its voice. */
export function createLyingMedia(): HeardMedia & Lie {
  return Object.assign(new LyingMedia(), createListeners()) as unknown as HeardMedia & Lie;
}

const odd = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 400, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, -1, -1e9, 1e300, 5e-324) },
);
const EVENTS = [
  'play',
  'playing',
  'timeupdate',
  'timeupdate',
  'pause',
  'waiting',
  'seeking',
  'seeked',
  'ended',
  'error',
];
const RARE_EVENTS = ['loadedmetadata', 'durationchange', 'ratechange', 'volumechange'];

const aLie: fc.Arbitrary<Lie> = fc.record(
  {
    currentTime: odd,
    duration: fc.oneof(fc.constantFrom(0, 100, 100, 300), odd),
    playbackRate: fc.oneof(fc.constantFrom(0.25, 1, 1, 2, 4, 16), odd),
    volume: odd,
    readyState: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, Number.NaN),
    paused: fc.constantFrom(true, false, false, false),
    ended: fc.constantFrom(false, false, false, true),
    seeking: fc.constantFrom(false, false, false, true),
    muted: fc.boolean(),
    error: fc.constantFrom(null, null, null, { code: 4, message: '' }),
  },
  { requiredKeys: [] },
);

/** Sequences of lies: events missing, doubled and out of order, time that jumps, plays that do not advance. */
export const anyLies: fc.Arbitrary<readonly Moment[]> = fc.array(
  fc.record({
    says: aLie,
    events: fc.array(fc.constantFrom(...EVENTS, ...EVENTS, ...RARE_EVENTS), { maxLength: 4 }),
    thenMs: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 12_000 }) },
      { weight: 9, arbitrary: fc.constantFrom(0, 250, 100_000) },
      // Long enough for a visit to be over.
      { weight: 1, arbitrary: fc.constant(1_900_000) },
    ),
  }),
  { maxLength: 40 },
);
