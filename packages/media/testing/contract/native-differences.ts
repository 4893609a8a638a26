import type { MediaEventName } from '../../src/media.ts';
import { ENGINE, type Engine } from '../engine.ts';
import type { Differences } from './contract.ts';

/** Firefox, told to play again from the end, plays before it goes to the beginning; the standard seeks first. */
const FIREFOX_REPLAY: readonly MediaEventName[] = [
  ...(['play', 'waiting', 'canplay', 'playing', 'canplaythrough', 'seeking', 'timeupdate', 'waiting'] as const),
  ...(['timeupdate', 'seeked', 'canplay', 'playing', 'canplaythrough', 'timeupdate'] as const),
];

/** How each engine's own `<video>` differs from the golden log, which is Chromium's. */
const NATIVE_DIFFERENCES: Readonly<Record<Engine, Differences>> = {
  chromium: {},
  firefox: { says: { replay: FIREFOX_REPLAY } },
  // WebKitGTK says what it has to play by the state of its pipeline, not by what is there (see upload/plays-on.ts),
  // and a position not twice.
  webkit: {
    repeats: ['waiting', 'canplay', 'playing', 'canplaythrough', 'timeupdate'],
    // WebKitGTK 2.50 says that it plays, with everything there, and its playhead does not move.
    standsWherePutEarly: true,
    forgetsMutedEarly: true,
  },
};

/** The differences of a provider that plays with a native `<video>`: its own, and this engine's. */
export function withNative(differences: Differences = {}): Differences {
  const native = NATIVE_DIFFERENCES[ENGINE];
  return { ...native, ...differences, repeats: [...(native.repeats ?? []), ...(differences.repeats ?? [])] };
}
