import { addCounts } from './counters.ts';
import {
  beginRun,
  BLUR_MS,
  carriedOn,
  departure,
  follow,
  lineAt,
  toleranceOf,
  watchMsOf,
  type Precision,
  type Run,
} from './run.ts';
import type { Sample } from './sample.ts';
import { close, type Session } from './session.ts';
import { SLEEP_MS } from './steady-clock.ts';

/** Content that must really have advanced before a video counts as started. */
export const STARTED_MS = 250;
/** `ended` this close to the end, at normal speed, means the end was played. */
const END_MS = 1_000;

/** What the time since the last sample was: a run that goes on, breaks or closes, or time without one. */
export function settle(session: Session, last: Sample, sample: Sample): Session {
  const { run, precision } = session;
  if (!run) return idle(session, last, sample);
  const { state, positionMs } = sample;
  if (state === 'seeking') return jump(session, run, sample);
  const isPlaying = state === 'playing' && sample.rate === run.rate;
  const changedAtMs = state === 'playing' && !isPlaying ? changeOf(run, sample, precision) : null;
  if (changedAtMs !== null) return changeRate(session, run, { sample, changedAtMs });
  const slept = sample.atMs - last.atMs > SLEEP_MS;
  const found = departure(run, sample, precision);
  if (found === 'jump' && !isEndOf(run, sample)) return jump(session, run, sample);
  if (
    isPlaying &&
    !(slept && found === 'lag') &&
    (positionMs <= run.headMs || (found === 'lag' && isOld(session, run, sample)))
  ) {
    const behindAtMs = positionMs > run.headMs ? (run.behindAtMs ?? sample.atMs) : run.behindAtMs;
    return hold(session, { ...run, behindAtMs }, sample);
  }
  if (found === 'lag') return lag(session, run, sample);
  if (isPlaying) return { ...session, run: follow(run, sample, precision) };
  return close(session, endOf(session, run, sample), positionMs);
}

/**
 * When the rate changed that is heard of now: where the line at the old rate meets the one at the new. `null` where they
 * do not meet since the playhead was last read. What is behind the old line may merely be stale.
 */
function changeOf(run: Run, { atMs, positionMs, rate }: Sample, { staleMs }: Precision): number | null {
  const ahead = positionMs - lineAt(run, atMs);
  const apart = ahead > 0 ? ahead : Math.min(0, ahead + staleMs * run.rate);
  const changedAtMs = atMs - apart / (rate - run.rate);
  return changedAtMs >= run.headAtMs && changedAtMs <= atMs ? changedAtMs : null;
}

/** Plays on from there at another rate. */
function changeRate(
  session: Session,
  run: Run,
  { sample, changedAtMs }: { sample: Sample; changedAtMs: number },
): Session {
  const joinAtMs = Math.max(run.headMs, lineAt(run, changedAtMs));
  const closed = close(session, { ...run, headMs: joinAtMs, headAtMs: changedAtMs }, joinAtMs);
  return { ...closed, run: beginRun(sample, closed, { joinAtMs, sinceMs: changedAtMs }) };
}

/** `ended`, and the line is as near to the end as if it had been played. */
function isEndOf(run: Run, { state, durationMs, atMs }: Sample): boolean {
  return state === 'ended' && durationMs !== null && durationMs - lineAt(run, atMs) <= END_MS * run.rate;
}

/**
 * A vendor's messages come late and in bursts where the page was busy, and as rarely as its timers where it is hidden:
 * behind the line is a stall only if the next readings are so, too.
 */
function isOld({ precision, last }: Session, run: Run, { hidden, atMs }: Sample): boolean {
  const { staleMs } = precision;
  if (staleMs === 0) return false;
  return hidden || last?.hidden ? atMs - run.headAtMs < SLEEP_MS : atMs - (run.behindAtMs ?? atMs) < staleMs;
}

/** The playhead has not been read anywhere new. That says nothing until it moves again, or has stood for long. */
function hold(session: Session, run: Run, sample: Sample): Session {
  const { staleMs } = session.precision;
  const stoodMs = sample.atMs - run.headAtMs;
  const isStuck = run.stuckMs > 0 || run.rate * stoodMs > toleranceOf(run, sample, session.precision);
  // Where it landed and stood, it landed.
  const isStartKnown = run.isStartKnown || (run.startMs === run.headMs && stoodMs > staleMs);
  const held = { ...run, isStartKnown };
  if (!isStuck || staleMs > 0) return { ...session, run: held };
  return stall({ ...session, run: { ...held, stuckMs: stoodMs } }, run, stoodMs);
}

/** Counts for how long nothing played although nobody paused, less what was counted of it before. */
function stall(session: Session, run: Run, stuckMs: number): Session {
  const { hasStarted, counters } = session;
  const ms = Math.max(0, stuckMs - run.stuckMs);
  const time = hasStarted ? { buffering_ms: ms, buffering_count: run.stuckMs === 0 ? 1 : 0 } : { startup_ms: ms };
  return { ...session, counters: addCounts(counters, time) };
}

/** A new run where content advances, carrying on at the last one's end, or where a seek went. */
export function resume(session: Session, sample: Sample): Run | null {
  const { joinAtMs, last } = session;
  const { atMs, positionMs, rate, state } = sample;
  if (state !== 'playing') return null;
  // Where the page was busy, it has been playing since a seek arrived of which nobody heard.
  const sinceMs = atMs - (positionMs - (joinAtMs ?? positionMs)) / rate;
  const isLate = last?.state === 'seeking' && sinceMs < atMs && sinceMs >= last.atMs;
  return beginRun(sample, session, { joinAtMs, sinceMs: isLate ? sinceMs : atMs });
}

