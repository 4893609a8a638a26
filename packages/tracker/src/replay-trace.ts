import type { Counters } from './counters.ts';
import { beginSession } from './meter.ts';
import { readLook, TRACE_FORMAT, traceMessage } from './trace-format.ts';
import type { TracedMessage, TracedSession, TraceEntry, TraceFile } from './trace-format.ts';
import { WatchSession, type Milestone, type WatchReadout } from './watch-session.ts';

/** A session computed again. */
export interface ReplayedSession {
  /** What `tracking.watch` said at the end of the trace. */
  readonly watch: WatchReadout;
  /** What it reached within the trace, in the order reached. */
  readonly milestones: readonly Milestone[];
  /** Its messages as they are computed now. */
  readonly messages: readonly TracedMessage[];
  /** Looks at the media. */
  readonly looks: number;
}

/** What a trace comes to. */
export interface Replay {
  /** Version that recorded it. */
  readonly playerVersion: string;
  readonly dropped: number;
  readonly sessions: readonly ReplayedSession[];
  /** Where a message is computed differently now than it was then: a sentence each. Empty: reproduced exactly. */
  readonly differences: readonly string[];
}

/** More than a trace can hold: whoever made that file, it was not a trace. */
const MAX_CHARS = 16_000_000;

/**
 * Computes a trace's numbers again, by the code that computes them live. Pure.
 *
 * @param json what `Trace.toJson()` gave.
 * @throws TypeError for what is no trace, or one of another format.
 */
export function replayTrace(json: string): Replay {
  const { player_version: playerVersion, dropped, entries } = parse(json);
  const sessions: Rerun[] = [];
  const differences: string[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      if (entry[0] === 'session') sessions.push(new Rerun(entry[1]));
      else differences.push(...(sessions.at(-1)?.take(entry) ?? []).map((what) => `entry ${index + 1}: ${what}`));
    } catch (error) {
      throw new TypeError(`Entry ${index + 1} of the trace cannot be read: ${String(error)}`, { cause: error });
    }
  }
  return { playerVersion, dropped, sessions: sessions.map((rerun) => rerun.result), differences };
}

function parse(json: string): TraceFile {
  if (json.length > MAX_CHARS) throw new TypeError('This is no trace: it is too long for one.');
  let file: Partial<TraceFile> | null;
  try {
    file = JSON.parse(json) as Partial<TraceFile> | null;
  } catch {
    throw new TypeError('This is no trace: it is no JSON. Was the whole file sent?');
  }
  if (!file?.chronos_trace || !Array.isArray(file.entries)) throw new TypeError('This is no trace of a watch session.');
  if (file.chronos_trace !== TRACE_FORMAT) {
    throw new TypeError(`This trace has format ${String(file.chronos_trace)}; this version reads another.`);
  }
  return file as TraceFile;
}

/** A session on its second life. */
class Rerun {
  readonly #session: WatchSession;
  readonly #milestones: Milestone[] = [];
  readonly #messages: TracedMessage[] = [];
  #looks = 0;
  #isCompletedElsewhere = false;

  constructor({ atMs, evidence, completionThreshold, from }: TracedSession) {
    const meter = { ...beginSession({ staleMs: 0, completionThreshold, atMs }), ...from?.meter };
    this.#session = new WatchSession({
      // Whose session it was is not in the file.
      videoId: '',
      context: { device_type: 'desktop', referrer_type: 'direct_link', player_version: '', evidence },
      completionThreshold,
      atMs,
      ...(from && { from: { ...from, meter } }),
    });
  }

  /** Takes the next entry; returns what came out differently. */
  take(entry: TraceEntry): readonly string[] {
    switch (entry[0]) {
      case 'look': {
        const [, ...look] = entry;
        this.#looks += 1;
        this.#milestones.push(...this.#session.observe(readLook(look)));
        return [];
      }
      case 'keep':
        this.#session.snapshot(this.#session.openedAtMs + entry[1], { isSent: false });
        return [];
      case 'post':
        return this.#compare(entry[1]);
      case 'answer':
        this.#session.hear({ session_id: '', ...entry[1] });
        this.#isCompletedElsewhere = (entry[1] as Partial<(typeof entry)[1]>).completed === true;
        return [];
      case 'session':
      case 'trouble':
        return [];
    }
  }

  get result(): ReplayedSession {
    const { watch } = this.#session;
    const completed = watch.completed || this.#isCompletedElsewhere;
    const [milestones, messages] = [this.#milestones, this.#messages];
    return { watch: { ...watch, completed }, milestones, messages, looks: this.#looks };
  }

  #compare(then: TracedMessage): readonly string[] {
    const { closeReason } = then;
    const snapshot = this.#session.snapshot(this.#session.openedAtMs + then.ageMs, { isSent: true });
    const now = { ...traceMessage(snapshot), ...(closeReason && { closeReason }) };
    this.#messages.push(now);
    const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
    // What was not counted then cannot have been counted otherwise.
    const counters = Object.fromEntries(Object.entries(now.counters).filter(([name]) => name in then.counters));
    const known: TracedMessage = { ...now, counters: counters as unknown as Counters };
    return (Object.keys(then) as (keyof TracedMessage)[])
      .filter((name) => text(then[name]) !== text(known[name]))
      .map((name) => `${name} was ${text(then[name])}, is ${text(known[name])} now`);
  }
}
