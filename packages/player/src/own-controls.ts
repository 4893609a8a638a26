import { isMarkupForbidden } from '@chronos-player/media';
import { PLAY } from './messages/first-words.ts';
import { chooseWords } from './on-demand.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import type { PlayerVideo } from './read-player-video.ts';
import { followPreferences, forgetPreferences } from './preferences.ts';
import { reportFailure } from './report-failure.ts';

/** What the controls are of. */
export interface OwnControlsOptions {
  /** A `<video>` that is the element itself: what a vendor shows has the vendor's controls. */
  readonly video: HTMLVideoElement;
  /** What the database said of it. */
  readonly described: PlayerVideo | null;
  /** Aborted when the video goes. */
  readonly signal: AbortSignal;
}

/** A viewer who does one of these wants to see controls. */
const SIGNS = ['pointerover', 'pointermove', 'pointerdown', 'focusin', 'keydown', 'play'] as const;

/**
 * `controls="chronos"`: until the viewer comes near there is one button and nothing loaded; then the controls are. Where they
 * cannot run or cannot be had, the browser's own take their place, and the developer reads why.
 */
export class OwnControls {
  readonly #host: PlayerHost;
  readonly #options: OwnControlsOptions;
  /** As long as they are wanted. */
  #wanted: AbortController | null = null;
  /** Tells them of attributes, once they are there. */
  #followAttributes: (() => void) | undefined;
  #hasFailed = false;
  /** As the tracking has it: once somebody asks, only the word `granted` gives it. */
  #asksConsent = false;
  #couldRemember = false;

  constructor(host: PlayerHost, options: OwnControlsOptions) {
    this.#host = host;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** The attributes may change at any time. @returns whether the browser's own controls are to be shown. */
  follow(): boolean {
    const isWanted = this.#host.getAttribute('controls') === 'chronos';
    const canRemember = this.#mayRemember();
    if (this.#couldRemember && !canRemember) forgetPreferences();
    this.#couldRemember = canRemember;
    if (isWanted && !this.#wanted) this.#begin();
    if (!isWanted) this.#end();
    this.#followAttributes?.();
    return this.#host.controls && (!isWanted || this.#hasFailed);
  }

  #mayRemember(): boolean {
    const { consent } = this.#host;
    this.#asksConsent ||= consent !== '';
    return !this.#asksConsent || consent === 'granted';
  }

  #begin(): void {
    const { video } = this.#options;
    const { signal } = (this.#wanted = new AbortController());
    this.#hasFailed = false;
    if (this.#mayRemember()) followPreferences(video, { isMuted: this.#host.defaultMuted, signal });
    const [untilSign, untilLoaded] = [new AbortController(), new AbortController()];
    const load = async (): Promise<void> => {
      untilSign.abort();
      await this.#load(signal);
      untilLoaded.abort();
    };
    const noLonger = AbortSignal.any([signal, untilSign.signal]);
    for (const type of SIGNS) this.#host.addEventListener(type, () => void load(), { signal: noLonger });
    // A press anywhere on the picture plays, whether or not the controls are there to hear it.
    const press = (): void => (video.paused ? this.#play() : video.pause());
    video.addEventListener('click', press, { signal: AbortSignal.any([signal, untilLoaded.signal]) });
    if (video.paused) this.#offerStart(signal);
    // He was there before.
    if (!video.paused || this.#host.matches(':hover, :focus-within')) void load();
  }

  #end(): void {
    this.#wanted?.abort();
    this.#wanted = null;
    this.#followAttributes = undefined;
  }

  /** The facade's button, over the first picture, until the first play. */
  #offerStart(signal: AbortSignal): void {
    const { video } = this.#options;
    const button = Object.assign(document.createElement('button'), { type: 'button', ariaLabel: PLAY });
    button.className = 'start';
    button.setAttribute('part', 'facade');
    button.addEventListener('click', () => this.#play());
    const withdraw = (): void => this.#withdrawStart();
    video.addEventListener('play', withdraw, { signal, once: true });
    signal.addEventListener('abort', withdraw, { once: true });
    this.#find('[part=media]')?.after(button);
    void chooseWords(this.#host).then(({ play }) => (button.ariaLabel = play));
  }

  #withdrawStart(): void {
    const button = this.#find('.start');
    const hadFocus = button && this.#host.shadowRoot?.activeElement === button;
    button?.remove();
    if (hadFocus) this.#find('[part=media]')?.focus({ preventScroll: true });
  }

  #find(selector: string): HTMLElement | null | undefined {
    return this.#host.shadowRoot?.querySelector<HTMLElement>(selector);
  }

  /** What refuses is the browser; the button is still there. */
  #play(): void {
    this.#options.video.play().catch(() => {});
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      if (isMarkupForbidden()) throw new Error('Trusted Types do not let their templates become markup');
      const { showControls } = await import('./controls/controls.ts');
      if (!signal.aborted)
        this.#followAttributes = await showControls(this.#host, {
          ...this.#options,
          mayRemember: () => this.#mayRemember(),
          signal,
        });
    } catch (error) {
      if (!signal.aborted) this.#giveWay((error as Error).message);
    }
  }

  /** To the browser's own. */
  #giveWay(reason: string): void {
    this.#hasFailed = true;
    this.#withdrawStart();
    this.#options.video.controls = this.follow();
    void reportFailure(this.#host, new PlayerError('controls-unavailable', reason));
  }
}
