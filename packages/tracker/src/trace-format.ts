import type { Evidence } from '@chronos-player/media';
import type { Sample } from './sample.ts';
import type { Answer, Snapshot } from './snapshot.ts';
import type { TrackingError } from './tracking-error.ts';
import type { WatchSessionOptions } from './watch-session.ts';

/** Changes when an older reader would misread a newer file. */
export const TRACE_FORMAT = 1;

/** A trace as it is kept: everything a session was told and said, and nothing of whose it is. */
export interface TraceFile {
  readonly chronos_trace: typeof TRACE_FORMAT;
  readonly player_version: string;
  /** So many of the oldest entries were dropped to keep the bounds; 0: it is whole, from where it was begun. */
  readonly dropped: number;
  readonly entries: readonly TraceEntry[];
}

/**
 * One thing that happened, by kind. Times are milliseconds on the page's monotonic clock.
 * - `session`: one begins, or stood so where the trace was begun or cut.
 * - `look`: a sample the meter saw: `[at, position, duration, rate, state, flags, event]`.
 * - `keep`: a snapshot for the disk alone, by the session's age.
 * - `post`: a message, without its proof and its addressee.
 * - `answer`: the database's, without the session's id.
 * - `trouble`: a delivery that failed for good.
 */
export type TraceEntry =
  | readonly ['session', TracedSession]
  | readonly ['look', ...TracedLook]
  | readonly ['keep', number]
  | readonly ['post', TracedMessage]
  | readonly ['answer', TracedAnswer]
  | readonly ['trouble', Pick<TrackingError, 'code' | 'status' | 'reason'>];

/** A session; with how it stood then, if something had happened in it. */
export type TracedSession = Pick<WatchSessionOptions, 'atMs' | 'completionThreshold' | 'from'> & {
  readonly evidence: Evidence;
};

/** A sample. What is no finite number travels as its name; `flags` are those of {@link FLAGS} that hold; no event: a timer. */
export type TracedLook = readonly [...TracedTick, event?: string];
type TracedTick = readonly [
  atMs: TracedNumber,
  positionMs: TracedNumber,
  durationMs: TracedNumber | null,
  rate: TracedNumber,
  state: Sample['state'],
  flags: string,
];
type TracedNumber = number | string;

/** What a message says of watching. Ids, key and context stay out of it: they would say whose session it is. */
export interface TracedMessage extends Omit<Snapshot, 'sessionId' | 'writeKey' | 'videoId' | 'context'> {
  readonly truncated?: true;
  readonly closeReason?: string;
}

/** What an answer says of watching. */
export type TracedAnswer = Omit<Answer, 'session_id'>;

/** The samples' yes-or-no facts by their letters. */
const FLAGS: readonly (readonly [letter: string, name: 'hidden' | 'muted' | 'captions' | 'failed'])[] = [
  ['h', 'hidden'],
  ['m', 'muted'],
  ['c', 'captions'],
  ['f', 'failed'],
];

export function traceSession({ atMs, completionThreshold, context, from }: Required<WatchSessionOptions>): TraceEntry {
  const isNew = from.meter.last === null && from.seq === 0;
  return ['session', { atMs, completionThreshold, evidence: context.evidence, ...(!isNew && { from }) }];
}

export function traceLook(sample: Sample, event: string | undefined): TraceEntry {
  const { atMs, positionMs, durationMs, rate, state } = sample;
  const flags = FLAGS.filter(([, name]) => sample[name]).map(([letter]) => letter);
  const duration = durationMs === null ? null : traceNumber(durationMs);
  const numbers = [traceNumber(atMs), traceNumber(positionMs), duration, traceNumber(rate)] as const;
  const look: TracedTick = [...numbers, state, flags.join('')];
  return event ? ['look', ...look, event] : ['look', ...look];
}

export function readLook([at, position, duration, rate, state, flags]: TracedLook): Sample {
  const facts = Object.fromEntries(FLAGS.map(([letter, name]) => [name, flags.includes(letter)]));
  return {
    atMs: Number(at),
    positionMs: Number(position),
    durationMs: duration === null ? null : Number(duration),
    rate: Number(rate),
    state,
    ...(facts as Pick<Sample, 'hidden' | 'muted' | 'captions' | 'failed'>),
  };
}

/** By name, not by leaving out: a fact that is added one day stays out until somebody has thought about it. */
export function traceMessage({ context, ...snapshot }: Snapshot): TracedMessage {
  const { seq, ageMs, watchTimeMs, contentMs, watched, rewatched, positionMs, durationMs, counters } = snapshot;
  return {
    ...{ seq, ageMs, watchTimeMs, contentMs, watched, rewatched, positionMs, durationMs, counters },
    ...(context.truncated && { truncated: true }),
    ...(context.close_reason && { closeReason: context.close_reason }),
  };
}

/** Codes are words; whatever else an answer brings along is somebody's text. */
const CODE = /^\w{1,40}$/;
const MAX_CODES = 20;

export function traceTrouble({ code, status, reason = '' }: TrackingError): TraceEntry {
  return ['trouble', { code, ...(status !== undefined && { status }), ...(CODE.test(reason) && { reason }) }];
}

export function traceAnswer(answer: Answer): TracedAnswer {
  const { seq, watch_time_seconds, percent_complete, viewer_percent_complete } = answer;
  const { completed, resume_position_seconds, events, flags } = answer;
  return {
    ...{ seq, watch_time_seconds, percent_complete, viewer_percent_complete, completed, resume_position_seconds },
    events: codes(events, ({ event_type }) => event_type).map(({ event_type, percent_complete: at }) => ({
      event_type,
      ...(at !== undefined && { percent_complete: at }),
    })),
    flags: codes(flags, (flag) => flag),
  };
}

/** Another server than ours may leave the list out, or put text in it. */
function codes<Item>(list: readonly Item[] | undefined, codeOf: (item: Item) => string): readonly Item[] {
  return (list ?? []).slice(0, MAX_CODES).filter((item) => CODE.test(codeOf(item)));
}

/** JSON knows no NaN and no Infinity, and a media element that lies says both. */
function traceNumber(value: number): TracedNumber {
  return Number.isFinite(value) ? value : `${value}`;
}
