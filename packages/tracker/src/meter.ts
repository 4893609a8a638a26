import { addCounts, NO_COUNTS, type Counters } from './counters.ts';
import { hasReached, MILESTONES } from './milestones.ts';
import { beginRun, carriedOn, departure, follow, lineAt, played, type Precision, type Run } from './run.ts';
import { sanitize, type Sample } from './sample.ts';
import { SLEEP_MS } from './steady-clock.ts';
import { addPlayed, intersect, lengthOf, type Coverage } from './watched-ranges.ts';

/** What a session knows so far. Immutable: `observe` makes the next one. All times in milliseconds. */
export interface Session {
  readonly precision: Precision;
  /** Percent of the video that completes it. */
  readonly completionThreshold: number;
  /** The viewer had completed the video before: all he plays now is played again. */
  readonly wasCompleted: boolean;
  readonly last: Sample | null;
  readonly run: Run | null;
  /** Where the next run carries on, if no seek came between. */
  readonly joinAtMs: number | null;
  /** When content last advanced, on the sample's clock. */
  readonly playedAtMs: number;
  readonly watchTimeMs: number;
  readonly contentMs: number;
  readonly coverage: Coverage;
  readonly counters: Counters;
  /** Percents reached by coverage, ascending. Nothing reached is ever revoked. */
  readonly milestones: readonly number[];
  readonly hasStarted: boolean;
  readonly isCompleted: boolean;
}

/** Totals of a session including the run that is still going on. */
export interface Totals {
  readonly watchTimeMs: number;
  readonly contentMs: number;
  readonly coverage: Coverage;
  readonly rewatchAfterCompleteMs: number;
}

/** Content that must really have advanced before a video counts as started. */
const STARTED_MS = 250;
/** `ended` this close to the end, at normal speed, means the end was played. */
const END_MS = 1_000;

/** A session in which nothing has happened yet. */
export function beginSession(options: { staleMs: number; completionThreshold: number; atMs: number }): Session {
  return {
    precision: { staleMs: options.staleMs },
    completionThreshold: options.completionThreshold,
    wasCompleted: false,
    last: null,
    run: null,
    joinAtMs: null,
    playedAtMs: options.atMs,
    watchTimeMs: 0,
    contentMs: 0,
    coverage: { watched: [], rewatched: [] },
    counters: NO_COUNTS,
    milestones: [],
    hasStarted: false,
    isCompleted: false,
  };
}

/**
 * The meter: takes one look at the media into account. Pure; the order of samples is the only time it knows.
 *
 * Two clocks are compared: the monotonic one gives watch time, the playhead locates what was watched and betrays
 * seeks, stalls and sleep. Neither alone is enough.
 */
export function observe(session: Session, seen: Sample): Session {
  const sample = sanitize(seen, session.last);
  const settled = session.last ? settle(session, session.last, sample) : session;
  const run = settled.run ?? resume(settled, sample);
  const counters = countInstant(settled, sample);
  return reach(account(session, { ...settled, run, counters, last: sample }), sample.durationMs);
}

/** Adds `amount` to a counter that the media does not show: errors, messages. */
export function count(session: Session, name: 'error_count' | 'messages_sent', amount = 1): Session {
  return { ...session, counters: addCounts(session.counters, { [name]: amount }) };
}

/** Totals up to the last sample. */
export function totals(session: Session): Totals {
  const { run, coverage, watchTimeMs, contentMs } = session;
  const before = session.counters.rewatch_after_complete_ms;
  if (!run) return { watchTimeMs, contentMs, coverage, rewatchAfterCompleteMs: before };
  const { range, watchMs } = played(run);
  const again = session.wasCompleted ? [range] : session.isCompleted ? intersect(coverage.watched, range) : [];
  return {
    watchTimeMs: watchTimeMs + watchMs,
    contentMs: contentMs + Math.max(0, range[1] - range[0]),
    coverage: addPlayed(coverage, [Math.round(range[0]), Math.round(range[1])]),
    rewatchAfterCompleteMs: before + lengthOf(again),
  };
}

/** What the time since the last sample was: a run that goes on, breaks or closes, or time without one. */
function settle(session: Session, last: Sample, sample: Sample): Session {
  const { run } = session;
  if (!run) return idle(session, last, sample);
  const isPlaying = sample.state === 'playing';
  if (sample.state === 'seeking') return jump(session, run, sample);
  switch (departure(run, sample, session.precision)) {
    case 'jump':
      return jump(session, run, sample);
    case 'lag':
      return lag(session, run, sample);
    case 'none':
      if (isPlaying && sample.rate === run.rate) return { ...session, run: follow(run, sample) };
      return close(session, endOf(session, run, sample), sample.positionMs);
  }
}

/** A new run where content advances, carrying on at the last one's end if nothing came between. */
function resume({ joinAtMs, precision }: Session, sample: Sample | null): Run | null {
  return sample?.state === 'playing' ? beginRun(sample, { joinAtMs, precision }) : null;
}

function idle(session: Session, last: Sample, sample: Sample): Session {
  const elapsed = sample.atMs - last.atMs;
  const moved = sample.positionMs - last.positionMs;
  const isSeek = Math.abs(moved) > STARTED_MS + session.precision.staleMs * sample.rate;
  const time = {
    idle: {},
    playing: {},
    seeking: {},
    ended: {},
    paused: session.hasStarted ? { paused_ms: elapsed } : {},
    ad: { ad_ms: elapsed },
    buffering: session.hasStarted ? { buffering_ms: elapsed } : { startup_ms: elapsed },
  }[last.state];
  // A seek before anything was played chooses where to begin (a resume, a start time): it is not one of the viewer's.
  const seek = isSeek && session.hasStarted ? { [moved > 0 ? 'seeks_forward' : 'seeks_back']: 1 } : {};
  return {
    ...session,
    joinAtMs: isSeek || sample.state === 'seeking' ? null : session.joinAtMs,
    counters: addCounts(session.counters, { ...time, ...seek }),
  };
}

