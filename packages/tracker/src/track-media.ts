import type { Media } from '@chronos-player/media';
import type { Delivery } from './delivery.ts';
import { createLateDelivery } from './late-delivery.ts';
import { readSample, SAMPLED_EVENTS, sourceOf } from './read-sample.ts';
import type { Sample } from './sample.ts';
import { describeSession, evidenceOf, isUuid } from './session-context.ts';
import type { Answer, CloseReason, Snapshot } from './snapshot.ts';
import { withSteadyTime } from './steady-clock.ts';
import type { Endpoint } from './transport.ts';
import { PAGE_CLOCK } from './track-options.ts';
import type { TrackingClock, TrackingEventMap, TrackingParts, TrackOptions } from './track-options.ts';
import { NOTHING_WATCHED, WatchSession, type SessionRecorder, type WatchReadout } from './watch-session.ts';

const HEARTBEAT_MS = 10_000;
const TICK_MS = 1_000;

/**
 * Tracks any media element: opens a watch session, tells the database what was watched, closes it. It ends with the source
 * the element has: for another video in the same element, call it again.
 *
 * @throws TypeError when `videoId` is not a uuid or `supabaseUrl` / `supabaseKey` are missing. Nothing else ever throws:
 * trouble with tracking is a `chronos-error` event and never touches playback.
 * @example
 * const tracking = trackMedia(document.querySelector('video'), { videoId, supabaseUrl, supabaseKey });
 * tracking.addEventListener('chronos-milestone', ({ detail }) => console.log(detail.kind, detail.percent));
 */
export function trackMedia(media: Media, options: TrackOptions): MediaTracking {
  if (!isUuid(options.videoId)) throw new TypeError(`videoId must be a uuid (videos.id), not "${options.videoId}".`);
  if (!URL.canParse(options.supabaseUrl) || !options.supabaseKey) {
    throw new TypeError('trackMedia needs supabaseUrl (https://...) and supabaseKey (publishable).');
  }
  return new MediaTracking(media, options);
}

/** The tracking of one media element; ends with `stop()`. */
export class MediaTracking extends EventTarget {
  readonly #media: Media;
  readonly #options: TrackOptions & TrackingParts;
  readonly #clock: TrackingClock;
  readonly #abort = new AbortController();
  #delivery: Delivery | null = null;
  #session: WatchSession | null = null;
  #previousSessionId: string | undefined;
  #hasConsent: boolean;
  #lastPostAtMs = -Infinity;
  #hasNews = false;
  #stopTicking: (() => void) | null = null;
  #answer: Answer | null = null;
  #source = '';
  #watched: WatchReadout | null = null;
  #recorder: SessionRecorder | undefined;

