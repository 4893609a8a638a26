import type { MediaCapabilities } from '@chronos-player/media';
import type { MediaTracking, WatchReadout } from '@chronos-player/tracker';
import { ReactiveElement, type CSSResultGroup, type PropertyValues } from '@lit/reactive-element';
import { ATTRIBUTES, type PlayerAttributes } from './attributes.ts';
import { onConfigured } from './configure.ts';
import { CurrentMedia } from './current-media.ts';
import { MediaController, type PlayerState } from './media-controller.ts';
import { installMediaFacade, WRITABLE, type MediaFacade } from './media-facade.ts';
import { PlayerView } from './player-view.ts';
import { styles } from './styles.ts';
import { TrackingController } from './tracking-controller.ts';

/** Everything HTMLMediaElement has, and every attribute as a property: both are tables, installed below. */
export interface ChronosPlayer extends PlayerAttributes, MediaFacade {}

/**
 * `<chronos-player>`: any video source behind HTMLMediaElement's properties, methods and events.
 *
 * Disconnecting is not destroying: moved within one task (or by `moveBefore`) everything goes on; still out of the page
 * a task later, the watch session is closed and the media given back. Put in again, it opens anew.
 *
 * @example <chronos-player src="/lesson.mp4" controls></chronos-player>
 * @example <chronos-player video-id="…" supabase-url="https://x.supabase.co" supabase-key="sb_publishable_…"></chronos-player>
 */
export class ChronosPlayer extends ReactiveElement {
  static override readonly styles: CSSResultGroup = styles;

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...Object.values(ATTRIBUTES).map(({ attribute }) => attribute)];
  }

  readonly #current: CurrentMedia = new CurrentMedia({
    isDefaultMuted: () => this.defaultMuted,
    onWanted: () => this.#media.want(),
  });
  readonly #media: MediaController = new MediaController(this, {
    current: this.#current,
    onChange: () => this.#followState(),
    onUnmount: (reason) => this.#tracking.stop(reason),
  });
  readonly #tracking: TrackingController = new TrackingController(this, this.#media);
  /** Absent where the browser has none: then there is no `:state()`, and nothing else is missing. */
  readonly #states: CustomStateSet | undefined = this.attachInternals?.().states;
  #view: PlayerView | undefined;
  #state: PlayerState | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #listening: AbortController | undefined;

  static {
    Object.defineProperties(this.prototype, ATTRIBUTES);
    installMediaFacade(this.prototype, (player) => player.#current);
  }

  constructor() {
    super();
    // What was set before the element was defined hides the accessors; it is set again, through them.
    for (const name of [...Object.keys(ATTRIBUTES), ...WRITABLE]) {
      if (!Object.hasOwn(this, name)) continue;
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }

  /** What the media can do: frozen, known before it is loaded, null before there is a source. */
  get capabilities(): MediaCapabilities | null {
    return this.#media.playback?.mounted.capabilities ?? this.#media.provider?.capabilities ?? null;
  }

  /** The `<video>` inside, for tools that monitor one; null where there is none. */
  get nativeVideo(): HTMLVideoElement | null {
    return this.#media.playback?.mounted.nativeVideo ?? null;
  }

  /** What was watched so far in this session, seconds. */
  get watch(): WatchReadout {
    return this.#tracking.watch;
  }

  /** The watch session in the database, null while there is none. */
  get session(): MediaTracking['session'] {
    return this.#tracking.session;
  }

  /**
   * The viewer says that he has watched the video, which completes it for him where it accepts `attested` evidence. The
   * player offers it by itself where watching cannot complete the video; this is for a page with a button of its own.
   *
   * @throws (rejects) Error with `code`: `mark-anonymous`, `mark-refused`, `mark-unsaved`.
   */
  markAsWatched(): Promise<void> {
    return this.#tracking.markAsWatched();
  }

  get error(): MediaFacade['error'] {
    return this.#media.error;
  }

  load(): void {
    this.#media.load();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    clearTimeout(this.#leaving);
    this.#listening ??= this.#listen();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving = setTimeout(() => this.#leave());
  }

  /** Its presence makes `moveBefore` a move in place of a removal and an insertion. There is nothing to do. */
  connectedMoveCallback(): void {}

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (old === value) return;
    // Unlike on <video>: an attribute somebody changes live is meant.
    if (name === ATTRIBUTES.defaultMuted.attribute && this.hasUpdated) this.muted = value !== null;
    this.#media.reconsider();
    this.requestUpdate();
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = super.createRenderRoot() as ShadowRoot;
    this.#view = new PlayerView(root, {
      onPlay: () => void this.play().catch(() => {}),
      onWarm: () => this.#media.warm(),
      onRetry: () => this.#media.retry(),
      onChildren: () => this.#media.playback?.followTracks(),
    });
    return root;
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed);
    const { playback, video, failure, state } = this.#media;
    // A native <video> shows the poster itself, below its controls.
    const isCovered = !playback?.hasPlayed && !playback?.mounted.nativeVideo;
    this.#view?.show({
      media: playback?.element ?? null,
      poster: isCovered ? this.poster || (video?.poster ?? '') : '',
      isFacade: state === 'facade',
      isLoading: state === 'loading',
      failure,
    });
    if (this.debug) void this.#debug();
  }

  async #debug(): Promise<void> {
    const { loadDebug } = await import('./start-tracking.ts');
    const { showDebug } = await loadDebug();
    showDebug(this, this.#media, this.#tracking);
  }

  #listen(): AbortController {
    const listening = new AbortController();
    onConfigured(() => this.requestUpdate(), listening.signal);
    return listening;
  }

  /** Still out of the page: what is given back now is opened anew if it ever returns. */
  #leave(): void {
    this.#listening?.abort();
    this.#listening = undefined;
    this.#media.close('removed');
  }

  /** At once, not with the next update: inside a listener the state is already as the event says. */
  #followState(): void {
    const { state } = this.#media;
    if (state !== this.#state && this.#states) replaceState(this.#states, state);
    this.#state = state;
    this.requestUpdate();
  }
}

function replaceState(states: CustomStateSet, state: PlayerState): void {
  states.clear();
  try {
    states.add(state);
  } catch {
    // Chromium before 125 knows only dashed names: `:--playing`.
    states.add(`--${state}`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'chronos-player': ChronosPlayer;
  }
}