/** The run ended in a jump of the playhead: it was played up to where it should have been, and nothing in between was. */
function jump(session: Session, run: Run, sample: Sample): Session {
  const { staleMs } = session.precision;
  const goesOn = sample.state === 'playing';
  // An unannounced jump happened somewhere between two samples; halfway is the guess with the smallest error, unless
  // it would have landed before the beginning: nothing can have been played longer than since 0.
  const halfwayMs = (run.headAtMs + sample.atMs) / 2;
  const leapAtMs = goesOn ? Math.max(halfwayMs, sample.atMs - sample.positionMs / run.rate) : sample.atMs;
  const { durationMs } = sample;
  const leftAt = carriedOn(run, leapAtMs, { staleMs });
  const isWrap = sample.positionMs <= STARTED_MS && durationMs !== null && leftAt >= durationMs - STARTED_MS * run.rate;
  const endMs = isWrap ? durationMs : Math.min(leftAt, durationMs ?? Infinity);
  const closed = close(session, { ...run, headMs: Math.max(run.headMs, endMs), headAtMs: leapAtMs }, null);
  const seek = isWrap ? {} : { [sample.positionMs > endMs ? 'seeks_forward' : 'seeks_back']: 1 };
  const next = { ...closed, counters: addCounts(closed.counters, seek) };
  if (!goesOn) return next;
  const landedAt = Math.max(0, sample.positionMs - run.rate * (sample.atMs - leapAtMs));
  const landed = resume(next, { ...sample, positionMs: landedAt, atMs: leapAtMs });
  return { ...next, run: landed && follow(landed, sample) };
}

/** The playhead fell behind the line without a word: a stall, or a machine that slept. Neither is watch time. */
function lag(session: Session, run: Run, sample: Sample): Session {
  const slept = sample.atMs - run.headAtMs > SLEEP_MS;
  const headMs = Math.max(run.headMs, sample.positionMs);
  const stuckMs = sample.atMs - run.startedAtMs - (headMs - run.startMs) / run.rate;
  const closed = close(session, { ...run, headMs, headAtMs: sample.atMs }, headMs);
  const stall = slept
    ? {}
    : { buffering_ms: Math.max(0, stuckMs), buffering_count: session.joinAtMs === headMs ? 0 : 1 };
  return { ...closed, counters: addCounts(closed.counters, stall) };
}

/** Where a run that simply stopped stands: an exact reading is believed, a stale one only bounds the line. */
function endOf({ precision }: Session, run: Run, sample: Sample): Run {
  const { atMs, positionMs, durationMs, state } = sample;
  const bound = positionMs + precision.staleMs * run.rate;
  const read = precision.staleMs > 0 ? Math.min(lineAt(run, atMs), bound) : positionMs;
  const stopped = Math.max(run.headMs, Math.min(read, durationMs ?? Infinity));
  const isEnd = state === 'ended' && durationMs !== null && durationMs - stopped <= END_MS * run.rate;
  return { ...run, headMs: isEnd ? Math.max(stopped, durationMs) : stopped, headAtMs: atMs };
}

function close(session: Session, run: Run, joinAtMs: number | null): Session {
  const sum = totals({ ...session, run });
  return {
    ...session,
    run: null,
    joinAtMs: joinAtMs === null ? null : run.headMs,
    watchTimeMs: sum.watchTimeMs,
    contentMs: sum.contentMs,
    coverage: sum.coverage,
    counters: { ...session.counters, rewatch_after_complete_ms: sum.rewatchAfterCompleteMs },
  };
}

/** Counts what a sample itself announces: a stall begun, a changed rate, the furthest position. */
function countInstant({ counters, hasStarted, last }: Session, sample: Sample): Counters {
  const stalls = hasStarted && sample.state === 'buffering' && last?.state === 'playing';
  const changed = last !== null && last.rate !== sample.rate;
  return {
    ...counters,
    buffering_count: counters.buffering_count + (stalls ? 1 : 0),
    rate_changes: counters.rate_changes + (changed ? 1 : 0),
    furthest_position_ms: Math.max(counters.furthest_position_ms, sample.positionMs),
  };
}

/** Shares the watch time just gained out to how it was watched. */
function account(before: Session, after: Session): Session {
  const gained = totals(after).watchTimeMs - totals(before).watchTimeMs;
  if (!(gained > 0) || !before.last || !after.last) return after;
  const { hidden, muted, captions } = before.last;
  const time = {
    hidden_ms: hidden ? gained : 0,
    muted_ms: muted ? gained : 0,
    caption_ms: captions ? gained : 0,
  };
  return { ...after, playedAtMs: after.last.atMs, counters: addCounts(after.counters, time) };
}

/** Marks what coverage has reached by now. */
function reach(session: Session, durationMs: number | null): Session {
  const sum = totals(session);
  const coveredMs = lengthOf(sum.coverage.watched);
  const isReached = (percent: number): boolean => hasReached(percent, coveredMs, durationMs);
  const milestones = MILESTONES.filter((percent) => session.milestones.includes(percent) || isReached(percent));
  const hasStarted = session.hasStarted || sum.contentMs >= STARTED_MS;
  const completes = !session.isCompleted && isReached(session.completionThreshold);
  // Completion splits the run, so that only what is played again afterwards counts as rewatched after it.
  const next = completes && session.run ? close(session, session.run, session.run.headMs) : session;
  const marked = { ...next, milestones, hasStarted, isCompleted: session.isCompleted || completes };
  return session.run && !marked.run ? { ...marked, run: resume(marked, session.last) } : marked;
}
