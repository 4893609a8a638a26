import fc from 'fast-check';
import { anyViewing, type Circumstance } from './any-viewing.ts';
import { findErrors, type Errors } from './errors.ts';
import { meterPlayer, readMeter } from './meter-viewing.ts';
import { performViewing } from './perform-viewing.ts';
import { SimulatedPlayer } from './simulated-player.ts';
import type { SourceKind, Viewing } from './viewing.ts';

/** The worst that is promised of any ordinary hour, whatever the source, seconds. */
export const PROMISED: Readonly<Record<'watch' | 'coverage', number>> = { watch: 0.5, coverage: 1 };

/** How a set of scripts went. */
export interface Proof {
  readonly kind: SourceKind;
  readonly circumstance: Circumstance;
  readonly scripts: number;
  /** How long that took. */
  readonly seconds: number;
  /** Every script's errors, seconds; unsigned. */
  readonly errors: { readonly [Name in keyof Errors]: readonly number[] };
  /** The smallest script found that breaks a promise. */
  readonly broken: Viewing | null;
}

/** What to prove. */
export interface ProofOptions {
  readonly kind: SourceKind;
  readonly circumstance?: Circumstance;
  readonly scripts: number;
  readonly seed: number;
  /** Beyond which error a script breaks the promise; {@link PROMISED} unless said. */
  readonly limits?: Partial<Errors>;
}

/** Performs one script and says how far off the meter was. */
export function measureViewing(viewing: Viewing): Errors {
  const player = new SimulatedPlayer(viewing);
  const meter = meterPlayer(player);
  performViewing(player, viewing);
  return findErrors(readMeter(meter.session), player.playhead.truth);
}

/** Which promises a script breaks, as sentences. */
export function findBroken(errors: Errors, limits: Partial<Errors>): readonly string[] {
  return Object.entries(limits)
    .filter(([name, limit]) => !(Math.abs(errors[name as keyof Errors]) <= limit))
    .map(([name, limit]) => `${name} is ${errors[name as keyof Errors].toFixed(3)} s off, promised ${limit} s`);
}

/** Performs many random hours. Stops at the first that breaks a promise and makes it as small as it gets. */
export function prove({ kind, circumstance = 'ordinary', scripts, seed, limits = PROMISED }: ProofOptions): Proof {
  const startedAt = performance.now();
  const found: Record<string, number[]> = {};
  let isShrinking = false;
  const property = fc.property(anyViewing(kind, circumstance), (viewing) => {
    const errors = measureViewing(viewing);
    if (!isShrinking) for (const [name, error] of Object.entries(errors)) (found[name] ??= []).push(Math.abs(error));
    const broken = findBroken(errors, limits).length > 0;
    isShrinking ||= broken;
    return !broken;
  });
  const { counterexample } = fc.check(property, { numRuns: scripts, seed });
  const errors = found as unknown as Proof['errors'];
  const seconds = (performance.now() - startedAt) / 1000;
  return { kind, circumstance, scripts: errors.watch.length, seconds, errors, broken: counterexample?.[0] ?? null };
}

/** One line: the worst and the 99th percentile of what matters, and what is promised. */
export function describeProof({ kind, circumstance, scripts, seconds, errors }: Proof): string {
  const names = ['watch', 'coverage', 'content', 'rewatched'] as const;
  const cells = names.map((name) => {
    const sorted = errors[name].toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
    const promise = (PROMISED as Partial<Errors>)[name];
    return `${name} ${(sorted.at(-1) ?? 0).toFixed(3)} / ${p99.toFixed(3)}${promise ? ` (${promise})` : ''}`;
  });
  return `${kind.padEnd(9)}${circumstance.padEnd(9)} ${scripts} scripts in ${seconds.toFixed(1)} s; worst / p99 in s: ${cells.join(', ')}`;
}
