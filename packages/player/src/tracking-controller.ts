import type { CloseReason, MediaTracking, WatchReadout } from '@chronos-player/tracker';
import type { ReactiveController } from '@lit/reactive-element';
import { chooseBackend } from './configure.ts';
import type { MediaController } from './media-controller.ts';
import { PlayerError } from './player-errors.ts';
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
  /** What is tracked and where it is told; null: nothing. */
  #target: string | null = null;
  #abort = new AbortController();
  #tracking: MediaTracking | null = null;

  constructor(host: PlayerHost, media: MediaController) {
    this.#host = host;
    this.#media = media;
    host.addController(this);
  }

  get watch(): WatchReadout {
    return this.#tracking?.watch ?? NOTHING_WATCHED;
  }

  get session(): MediaTracking['session'] {
    return this.#tracking?.session ?? null;
  }

  hostUpdated(): void {
    const { isConnected, videoId, consent } = this.#host;
    if (!isConnected) return;
    const backend = chooseBackend(this.#host);
    const target = videoId && this.#media.playback ? JSON.stringify([videoId, backend]) : null;
    const canTell = backend.supabaseUrl !== '' && backend.supabaseKey !== '';
    // Beside the media, not after it: what autoplays must not play unseen. Should it fail, #start says so.
    if (videoId && canTell && !this.#target) loadTracking().catch(() => {});
    if (consent === 'granted') this.#tracking?.giveConsent();
    if (target === this.#target) return;
    this.stop('source_change');
    this.#target = target;
    if (!target) return;
    if (canTell) void this.#start();
    else this.#report('key-missing', 'The video plays untracked: supabase-url or supabase-key is not set');
  }

  /** Closes the session. Idempotent. */
  stop(reason: CloseReason): void {
    this.#target = null;
    this.#tracking?.stop(reason);
    this.#abort.abort();
    this.#tracking = null;
  }

  async #start(): Promise<void> {
    const { signal } = (this.#abort = new AbortController());
    try {
      const { startTracking } = await loadTracking();
      const { playback } = this.#media;
      if (signal.aborted || !playback) return;
      const onViewerChange = (): void => this.#startOver();
      this.#tracking = startTracking(this.#host, { media: this.#media, playback, onViewerChange, signal });
    } catch (error) {
      if (!signal.aborted) this.#report('tracking-missing', `Tracking could not begin (${String(error)})`);
    }
  }

  /** What the next viewer watches is his own; the media plays on. */
  #startOver(): void {
    this.stop('viewer_change');
    this.#host.requestUpdate();
  }

  #report(code: PlayerError['code'], message: string): void {
    void reportFailure(this.#host, new PlayerError(code, message));
  }
}

/** Only for a video that is tracked. */
function loadTracking(): Promise<typeof StartTracking> {
  return import('./start-tracking.ts');
}
