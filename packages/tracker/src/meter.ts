import { addCounts, type Counters } from './counters.ts';
import { hasReached, MILESTONES } from './milestones.ts';
import { rangeOf, splitRun } from './run.ts';
import { sanitize, type Sample } from './sample.ts';
import { close, NO_TIME, watchTimeOf, type Session } from './session.ts';
import { resume, settle, STARTED_MS } from './settle.ts';
import { overlapOf, type Range } from './watched-ranges.ts';

export { beginSession, totals, type Session } from './session.ts';

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
  return reach(account(session, { ...settled, run, counters, last: sample }));
}

/** Adds `amount` to a counter that the media does not show: errors, messages. */
export function count(session: Session, name: 'error_count' | 'messages_sent', amount = 1): Session {
  return { ...session, counters: addCounts(session.counters, { [name]: amount }) };
}

/** Counts what a sample itself announces: a stall begun, a changed rate, the furthest position. */
function countInstant({ counters, hasStarted, last }: Session, sample: Sample): Counters {
  const stalls = hasStarted && sample.state === 'buffering' && last?.state === 'playing';
  const changed = last !== null && last.rate !== sample.rate;
  if (!stalls && !changed && sample.positionMs <= counters.furthest_position_ms) return counters;
  return {
    ...counters,
    buffering_count: counters.buffering_count + (stalls ? 1 : 0),
    rate_changes: counters.rate_changes + (changed ? 1 : 0),
    furthest_position_ms: Math.max(counters.furthest_position_ms, sample.positionMs),
  };
}

/** Shares the watch time just gained out to how it was watched: by how it was looked at since the gain before. */
function account(before: Session, after: Session): Session {
  const { last, since } = before;
  if (!last || !after.last || !before.run) return before.run === after.run ? after : { ...after, since: NO_TIME };
  const elapsed = after.last.atMs - last.atMs;
  const time = {
    ms: since.ms + elapsed,
    hidden_ms: since.hidden_ms + (last.hidden ? elapsed : 0),
    muted_ms: since.muted_ms + (last.muted ? elapsed : 0),
    caption_ms: since.caption_ms + (last.captions ? elapsed : 0),
  };
  const gained = watchTimeOf(after) - watchTimeOf(before);
  if (!(gained > 0 && time.ms > 0)) return { ...after, since: time };
  const share = gained / time.ms;
  const { hidden_ms, muted_ms, caption_ms } = time;
  const isPlain = hidden_ms + muted_ms + caption_ms === 0;
  const more = { hidden_ms: hidden_ms * share, muted_ms: muted_ms * share, caption_ms: caption_ms * share };
  const counters = isPlain ? after.counters : addCounts(after.counters, more);
  return { ...after, since: NO_TIME, playedAtMs: after.last.atMs, counters };
}

/** Marks what coverage has reached by now. */
function reach(session: Session): Session {
  const { run, last, coverage, contentMs } = session;
  if (session.isCompleted && session.milestones.length === MILESTONES.length) return session;
  const range: Range = run ? rangeOf(run) : [0, 0];
  const playedMs = Math.max(0, range[1] - range[0]);
  const coveredMs = session.coveredMs + playedMs - overlapOf(coverage.watched, range);
  const isReached = (percent: number): boolean => hasReached(percent, coveredMs, last?.durationMs ?? null);
  const milestones = MILESTONES.filter((percent) => session.milestones.includes(percent) || isReached(percent));
  const hasStarted = session.hasStarted || contentMs + playedMs >= STARTED_MS;
  const completes = !session.isCompleted && isReached(session.completionThreshold);
  if (milestones.length === session.milestones.length && hasStarted === session.hasStarted && !completes)
    return session;
  // Completion splits the run, so that only what is played again afterwards counts as rewatched after it.
  const next = completes && run ? close(session, run, run.headMs) : session;
  const marked = { ...next, milestones, hasStarted, isCompleted: session.isCompleted || completes };
  return run && completes ? { ...marked, run: splitRun(run, marked.spareMs) } : marked;
}
