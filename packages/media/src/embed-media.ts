import type { EmbedOptions } from './embed.ts';
import { EmbedPlayer } from './embed-player.ts';
import { requireNumber } from './embed-settings.ts';
import type { Media } from './media.ts';
import type { MediaFailure } from './media-error.ts';
import { createTimeRanges } from './time-ranges.ts';

/** An iframe player that speaks HTMLMediaElement: the platform's names for what {@link EmbedPlayer} knows. */
export class EmbedMedia extends EventTarget implements Media {
  readonly #player: EmbedPlayer;
  /** One event after the other, each in its own microtask: whoever called a command sees it return first. */
  #telling: Promise<void> = Promise.resolve();

  constructor(options: EmbedOptions) {
    super();
    this.#player = new EmbedPlayer(options, (...events) => {
      for (const name of events) this.#telling = this.#telling.then(() => void this.dispatchEvent(new Event(name)));
    });
  }

  get paused(): boolean {
    return this.#player.state.paused;
  }

  get ended(): boolean {
    return this.#player.state.ended;
  }

  get seeking(): boolean {
    const { isReady, target } = this.#player.state;
    return isReady && target !== null;
  }

  get readyState(): number {
    return this.#player.state.readyState;
  }

  get error(): MediaFailure | null {
    return this.#player.state.error;
  }

  get duration(): number {
    return this.#player.state.duration;
  }

  get buffered(): TimeRanges {
    const { loaded, duration } = this.#player.state;
    return createTimeRanges(loaded * duration > 0 ? [[0, loaded * duration]] : []);
  }

  get seekable(): TimeRanges {
    const { duration } = this.#player.state;
    return createTimeRanges(Number.isFinite(duration) ? [[0, duration]] : []);
  }

  get currentTime(): number {
    return this.#player.time;
  }

  set currentTime(seconds: number) {
    this.#player.seek(requireNumber(seconds));
  }

  get playbackRate(): number {
    return this.#player.settings.rate;
  }

  set playbackRate(rate: number) {
    this.#player.setRate(rate);
  }

  get volume(): number {
    return this.#player.settings.volume;
  }

  set volume(volume: number) {
    this.#player.setSound({ volume });
  }

  get muted(): boolean {
    return this.#player.settings.muted;
  }

  set muted(muted: boolean) {
    this.#player.setSound({ muted });
  }

  get loop(): boolean {
    return this.#player.loop;
  }

  set loop(loop: boolean) {
    this.#player.loop = loop;
  }

  play(): Promise<void> {
    const { plays, state } = this.#player;
    const promise = plays.add();
    if (state.error) plays.reject('NotSupportedError', state.error.message);
    else if (state.isAdvancing) plays.resolve();
    else this.#player.play();
    return promise;
  }

  pause(): void {
    this.#player.pause();
  }

  load(): void {
    this.#player.load();
  }

  /** Gives everything back. */
  destroy(): void {
    this.#player.destroy();
  }
}