  constructor(media: Media, options: TrackOptions & TrackingParts) {
    super();
    this.#media = media;
    this.#options = options;
    this.#clock = withSteadyTime(options.clock ?? PAGE_CLOCK);
    this.#hasConsent = options.consent !== 'required';
    const { signal } = this.#abort;
    for (const name of SAMPLED_EVENTS) media.addEventListener(name, ({ type }) => this.#look(type), { signal });
    // Not yet: whoever is given this object must be able to listen before it speaks.
    queueMicrotask(() => this.#look());
  }

  /** What was watched in the current (or last) session, in seconds. */
  get watch(): WatchReadout {
    const own = this.#session?.watch ?? this.#watched ?? { ...NOTHING_WATCHED, evidence: evidenceOf(this.#options) };
    return { ...own, completed: own.completed || this.#answer?.completed === true };
  }

  /** The current session, and what the database last answered about it; `null` when none is open. */
  get session(): { readonly id: string; readonly answer: Answer | null } | null {
    return this.#session && { id: this.#session.id, answer: this.#answer };
  }

  /** Has this and every further session taken down: `recordTrace` does it. */
  recordWith(recorder: SessionRecorder | undefined): void {
    this.#recorder = recorder;
    this.#session?.recordWith(recorder);
  }

  /** The viewer agrees: with `consent: 'required'`, watching counts from here on. */
  giveConsent(): void {
    this.#hasConsent = true;
    this.#look();
  }

  /**
   * The viewer takes it back: ends like {@link stop}, without a last word. What the database was not told yet is forgotten, of
   * this player and of earlier visits, and so is the anonymous id. The page's other players go on: their consent is their own.
   */
  withdrawConsent(): void {
    this.#deliver().forget(this.#session?.id);
    this.#delivery = null;
    this.#end();
  }

  /** Closes the session (`removed` unless told otherwise) and lets go of the media. Idempotent. */
  stop(reason?: CloseReason): void {
    if (this.#abort.signal.aborted) return;
    this.#hasNews = false; // The end tells it.
    if (this.#session) this.#look(); // What was not begun is not begun now.
    this.#end(reason);
  }

  #end(reason: CloseReason = 'removed'): void {
    this.#abort.abort();
    this.#tick(false);
    this.#close(reason, this.#clock.now());
  }

  /** Takes one look at the media; everything follows from it. */
  #look(event?: string): void {
    if (!this.#hasConsent || this.#abort.signal.aborted) return;
    if (event !== undefined && this.#hasOtherSource(event)) return this.#end('source_change');
    const isHidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    const sample = readSample(this.#media, { atMs: this.#clock.now(), isHidden, event });
    if (this.#session?.isIdleAt(sample.atMs)) this.#close('idle', this.#session.lastSeenAtMs);
    const opens = !this.#session && this.#shouldOpen(sample);
    if (opens) this.#open(sample);
    if (!this.#session) return;
    const isPlaying = sample.state === 'playing';
    // Out of the document it pauses, and is most likely being removed: the end is the next word, or the next tick is.
    const isLeaving = event !== undefined && Reflect.get(this.#media, 'isConnected') === false;
    const isStopped = !isLeaving && (sample.state === 'paused' || sample.state === 'ended');
    // All that came before was told with the pause: 10 s of playing are counted from here.
    if (isPlaying && !this.#hasNews && !this.#stopTicking) this.#lastPostAtMs = sample.atMs;
    const reached = this.#session.observe(sample, event);
    this.#hasNews ||= isPlaying;
    for (const detail of reached) this.#say('chronos-milestone', detail);
    this.#tick(isPlaying || (isLeaving && this.#hasNews));
    const isBeat = isPlaying && sample.atMs - this.#lastPostAtMs >= HEARTBEAT_MS;
    const posts = opens || reached.length > 0 || (this.#hasNews && isStopped) || isBeat;
    if (posts || (isPlaying && event === undefined)) this.#tell(posts);
  }

  /** A source may get a new signature or be loaded again; another file is another video. */
  #hasOtherSource(event: string): boolean {
    const [before, now] = [this.#source, sourceOf(this.#media)];
    if (event === 'loadedmetadata') this.#source = now;
    return before !== '' && now !== '' && now !== before;
  }

  #shouldOpen({ state }: Sample): boolean {
    const waitsForPlay = this.#options.sessionStart === 'play' || this.#previousSessionId !== undefined;
    return state === 'playing' || (!waitsForPlay && state !== 'idle' && state !== 'buffering');
  }

  #open(sample: Sample): void {
    const { videoId, completionThreshold = 90 } = this.#options;
    const context = describeSession(this.#options, this.#previousSessionId);
    const session = new WatchSession({ videoId, context, completionThreshold, atMs: sample.atMs });
    session.recordWith(this.#recorder);
    this.#session = session;
    this.#answer = null;
    this.#deliver().join({
      sessionId: session.id,
      identity: this.#options.identity ?? (() => ({})),
      onAnswer: (answer) => this.#hear(session, answer),
      onError: (error) => this.#say('chronos-error', error),
      onLeave: (isEnd) => this.#leave(session, isEnd),
      onReturn: () => this.#look(),
    });
    this.#say('chronos-sessionstart', { sessionId: session.id });
    this.#checkContext();
  }

  #deliver(): Delivery {
    return (this.#delivery ??= this.#options.delivery ?? createLateDelivery(() => loadDelivery(this.#options)));
  }

  /** Says once what was left out of the session's context. */
  #checkContext(): void {
    const { courseId, moduleId } = this.#options;
    for (const id of [courseId, moduleId]) {
      if (!id || isUuid(id) || this.#previousSessionId) continue;
      this.#say('chronos-error', { code: 'context', message: `"${id}" is no uuid and was left out.` });
    }
  }

  /** Hands the newest snapshot over: to be sent when something happened or 10 s were played, to be kept every second. */
  #tell(isSent: boolean): void {
    if (!this.#session) return;
    const now = this.#clock.now();
    const snapshot = this.#session.snapshot(now, { isSent });
    if (!isSent) return this.#delivery?.keep(snapshot);
    this.#lastPostAtMs = now;
    this.#hasNews = false;
    this.#delivery?.post(snapshot);
  }

  /** The page is hidden or ends: the delivery asks for the last word, in the task in which it must leave. */
  #leave(session: WatchSession, isEnd: boolean): Snapshot | null {
    if (session !== this.#session) return null;
    this.#look();
    if (!isEnd && !this.#hasNews) return null;
    this.#hasNews = false;
    this.#lastPostAtMs = this.#clock.now();
    return session.snapshot(this.#lastPostAtMs, { isSent: true, ...(isEnd && { closeReason: 'page_end' as const }) });
  }

  #close(reason: CloseReason, atMs: number): void {
    const session = this.#session;
    if (!session) return;
    this.#session = null;
    this.#watched = session.watch;
    this.#previousSessionId = session.id;
    this.#delivery?.post(session.snapshot(atMs, { isSent: true, closeReason: reason }));
    this.#say('chronos-sessionend', { sessionId: session.id, reason });
  }

  #hear(session: WatchSession, answer: Answer): void {
    if (session !== this.#session) return;
    session.hear(answer);
    this.#answer = answer;
    this.#say('chronos-sessionupdate', answer);
  }

  #tick(isWanted: boolean): void {
    if (isWanted) this.#stopTicking ??= this.#clock.every(TICK_MS, () => this.#look());
    else {
      this.#stopTicking?.();
      this.#stopTicking = null;
    }
  }

  #say<Name extends keyof TrackingEventMap>(type: Name, detail: TrackingEventMap[Name]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Loaded with the first session, not before: a page that tracks nothing pays nothing for it. */
async function loadDelivery(endpoint: Endpoint): Promise<Delivery> {
  const { deliveryFor } = await import('./delivery-for.ts');
  return deliveryFor(endpoint);
}

/** Typed listeners. */
export interface MediaTracking {
  addEventListener<Name extends keyof TrackingEventMap>(
    type: Name,
    listener: (event: TrackingEventMap[Name]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
}