function idle(session: Session, last: Sample, sample: Sample): Session {
  const elapsed = sample.atMs - last.atMs;
  const moved = sample.positionMs - last.positionMs;
  const isMoved = Math.abs(moved) > STARTED_MS + session.precision.staleMs * sample.rate;
  const time = {
    idle: {},
    playing: {},
    seeking: {},
    ended: {},
    paused: session.hasStarted ? { paused_ms: elapsed } : {},
    ad: { ad_ms: elapsed },
    buffering: session.hasStarted ? { buffering_ms: elapsed } : { startup_ms: elapsed },
  }[last.state];
  // A seek before anything was played chooses where to begin (a resume, a start time): it is not one of the viewer's. Nor
  // is the way back to the beginning for a replay.
  const isReplay = last.state === 'ended' && sample.positionMs <= STARTED_MS * sample.rate;
  const isSeek = isMoved && session.hasStarted && !isReplay;
  const seek = isSeek ? { [moved > 0 ? 'seeks_forward' : 'seeks_back']: 1 } : {};
  return {
    ...session,
    joinAtMs:
      sample.state === 'seeking' ? sample.positionMs : isMoved && last.state !== 'seeking' ? null : session.joinAtMs,
    counters: addCounts(session.counters, { ...time, ...seek }),
  };
}

/** The run ended in a jump of the playhead: it was played up to where it should have been, and nothing in between was. */
function jump(session: Session, run: Run, sample: Sample): Session {
  const { precision } = session;
  const { atMs, positionMs, durationMs } = sample;
  const goesOn = sample.state === 'playing';
  const endMs = durationMs ?? Infinity;
  // Played to the end and on from the beginning: a loop, whose end and beginning are known.
  const isWrap =
    Math.abs(lineAt(run, atMs) - endMs - positionMs) <= toleranceOf(run, sample, precision) && positionMs < run.headMs;
  // An unannounced jump happened somewhere between two samples, each of which may be old. Halfway is the guess with the
  // smallest error, unless it would have landed before the beginning: nothing can have been played longer than since 0.
  const halfwayMs = Math.max(run.headAtMs, (run.headAtMs + atMs - precision.staleMs) / 2);
  const wrappedAtMs = Math.min(atMs, Math.max(run.headAtMs, atMs - (lineAt(run, atMs) - endMs) / run.rate));
  const landedAtMs = isWrap ? wrappedAtMs : Math.max(halfwayMs, atMs - positionMs / run.rate);
  const leapAtMs = goesOn || (isWrap && sample.state !== 'seeking') ? landedAtMs : atMs;
  const leftAt = isWrap ? endMs : Math.min(carriedOn(run, leapAtMs, precision), endMs);
  const closed = close(session, { ...run, headMs: Math.max(run.headMs, leftAt), headAtMs: leapAtMs }, null);
  const seek = isWrap ? {} : { [positionMs > leftAt ? 'seeks_forward' : 'seeks_back']: 1 };
  const joinAtMs = sample.state === 'seeking' ? positionMs : null;
  const next = { ...closed, joinAtMs, counters: addCounts(closed.counters, seek) };
  if (leapAtMs === atMs && !goesOn) return next;
  const landed = beginRun(sample, next, {
    joinAtMs: isWrap ? 0 : null,
    sinceMs: Math.min(atMs, leapAtMs + next.startUpMs),
  });
  return goesOn ? { ...next, run: landed } : close(next, landed, positionMs);
}

/** The playhead fell behind the line without a word: a stall, or a machine that slept. Neither is watch time. */
function lag(session: Session, run: Run, sample: Sample): Session {
  const { atMs } = sample;
  const headMs = Math.max(run.headMs, sample.positionMs);
  const behind = { ...run, headMs, headAtMs: atMs };
  const stuckMs = atMs - run.startedAtMs - watchMsOf(behind);
  const closed = close(session, behind, headMs);
  const slept = atMs - (session.last?.atMs ?? atMs) > SLEEP_MS;
  const next = slept ? closed : stall(closed, run, stuckMs);
  if (sample.state !== 'playing') return next;
  // What is read now may have been so a moment ago.
  const sinceMs = atMs - session.precision.staleMs;
  const goingOn = beginRun(sample, { ...next, spareMs: 0 }, { joinAtMs: headMs, sinceMs });
  // Nothing can be ahead of that line.
  return { ...next, run: { ...goingOn, isSettled: true } };
}

/** Where a run that simply stopped stands: a fresh reading is believed, a stale one only bounds the line. */
function endOf({ precision }: Session, run: Run, sample: Sample): Run {
  const { atMs, positionMs, durationMs } = sample;
  const line = lineAt(run, atMs);
  const isFresh = line - positionMs <= BLUR_MS * run.rate;
  const newest = isFresh ? 0 : Math.min(line, positionMs + precision.staleMs * run.rate, durationMs ?? Infinity);
  const stopped = Math.max(run.headMs, positionMs, newest);
  return { ...run, headMs: isEndOf(run, sample) ? Math.max(stopped, durationMs ?? 0) : stopped, headAtMs: atMs };
}
