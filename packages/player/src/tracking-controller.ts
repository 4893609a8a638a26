import type { CloseReason, MediaTracking, WatchReadout } from '@chronos-player/tracker';
import type { ReactiveController } from '@lit/reactive-element';
import { chooseBackend } from './configure.ts';
import type { MediaController } from './media-controller.ts';
import { isPlayerError, PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { reportFailure } from './report-failure.ts';
import type * as StartTracking from './start-tracking.ts';

/** Before anything is tracked. The tracker's own comes too late for this: it is loaded with the first session. */
const NOTHING_WATCHED: WatchReadout = Object.freeze({
  time: 0,
  content: 0,
  covered: 0,
  percent: null,
  ranges: Object.freeze([]),
  completed: false,
  evidence: 'measured',
});

/** Has the database told what is watched, once there is something to watch. Trouble here never stops playback. */
export class TrackingController implements ReactiveController {
  readonly #host: PlayerHost;
  readonly #media: MediaController;
  readonly #load: typeof loadTracking;
  /** What is tracked and where it is told; null: nothing. */
  #target: string | null = null;
  /** Somebody asks for consent here. From then on only the word `granted` gives it: taking the question back does not. */
  #asksConsent = false;
  #isReported = false;
  /** The viewer has said himself that he has watched it. */
  #isMarked = false;
  #abort = new AbortController();
  /** Null: nothing is tracked. */
  tracking: MediaTracking | null = null;

  /** @param load tests let it fail. */
  constructor(host: PlayerHost, media: MediaController, load: typeof loadTracking = loadTracking) {
    this.#host = host;
    this.#media = media;
    this.#load = load;
    host.addController(this);
  }

  get watch(): WatchReadout {
    const { watch } = this.tracking ?? { watch: NOTHING_WATCHED };
    return this.#isMarked ? { ...watch, completed: true } : watch;
  }

  get session(): MediaTracking['session'] {
    return this.tracking?.session ?? null;
  }

  hostUpdated(): void {
    const { isConnected, videoId, src } = this.#host;
    if (!isConnected) return;
    const isAllowed = this.#checkConsent();
    const backend = chooseBackend(this.#host);
    const { playback, failure, video } = this.#media;
    // Where nothing can be played, the viewer may have watched it elsewhere and say so.
    const isThere = playback || (failure && (video || src));
    const target = videoId && isAllowed && isThere ? JSON.stringify([videoId, backend, !playback]) : null;
    // Beside the media, not after it: what autoplays must not play unseen. Should it fail, #start says so.
    if (videoId && !this.#target) this.#load().catch(() => {});
    if (target === this.#target) return;
    if (!isAllowed) this.tracking?.withdrawConsent();
    this.stop('source_change');
    this.#target = target;
    if (target) void this.#start();
  }

  /** Closes the session. Idempotent. */
  stop(reason: CloseReason): void {
    this.#target = null;
    this.#isReported = this.#isMarked = false;
    this.tracking?.stop(reason);
    this.#abort.abort();
    this.tracking = null;
  }

  /** Loaded then: few videos need it, and few pages ask for it. */
  async markAsWatched(): Promise<void> {
    const { markAsWatched } = await import('./marking.ts');
    const onMarked = (): unknown => (this.#isMarked = true);
    await markAsWatched(this.#host, { isAllowed: this.#checkConsent(), onMarked });
  }

  #checkConsent(): boolean {
    const { consent } = this.#host;
    this.#asksConsent ||= consent !== '';
    return !this.#asksConsent || consent === 'granted';
  }

  async #start(): Promise<void> {
    const { signal } = (this.#abort = new AbortController());
    try {
      const { startTracking, offerMark } = await this.#load();
      const { playback } = this.#media;
      if (signal.aborted) return;
      if (!playback) return offerMark(this.#host, this.#media, signal);
      const onViewerChange = (): void => this.#startOver();
      this.tracking = startTracking(this.#host, { media: this.#media, playback, onViewerChange, signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!this.#isReported) void reportFailure(this.#host, describe(error));
      this.#isReported = true;
      this.#startLater();
    }
  }

  /**
   * With the network or with the next playback. Browsers that keep a failed `import()` fail again without asking.
   *
   * @see https://github.com/whatwg/html/pull/10327
   */
  #startLater(): void {
    const attempt = this.#abort;
    const { signal } = attempt;
    const again = (): void => {
      attempt.abort();
      void this.#start();
    };
    window.addEventListener('online', again, { signal });
    this.#host.addEventListener('play', again, { signal });
  }

  /** What the next viewer watches is his own; the media plays on. */
  #startOver(): void {
    this.stop('viewer_change');
    this.#host.requestUpdate();
  }
}

function describe(error: unknown): PlayerError {
  if (isPlayerError(error)) return error;
  return new PlayerError('tracking-missing', `Tracking could not begin (${String(error)})`);
}

/** Only for a video that is tracked. */
function loadTracking(): Promise<typeof StartTracking> {
  return import('./start-tracking.ts');
}
