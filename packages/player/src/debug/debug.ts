import type { MediaTracking, WatchReadout } from '@chronos-player/tracker';
import { inspectDelivery, recordTrace, type DeliveryReport, type Trace } from '@chronos-player/tracker/trace';
import { chooseBackend } from '../configure.ts';
import type { MediaController } from '../media-controller.ts';
import type { MediaFacade } from '../media-facade.ts';
import type { PlayerHost } from '../player-host.ts';
import type { TrackingController } from '../tracking-controller.ts';
import { DebugPanel } from './debug-panel.ts';
import type { DebugPicture } from './describe-tracking.ts';

/** The element, as the panel sees it. */
export type DebugHost = PlayerHost &
  MediaFacade & { readonly watch: WatchReadout; readonly session: MediaTracking['session'] };

/** What is told by itself is shown at once; the rest is looked at as often. */
const LOOK_MS = 500;
const NOTHING_TRACED = { counters: null, message: null, answer: null, size: { entries: 0, dropped: 0 } };

/** Shows the panel until the attribute `debug` is taken away or the element leaves the page. Called again, it does nothing. */
export function showDebug(player: DebugHost, media: MediaController, tracking: TrackingController): void {
  const root = player.shadowRoot;
  if (!root || !player.debug || !player.isConnected || root.querySelector("[part='debug']")) return;
  const session = new DebugSession(player, { media, tracking });
  const panel = new DebugPanel(root, { onSave: () => session.save() });
  const look = (): void => {
    if (player.debug && player.isConnected) return panel.show(session.picture);
    clearInterval(timer);
    observer.disconnect();
    session.end();
    panel.element.remove();
  };
  const timer = setInterval(look, LOOK_MS);
  const observer = new MutationObserver(look);
  observer.observe(player, { attributeFilter: ['debug'] });
  look();
}

interface DebugParts {
  readonly media: MediaController;
  readonly tracking: TrackingController;
}

/** What the panel knows beyond what can be asked at any moment. */
class DebugSession {
  readonly #player: DebugHost;
  readonly #parts: DebugParts;
  readonly #listening = new AbortController();
  #traced: TrackingController['tracking'] = null;
  #trace: Trace | null = null;
  #delivery: DeliveryReport | null = null;
  #error = '';

  constructor(player: DebugHost, parts: DebugParts) {
    this.#player = player;
    this.#parts = parts;
    const { signal } = this.#listening;
    // Dispatched before the session's first look: the trace begins with it.
    player.addEventListener('chronos-sessionstart', () => this.#record(), { signal });
    const onError = (event: Event): void => void (this.#error = describeError(event));
    player.addEventListener('chronos-error', onError, { signal });
    this.#record();
  }

  get picture(): DebugPicture {
    const { watch, session } = this.#player;
    void this.#inspect();
    return {
      state: this.#parts.media.state,
      media: this.#player,
      watch,
      session,
      untracked: this.#parts.tracking.tracking ? null : this.#whyUntracked(),
      trace: this.#trace ? { ...this.#trace.latest, size: this.#trace.size } : NOTHING_TRACED,
      delivery: this.#delivery,
      error: this.#error,
    };
  }

  /** Hands the trace to the viewer as a file. */
  save(): void {
    if (!this.#trace) return;
    const href = URL.createObjectURL(new Blob([this.#trace.toJson()], { type: 'application/json' }));
    Object.assign(document.createElement('a'), { href, download: 'chronos-trace.json' }).click();
    // The download has its own hold on it from the next task on.
    setTimeout(() => URL.revokeObjectURL(href));
  }

  end(): void {
    this.#listening.abort();
    this.#trace?.stop();
  }

  #record(): void {
    const { tracking } = this.#parts.tracking;
    if (!tracking || tracking === this.#traced) return;
    this.#traced = tracking;
    this.#trace = recordTrace(tracking);
  }

  #whyUntracked(): string {
    const { videoId, consent } = this.#player;
    const { supabaseUrl, supabaseKey } = chooseBackend(this.#player);
    if (!videoId) return 'not tracked: no video-id';
    if (!supabaseUrl || !supabaseKey) return 'not tracked: no supabase-url or supabase-key';
    return consent === 'required' ? 'not tracked: waits for consent' : 'none open';
  }

  async #inspect(): Promise<void> {
    this.#delivery = await inspectDelivery(chooseBackend(this.#player));
  }
}

function describeError(event: Event): string {
  const { code, message } = (event as CustomEvent<{ readonly code: string; readonly message: string }>).detail;
  return `${code}: ${message}`;
}
