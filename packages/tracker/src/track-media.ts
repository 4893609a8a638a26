import type { Media } from '@chronos-player/media';
import type { Delivery } from './delivery.ts';
import { createLateDelivery } from './late-delivery.ts';
import { readSample, SAMPLED_EVENTS } from './read-sample.ts';
import type { Sample } from './sample.ts';
import { describeSession } from './session-context.ts';
import type { Answer, CloseReason, Snapshot } from './snapshot.ts';
import type { Endpoint } from './transport.ts';
import { PAGE_CLOCK, type TrackingClock, type TrackingEventMap, type TrackOptions } from './track-options.ts';
import { NOTHING_WATCHED, WatchSession, type WatchReadout } from './watch-session.ts';

const HEARTBEAT_MS = 10_000;
const TICK_MS = 1_000;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/**
 * Tracks any media element: opens a watch session, tells the database what was watched, closes it.
 *
 * @throws TypeError when `videoId` is not a uuid or `supabaseUrl` / `supabaseKey` are missing. Nothing else ever throws:
 * trouble with tracking is a `chronos-error` event and never touches playback.
 * @example
 * const tracking = trackMedia(document.querySelector('video'), { videoId, supabaseUrl, supabaseKey });
 * tracking.addEventListener('chronos-milestone', ({ detail }) => console.log(detail.kind, detail.percent));
 */
export function trackMedia(media: Media, options: TrackOptions): MediaTracking {
  if (!UUID.test(options.videoId)) throw new TypeError(`videoId must be a uuid (videos.id), not "${options.videoId}".`);
  if (!URL.canParse(options.supabaseUrl) || !options.supabaseKey) {
    throw new TypeError('trackMedia needs supabaseUrl (https://...) and supabaseKey (the publishable key).');
  }
  return new MediaTracking(media, options);
}

/** The tracking of one media element; ends with `stop()`. */
export class MediaTracking extends EventTarget {
  readonly #media: Media;
  readonly #options: TrackOptions;
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

  constructor(media: Media, options: TrackOptions) {
    super();
    this.#media = media;
    this.#options = options;
    this.#clock = options.clock ?? PAGE_CLOCK;
    this.#hasConsent = options.consent !== 'required';
    const { signal } = this.#abort;
    for (const name of SAMPLED_EVENTS) media.addEventListener(name, ({ type }) => this.#look(type), { signal });
    // Not yet: whoever is given this object must be able to listen before it speaks.
    queueMicrotask(() => this.#look());
  }

  /** What was watched in the current (or last) session, in seconds. */
  get watch(): WatchReadout {
    const own = this.#session?.watch ?? { ...NOTHING_WATCHED, evidence: this.#options.evidence ?? 'measured' };
    return { ...own, completed: own.completed || this.#answer?.completed === true };
  }

  /** The current session, and what the database last answered about it; `null` when none is open. */
  get session(): { readonly id: string; readonly answer: Answer | null } | null {
    return this.#session && { id: this.#session.id, answer: this.#answer };
  }

  /** The viewer agrees: with `consent: 'required'`, watching counts from here on. */
  giveConsent(): void {
    this.#hasConsent = true;
    this.#look();
  }

  /** Closes the session and lets go of the media. Idempotent. */
  stop(reason: CloseReason = 'removed'): void {
    if (this.#abort.signal.aborted) return;
    this.#look();
    this.#abort.abort();
    this.#tick(false);
    this.#close(reason, this.#clock.now());
  }

  /** Takes one look at the media; everything follows from it. */
  #look(event?: string): void {
    if (!this.#hasConsent || this.#abort.signal.aborted) return;
    const isHidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
    const sample = readSample(this.#media, { atMs: this.#clock.now(), isHidden, ...(event && { event }) });
    if (this.#session?.isIdleAt(sample.atMs)) this.#close('idle', this.#session.lastSeenAtMs);
    const opens = !this.#session && this.#shouldOpen(sample);
    if (opens) this.#open(sample);
    if (!this.#session) return;
    const wasPlaying = this.#session.meter.last?.state === 'playing';
    const isPlaying = sample.state === 'playing';
    const reached = this.#session.observe(sample);
    this.#hasNews ||= isPlaying || wasPlaying;
    for (const detail of reached) this.#say('chronos-milestone', detail);
    this.#tick(isPlaying);
    this.#tell({
      atOnce: opens || reached.length > 0 || (wasPlaying && (sample.state === 'paused' || sample.state === 'ended')),
      beats: isPlaying && sample.atMs - this.#lastPostAtMs >= HEARTBEAT_MS,
      keeps: isPlaying && event === undefined,
    });
  }

  #shouldOpen({ state }: Sample): boolean {
    const waitsForPlay = this.#options.sessionStart === 'play' || this.#previousSessionId !== undefined;
    return state === 'playing' || (!waitsForPlay && state !== 'idle' && state !== 'buffering');
  }

  #open(sample: Sample): void {
    const { videoId, completionThreshold = 90, delivery } = this.#options;
    this.#delivery ??= delivery ?? createLateDelivery(() => loadDelivery(this.#options));
    const context = describeSession(this.#options, this.#previousSessionId);
    const session = new WatchSession({ videoId, context, completionThreshold, atMs: sample.atMs });
    this.#session = session;
    this.#answer = null;
    this.#delivery.join({
      sessionId: session.id,
      identity: this.#options.identity ?? (() => ({})),
      onAnswer: (answer) => this.#hear(session, answer),
      onError: (error) => this.#say('chronos-error', error),
      onLeave: (isEnd) => this.#leave(session, isEnd),
      onReturn: () => this.#look(),
    });
    this.#say('chronos-sessionstart', { sessionId: session.id });
  }

  /** Hands the newest snapshot over: to be sent when something happened or 10 s were played, to be kept every second. */
  #tell({
    atOnce = false,
    beats = false,
    keeps = false,
  }: {
    atOnce?: boolean;
    beats?: boolean;
    keeps?: boolean;
  }): void {
    if (!this.#session) return;
    const now = this.#clock.now();
    if (atOnce || beats) {
      this.#lastPostAtMs = now;
      this.#hasNews = false;
      this.#delivery?.post(this.#session.snapshot(now, { isSent: true }));
    } else if (keeps) {
      this.#delivery?.keep(this.#session.snapshot(now, { isSent: false }));
    }
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
    this.#previousSessionId = session.id;
    this.#delivery?.post(session.snapshot(atMs, { isSent: true, closeReason: reason }));
    this.#say('chronos-sessionend', { sessionId: session.id, reason });
  }

  #hear(session: WatchSession, answer: Answer): void {
    if (session !== this.#session) return;
    if (answer.completed && !this.#answer) session.wasCompletedBefore();
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
