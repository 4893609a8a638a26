import fc from 'fast-check';
import type { Act, SeekManner, SourceKind, Viewing } from './viewing.ts';

/** What viewers can choose: anything, in YouTube's menu, in Loom's. */
const RATES: Record<SourceKind, readonly number[]> = {
  native: [0.25, 0.5, 0.75, 1, 1, 1, 1.25, 1.5, 1.75, 2, 2, 3, 4],
  polled: [0.25, 0.5, 0.75, 1, 1, 1, 1.25, 1.5, 1.75, 2, 2],
  reported: [0.5, 0.8, 1, 1, 1, 1.2, 1.5, 1.7, 2, 2, 2.5],
};
const STEPS_MS = [-30_000, -10_000, -10_000, -5_000, -1_000, 1_000, 5_000, 10_000, 10_000, 30_000];

/**
 * `ordinary`: what the promised figures are about. `hard`: everything that can go wrong at once, a busy page, timers 0.4 s
 * late, coarse positions, slow starts, and seeks of which a vendor says neither that they happen nor that nothing plays.
 */
export type Circumstance = 'ordinary' | 'hard';

const ms = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const share = fc.integer({ min: 0, max: 980 }).map((thousandths) => thousandths / 1000);
const thenMs = ms(1_000, 75_000);
const record = <A extends Act>(model: { [Key in keyof A]: fc.Arbitrary<A[Key]> }): fc.Arbitrary<A> =>
  fc.record(model) as fc.Arbitrary<A>;
const the = <Name extends string>(name: Name): fc.Arbitrary<Name> => fc.constant(name);

function anySeek(circumstance: Circumstance): fc.Arbitrary<{ manner: SeekManner; tookMs: number }> {
  const manner = fc.constantFrom<SeekManner>('announced', 'announced', 'announced', 'stalling', 'stalling', 'silent');
  const tookMs = fc.constantFrom(0, 0, 40, 150, 400, 1_200);
  const quick = circumstance === 'ordinary';
  return fc.tuple(manner, tookMs).map(([how, took]) => ({ manner: how, tookMs: quick && how === 'silent' ? 0 : took }));
}

function anyMove(circumstance: Circumstance): fc.Arbitrary<Act> {
  const seek = anySeek(circumstance);
  return fc.oneof(
    {
      weight: 11,
      arbitrary: fc
        .tuple(seek, share, thenMs)
        .map(([how, to, then]): Act => ({ do: 'seek', to, ...how, thenMs: then })),
    },
    {
      weight: 7,
      arbitrary: fc
        .tuple(seek, fc.constantFrom(...STEPS_MS), thenMs)
        .map(([how, byMs, then]): Act => ({ do: 'step', byMs, ...how, thenMs: then })),
    },
    {
      weight: 2,
      arbitrary: record({
        do: the('scrub'),
        places: fc.array(share, { minLength: 2, maxLength: 12 }),
        isPaused: circumstance === 'ordinary' ? fc.constant(true) : fc.boolean(),
        everyMs: fc.constantFrom(30, 100, 250),
        thenMs,
      }),
    },
  );
}

function anyAct(kind: SourceKind, circumstance: Circumstance): fc.Arbitrary<Act> {
  const rate = fc.constantFrom(...RATES[kind]);
  const stall = { ms: ms(300, 15_000), isReported: fc.boolean(), ticks: fc.boolean(), thenMs };
  const sleepMs = fc.constantFrom(5_000, 60_000, 1_200_000, 3_600_000);
  return fc.oneof(
    { weight: 20, arbitrary: record({ do: the('pause'), ms: ms(100, 30_000), thenMs }) },
    { weight: 20, arbitrary: anyMove(circumstance) },
    { weight: 20, arbitrary: record({ do: the('stall'), ...stall }) },
    { weight: 8, arbitrary: record({ do: the('rate'), rate, thenMs }) },
    {
      weight: 3,
      arbitrary: record({
        do: the('hide'),
        ms: ms(500, 300_000),
        everyMs: fc.constantFrom(1_000, 1_001, 60_000),
        thenMs,
      }),
    },
    { weight: 1, arbitrary: record({ do: the('sleep'), ms: sleepMs, isMonotonic: fc.boolean(), thenMs }) },
    {
      weight: 1,
      arbitrary: record({ do: the('setWall'), byMs: fc.constantFrom(-7_200_000, -5_000, 5_000, 7_200_000), thenMs }),
    },
    { weight: 1, arbitrary: record({ do: the('advertisement'), ms: ms(5_000, 30_000), thenMs }) },
    { weight: circumstance === 'hard' ? 3 : 0, arbitrary: record({ do: the('block'), ms: ms(100, 4_000), thenMs }) },
    {
      weight: 1,
      arbitrary: record({ do: fc.constantFrom('sound' as const, 'captions' as const), isOn: fc.boolean(), thenMs }),
    },
    { weight: 1, arbitrary: record({ do: the('duration'), factor: fc.constantFrom(null, 0.9, 1, 1.5), thenMs }) },
  );
}

/** An hour of viewing with about 20 pauses, 20 stalls, 20 seeks, changes of rate and all that may happen besides. */
export function anyViewing(kind: SourceKind, circumstance: Circumstance = 'ordinary'): fc.Arbitrary<Viewing> {
  const acts = fc.array(anyAct(kind, circumstance), { minLength: 60, maxLength: 90, size: 'max' });
  const isHard = circumstance === 'hard';
  // Without bias towards the smallest and greatest: each hour is to be as ordinary and as odd as the next.
  return fc.noBias(
    fc.record({
      kind: fc.constant(kind),
      durationMs: ms(300_000, 7_200_000),
      durationAfterMs: fc.constantFrom(0, 0, 0, 3_000, 40_000),
      loop: fc.constantFrom(false, false, false, true),
      tickMs: fc.constant(250),
      lateMs: isHard ? fc.constantFrom(30, 100, 400) : fc.constantFrom(0, 10, 60),
      pace: isHard ? fc.constantFrom(1, 1.0001, 0.9999, 1.001, 0.999) : fc.constantFrom(1, 1, 1, 1.0001, 0.9999),
      startUpMs: isHard ? fc.constantFrom(0, 40, 120) : fc.constantFrom(0, 10, 30),
      grainMs: isHard ? fc.constantFrom(0, 1, 20) : fc.constantFrom(0, 0, 1),
      latencyMs: isHard ? fc.constantFrom(0, 20, 50) : fc.constantFrom(0, 5, 20),
      seed: fc.nat(),
      acts,
    }),
  );
}
