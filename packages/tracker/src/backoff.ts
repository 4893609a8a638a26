import type { SendFailure } from './transport.ts';

/** Never two requests closer than this. */
const GAP_MS = 1_000;
/** The first pause after a failure is somewhere in this window; it doubles up to the longest. */
const FIRST_WINDOW_MS = 4_000;
const LONGEST_WINDOW_MS = 60_000;
/** While failing, no more tries than this in any minute, whatever the dice say. */
const TRIES_PER_MINUTE = 8;
/** A server may ask for patience, but not for ever. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** The part of the global object it needs. */
export interface BackoffPage {
  readonly performance: Pick<Performance, 'now'>;
  readonly Math: Pick<Math, 'random'>;
}

/** When the next request may go. Milliseconds on the page's monotonic clock. */
export interface Backoff {
  /** How long the next request has to wait; 0 or less: not at all. */
  wait(): number;
  /** The pause after a failure is not over. */
  isPausing(): boolean;
  /** A request goes out now. */
  started(): void;
  /** It came back, well or with a failure that is worth another try. */
  settled(failure?: Pick<SendFailure, 'status' | 'retryAfterMs'>): void;
  /** The network may be back: what failed for want of it need not wait longer. */
  wake(): void;
}

/**
 * Full jitter, so that the viewers of a server that comes back do not all come at once
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). It comes on top of the gap and of `Retry-After`: clamped to
 * them, all short draws would meet in the same second.
 */
export function createBackoff({ performance, Math: dice }: BackoffPage): Backoff {
  let starts: readonly number[] = [];
  let failures = 0;
  let notBefore = 0;
  let isOffline = false;
  return {
    wait: () => {
      const [oldest = 0] = starts;
      const bound = failures > 0 && starts.length === TRIES_PER_MINUTE ? oldest + 60_000 : 0;
      return Math.max((starts.at(-1) ?? -GAP_MS) + GAP_MS, bound, notBefore) - performance.now();
    },
    isPausing: () => notBefore > performance.now(),
    started: () => {
      starts = [...starts, performance.now()].slice(-TRIES_PER_MINUTE);
    },
    settled: (failure) => {
      isOffline = failure?.status === 0;
      if (failure) {
        const window = Math.min(LONGEST_WINDOW_MS, FIRST_WINDOW_MS * 2 ** failures);
        const asked = Math.min(Math.max(failure.retryAfterMs, 0), LONGEST_RETRY_AFTER_MS);
        notBefore = performance.now() + GAP_MS + asked + dice.random() * window;
        failures += 1;
      } else failures = notBefore = 0;
    },
    wake: () => {
      if (isOffline) failures = notBefore = 0;
    },
  };
}
