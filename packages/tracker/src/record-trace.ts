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
  type TraceEntry,
} from './trace-format.ts';

/** What {@link recordTrace} holds. */
export interface Trace {
  /** The file: JSON, an entry a line. `replayTrace` computes its numbers again. */
  toJson(): string;
  /** Entries kept, and how many older ones were dropped. */
  readonly size: { readonly entries: number; readonly bytes: number; readonly dropped: number };
}

/** How much is kept. Beyond it the oldest go, and the trace begins later: with the session as it then stood. */
export interface TraceBounds {
  /** 20,000: about an hour of playback. */
  readonly maxEntries?: number;
  /** Characters: 1,000,000. */
  readonly maxBytes?: number;
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
export function recordTrace(
  tracking: MediaTracking,
  { maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES }: TraceBounds = {},
): Trace {
  const pieces: Piece[] = [{ begin: null, lines: [], bytes: 0 }];
  let dropped = 0;
  let session: WatchSession | undefined;
  const write = (entry: TraceEntry): void => {
    const piece = pieces.at(-1) as Piece;
    const line = JSON.stringify(entry);
    piece.lines.push(line);
    piece.bytes += line.length;
  };
  /** Before a look only: the session as it stands then has all of the entries before in it. */
  const makeRoom = (): void => {
    const { lines, bytes } = pieces.at(-1) as Piece;
    if (!session || (lines.length < maxEntries / PIECES && bytes < maxBytes / PIECES)) return;
    pieces.push({ begin: JSON.stringify(traceSession(session.state)), lines: [], bytes: 0 });
    if (pieces.length > PIECES) dropped += pieces.shift()?.lines.length ?? 0;
  };
  tracking.addEventListener('chronos-error', ({ detail }) => write(traceTrouble(detail)));
  tracking.recordWith({
    begin: (begun) => {
      session = begun;
      write(traceSession(begun.state));
    },
    see: (sample, event) => {
      makeRoom();
      write(traceLook(sample, event));
    },
    hear: (answer) => write(['answer', traceAnswer(answer)]),
    say: (snapshot, isSent) => write(isSent ? ['post', traceMessage(snapshot)] : ['keep', snapshot.ageMs]),
  });
  const sum = (count: (piece: Piece) => number): number => pieces.reduce((total, piece) => total + count(piece), 0);
  return {
    toJson: () => toFile([pieces[0]?.begin ?? [], pieces.map(({ lines }) => lines)].flat(2), dropped),
    get size() {
      return { entries: sum(({ lines }) => lines.length), bytes: sum(({ bytes }) => bytes), dropped };
    },
  };
}

function toFile(lines: readonly string[], dropped: number): string {
  const head = { chronos_trace: TRACE_FORMAT, player_version: PLAYER_VERSION, dropped };
  return `${JSON.stringify(head).slice(0, -1)},"entries":[\n${lines.join(',\n')}\n]}\n`;
}
