import { createHex, createUuid } from './random-ids.ts';
import { wholeCounts } from './counters.ts';
import { beginSession, count, observe, totals, type Session } from './meter.ts';
import { percentComplete } from './milestones.ts';
import type { Sample } from './sample.ts';
import type { Answer, CloseReason, SessionContext, Snapshot } from './snapshot.ts';
import { lengthOf, longest, type Coverage, type Range } from './watched-ranges.ts';

/** Something a session reached for the first time. */
export type Milestone =
  | { readonly kind: 'started' | 'completed' | 'rewatched' }
  | { readonly kind: 'progress'; readonly percent: number };

/** What a new session is about. */
export interface WatchSessionOptions {
  readonly videoId: string;
  readonly context: SessionContext;
  /** Percent of the video that completes it. */
  readonly completionThreshold: number;
  readonly atMs: number;
  /** Goes on from there: how a trace is replayed. */
  readonly from?: SessionState;
}

/** How a session stands. */
interface SessionState {
  readonly meter: Session;
  readonly seq: number;
  readonly isRewatched: boolean;
}

/** Takes down what goes into a session and what it says: see `recordTrace`. */
export interface SessionRecorder {
  /** From here on. */
  readonly begin: (session: WatchSession) => void;
  /** Before the session takes it into account; so is an answer. */
  readonly see: (sample: Sample, event: string | undefined) => void;
  readonly hear: (answer: Answer) => void;
  readonly say: (snapshot: Snapshot, isSent: boolean) => void;
}

/** This long without playback ends a session; playing on opens another, linked to it. */
const IDLE_MS = 30 * 60_000;
/** Positions of sources that have to be asked may be this old. */
const POLL_STALE_MS = 250;
/** Played again after completion for at least this long, or this share of the video, is a rewatch. */
const REWATCH_MS = 5_000;
const REWATCH_SHARE = 0.05;
const NOTHING_COVERED: Coverage = { watched: [], rewatched: [] };

/** One visit of one viewer to one video in one player: its identity, its meter, its running totals. No DOM, no clock, no network. */
export class WatchSession {
  readonly id: string = createUuid();
  readonly openedAtMs: number;
  readonly #options: WatchSessionOptions;
  /** 128 random bits: whoever holds them wrote the session. */
  readonly #writeKey = createHex(16);
  #meter: Session;
  #seq: number;
  #isRewatched: boolean;
  #recorder: SessionRecorder | undefined;

  constructor(options: WatchSessionOptions) {
    const { atMs, completionThreshold, context, from } = options;
    this.#options = options;
    this.openedAtMs = atMs;
    this.#seq = from?.seq ?? 0;
    this.#isRewatched = from?.isRewatched ?? false;
    const staleMs = context.evidence === 'measured' ? 0 : POLL_STALE_MS;
    this.#meter = from?.meter ?? beginSession({ staleMs, completionThreshold, atMs });
  }

