import { wholeCounts, type Counters } from './counters.ts';
import type { MediaTracking } from './track-media.ts';
import { PLAYER_VERSION } from './session-context.ts';
import type { WatchSession } from './watch-session.ts';
import {
  TRACE_FORMAT,
  traceAnswer,
  traceLook,
  traceMessage,
  traceSession,
  traceTrouble,
  type TracedAnswer,
  type TracedMessage,
  type TraceEntry,
} from './trace-format.ts';

/** What {@link recordTrace} holds. */
export interface Trace {
  /** The file: JSON, an entry a line. `replayTrace` computes its numbers again. */
  toJson(): string;
  /** Takes nothing down any more; what there is stays. */
  stop(): void;
  /** The newest of each kind, for people who look. */
  readonly latest: TraceView;
  /** Entries kept, and how many older ones were dropped. */
  readonly size: { readonly entries: number; readonly bytes: number; readonly dropped: number };
}

/** Where a recorded session stands. */
export interface TraceView {
  /** Whole numbers; null before the first session. */
  readonly counters: Counters | null;
  readonly message: TracedMessage | null;
  readonly answer: TracedAnswer | null;
}

/** How much is kept. Beyond it the oldest go, and the trace begins later: with the session as it then stood. */
export interface TraceBounds {
  /** 20,000: about an hour of playback. */
  readonly maxEntries?: number;
  /** Characters: 1,000,000. */
  readonly maxBytes?: number;
}

/**
 * Takes down everything from which a tracking computes its numbers, and what it says: one small file that reproduces them,
 * on another machine, a year later. It holds no id, no name, no token, no key, no address and no text of the page.
 *
 * Begun in the middle of a session it begins with the session as it stands.
 *
 * @example
 * const trace = recordTrace(trackMedia(video, options));
 * navigator.clipboard.writeText(trace.toJson());
 */
export function recordTrace(tracking: MediaTracking, bounds: TraceBounds = {}): Trace {
  const entries = new TraceEntries(bounds);
  const listening = new AbortController();
  let session: WatchSession | undefined;
  let message: TracedMessage | null = null;
  let answer: TracedAnswer | null = null;
  tracking.addEventListener('chronos-error', ({ detail }) => entries.write(traceTrouble(detail)), listening);
  tracking.recordWith({
    begin: (begun) => {
      session = begun;
      message = answer = null;
      entries.write(traceSession(begun.state));
    },
    see: (sample, event) => {
      // Before a look the session has all of the entries in it: the one moment at which a trace can begin anew.
      if (session) entries.makeRoom(session);
      entries.write(traceLook(sample, event));
    },
    hear: (heard) => entries.write(['answer', (answer = traceAnswer(heard))]),
    say: (snapshot, isSent) =>
      entries.write(isSent ? ['post', (message = traceMessage(snapshot))] : ['keep', snapshot.ageMs]),
  });
  return {
    toJson: () => entries.toJson(),
    stop: () => {
      listening.abort();
      tracking.recordWith(undefined);
    },
    get latest() {
      return { counters: session ? wholeCounts(session.state.from.meter.counters) : null, message, answer };
    },
    get size() {
      return entries.size;
    },
  };
}

/** Entries leave in pieces, because every piece needs to know how the session stood where it begins. */
const PIECES = 8;
const MAX_ENTRIES = 20_000;
const MAX_BYTES = 1_000_000;

interface Piece {
  /** The session then; absent: the piece begins with one, or there is none. */
  readonly begin: string | null;
  readonly lines: string[];
  bytes: number;
}

/** The newest entries, as many as the bounds allow. */
class TraceEntries {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #pieces: Piece[] = [{ begin: null, lines: [], bytes: 0 }];
  #dropped = 0;

  constructor({ maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES }: TraceBounds) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): Trace['size'] {
    const sum = (count: (piece: Piece) => number): number => this.#pieces.reduce((all, piece) => all + count(piece), 0);
    return { entries: sum(({ lines }) => lines.length), bytes: sum(({ bytes }) => bytes), dropped: this.#dropped };
  }

  write(entry: TraceEntry): void {
    const piece = this.#pieces.at(-1) as Piece;
    const line = JSON.stringify(entry);
    piece.lines.push(line);
    piece.bytes += line.length;
  }

  /** Begins a piece where the present one is full, and lets the oldest go where there are too many. */
  makeRoom({ state }: WatchSession): void {
    const { lines, bytes } = this.#pieces.at(-1) as Piece;
    if (lines.length < this.#maxEntries / PIECES && bytes < this.#maxBytes / PIECES) return;
    this.#pieces.push({ begin: JSON.stringify(traceSession(state)), lines: [], bytes: 0 });
    if (this.#pieces.length > PIECES) this.#dropped += this.#pieces.shift()?.lines.length ?? 0;
  }

  /** An entry a line, so that people can read it and compare two. */
  toJson(): string {
    const head = { chronos_trace: TRACE_FORMAT, player_version: PLAYER_VERSION, dropped: this.#dropped };
    const lines = [this.#pieces[0]?.begin ?? [], this.#pieces.map((piece) => piece.lines)].flat(2);
    return `${JSON.stringify(head).slice(0, -1)},"entries":[\n${lines.join(',\n')}\n]}\n`;
  }
}
