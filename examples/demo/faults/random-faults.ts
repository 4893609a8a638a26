import type { Fault, SeenRequest } from './fault-proxy.ts';

/** Shares of all requests, 0 to 1. */
export interface FaultRates {
  /** Refused, lost, torn, truncated or slow. */
  readonly faults: number;
  readonly duplicates: number;
  readonly reordered: number;
}

/** The longest a slow answer takes, ms. */
const SLOWEST_MS = 10_000;

/** A choice for the proxy: faults of every kind, as often as said. `after` resolves after so many ms. */
export function createRandomFaults(
  { faults, duplicates, reordered }: FaultRates,
  dice: () => number,
  after: (ms: number) => Promise<unknown>,
): (request: SeenRequest) => Fault | undefined {
  const kinds: readonly (() => Fault)[] = [
    () => ({ kind: 'dropped' }),
    () => ({ kind: 'lost' }),
    () => ({ kind: 'torn' }),
    () => ({ kind: 'truncated' }),
    () => ({ kind: 'slow', until: after(dice() * SLOWEST_MS) }),
    () => ({ kind: 'status', status: 503 }),
    () => ({ kind: 'status', status: 503, retryAfter: 1 }),
    () => ({ kind: 'status', status: 502 }),
    () => ({ kind: 'status', status: 429, retryAfter: 2 }),
    () => ({ kind: 'status', status: 408 }),
  ];
  return () => {
    const throwOf = dice();
    if (throwOf < faults) return kinds[Math.floor(dice() * kinds.length)]?.();
    if (throwOf < faults + duplicates) return { kind: 'twice' };
    if (throwOf < faults + duplicates + reordered) return { kind: 'late' };
    return undefined;
  };
}