  /** What makes this session again, as it stands. */
  get state(): Required<WatchSessionOptions> {
    return { ...this.#options, from: { meter: this.#meter, seq: this.#seq, isRewatched: this.#isRewatched } };
  }

  /** What happens from here on is taken down. */
  recordWith(recorder: SessionRecorder | undefined): void {
    this.#recorder = recorder;
    recorder?.begin(this);
  }

  /** Takes a sample into account; returns what it reached, in the order reached. `event` is what the media said, if it did. */
  observe(seen: Sample, event?: string): readonly Milestone[] {
    this.#recorder?.see(seen, event);
    const sample = this.#isEstimate ? { ...seen, durationMs: null } : seen;
    const before = this.#meter;
    this.#meter = observe(before, sample);
    if (sample.failed && !before.last?.failed) this.#meter = count(this.#meter, 'error_count');
    return this.#reachedSince(before);
  }

  /**
   * The database's answer. Completed before anything was watched: the viewer had completed this video in another session, and
   * what he plays from here on is a rewatch.
   */
  hear(answer: Answer): void {
    this.#recorder?.hear(answer);
    const wasCompleted = answer.completed && answer.watch_time_seconds === 0 && !this.#meter.isCompleted;
    if (wasCompleted) this.#meter = { ...this.#meter, wasCompleted };
  }

  /** When the media was last looked at. */
  get lastSeenAtMs(): number {
    return this.#meter.last?.atMs ?? this.openedAtMs;
  }

  /** Would this sample come too long after playback to belong to the same visit? */
  isIdleAt(atMs: number): boolean {
    return atMs - this.#meter.playedAtMs > IDLE_MS;
  }

  /** The session so far, to be sent or kept. `closeReason` makes it the last one. */
  snapshot(atMs: number, { isSent, closeReason }: { isSent: boolean; closeReason?: CloseReason }): Snapshot {
    if (isSent) this.#meter = count(this.#meter, 'messages_sent');
    const sum = totals(this.#meter);
    const { last, counters } = this.#meter;
    const coverage = this.#isEstimate ? NOTHING_COVERED : sum.coverage;
    const watched = longest(coverage.watched);
    const rewatched = longest(coverage.rewatched);
    const isCut = watched !== coverage.watched || rewatched !== coverage.rewatched;
    const { videoId, context } = this.#options;
    const snapshot: Snapshot = {
      sessionId: this.id,
      writeKey: this.#writeKey,
      videoId,
      seq: (this.#seq += 1),
      ageMs: Math.round(Math.max(0, atMs - this.openedAtMs)),
      watchTimeMs: Math.round(sum.watchTimeMs),
      contentMs: Math.round(sum.contentMs),
      watched,
      rewatched,
      positionMs: this.#isEstimate ? 0 : Math.round(last?.positionMs ?? 0),
      durationMs: last?.durationMs ?? null,
      counters: wholeCounts({
        ...counters,
        rewatch_after_complete_ms: sum.rewatchAfterCompleteMs,
        ...(this.#isEstimate && { furthest_position_ms: 0 }),
      }),
      context: { ...context, ...(isCut && { truncated: true }), ...(closeReason && { close_reason: closeReason }) },
    };
    this.#recorder?.say(snapshot, isSent);
    return snapshot;
  }

  /** What the session says for itself, in seconds. */
  get watch(): WatchReadout {
    const { watchTimeMs, contentMs, ...sum } = totals(this.#meter);
    const coverage = this.#isEstimate ? NOTHING_COVERED : sum.coverage;
    const coveredMs = lengthOf(coverage.watched);
    return {
      time: watchTimeMs / 1000,
      content: contentMs / 1000,
      covered: coveredMs / 1000,
      percent: percentComplete(coveredMs, this.#meter.last?.durationMs ?? null),
      ranges: coverage.watched.map(([start, end]): Range => [start / 1000, end / 1000]),
      completed: this.#meter.isCompleted,
      evidence: this.#options.context.evidence,
    };
  }

  /** Somebody presumably watched; what and where, nobody knows. The media's position then is how long that was. */
  get #isEstimate(): boolean {
    return this.#options.context.evidence === 'estimated';
  }

  #reachedSince(before: Session): readonly Milestone[] {
    const now = this.#meter;
    const reached: Milestone[] = [];
    if (now.hasStarted && !before.hasStarted) reached.push({ kind: 'started' });
    for (const percent of now.milestones) {
      if (!before.milestones.includes(percent)) reached.push({ kind: 'progress', percent });
    }
    if (now.isCompleted && !before.isCompleted && !now.wasCompleted) reached.push({ kind: 'completed' });
    const again = totals(now).rewatchAfterCompleteMs;
    if (!this.#isRewatched && again >= Math.max(REWATCH_MS, REWATCH_SHARE * (now.last?.durationMs ?? Infinity))) {
      this.#isRewatched = true;
      reached.push({ kind: 'rewatched' });
    }
    return reached;
  }
}

/** The watch numbers of a session, in seconds. */
export interface WatchReadout {
  /** Wall-clock time during which content advanced. */
  readonly time: number;
  /** Media time played, repeats included. */
  readonly content: number;
  /** Length of what was watched at least once. */
  readonly covered: number;
  /** `floor(100 x covered / duration)`; `null` while the duration is unknown. */
  readonly percent: number | null;
  /** What was watched, as `[start, end)`. */
  readonly ranges: readonly Range[];
  readonly completed: boolean;
  readonly evidence: SessionContext['evidence'];
}

/** The read-out before anything was watched. */
export const NOTHING_WATCHED: Omit<WatchReadout, 'evidence'> = {
  time: 0,
  content: 0,
  covered: 0,
  percent: null,
  ranges: [],
  completed: false,
};
