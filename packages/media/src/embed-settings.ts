import type { EmbedControls, EmbedReport } from './embed.ts';
import type { MediaEventName } from './media.ts';

/** So long a report from before our own setting may still arrive. */
const STALE_MS = 1000;

/** Rate and sound of an embed: ours as soon as they are set, the viewer's when he changes them in the embed. */
export class EmbedSettings {
  readonly #rates: readonly number[] | null;
  #rate = 1;
  #volume = 1;
  #muted: boolean;
  #setAt = Number.NEGATIVE_INFINITY;

  /** @param rates the only possible ones, ascending; null: any. */
  constructor(rates: readonly number[] | null, muted: boolean) {
    this.#rates = rates;
    this.#muted = muted;
  }

  get rate(): number {
    return this.#rate;
  }
  get volume(): number {
    return this.#volume;
  }
  get muted(): boolean {
    return this.#muted;
  }

  /** Tells a player that has just come. */
  apply(controls: EmbedControls): void {
    controls.setMuted(this.#muted);
    controls.setVolume(this.#volume);
    if (this.#rate !== 1) controls.setRate(this.#rate);
    this.#setAt = performance.now();
  }

  /**
   * @returns whether it changed: the nearest rate the vendor has is the one that is already set, otherwise. Where there is
   *   one only, none can be set, and the viewer's own choice in the embed stays.
   * @throws TypeError for what is no number.
   */
  setRate(rate: number, controls: EmbedControls | null): boolean {
    const wanted = requireNumber(rate);
    const chosen = this.#rates ? nearest(this.#rates, wanted) : wanted;
    if (chosen === this.#rate || this.#rates?.length === 1) return false;
    this.#rate = chosen;
    this.#setAt = performance.now();
    controls?.setRate(chosen);
    return true;
  }

  /** As `load()` has it. @returns whether it changed. */
  resetRate(): boolean {
    const isChanged = this.#rate !== 1;
    this.#rate = 1;
    return isChanged;
  }

  /**
   * @returns whether it changed.
   * @throws IndexSizeError for a volume outside 0 to 1, as on a media element; TypeError for what is no number.
   */
  setSound({ volume = this.#volume, muted = this.#muted }: Sound, controls: EmbedControls | null): boolean {
    if (requireNumber(volume) < 0 || volume > 1) throw new DOMException('A volume is 0 to 1.', 'IndexSizeError');
    if (volume === this.#volume && muted === this.#muted) return false;
    if (volume !== this.#volume) controls?.setVolume(volume);
    if (muted !== this.#muted) controls?.setMuted(muted);
    this.#volume = volume;
    this.#muted = muted;
    this.#setAt = performance.now();
    return true;
  }

  /** What the viewer changed in the embed, as the events that tell of it. */
  take({ rate = this.#rate, volume = this.#volume, muted = this.#muted }: EmbedReport): MediaEventName[] {
    if (performance.now() < this.#setAt + STALE_MS) return [];
    const events: MediaEventName[] = [];
    if (rate !== this.#rate) events.push('ratechange');
    // Vendors round to whole percents.
    if (muted !== this.#muted || Math.abs(volume - this.#volume) >= 0.01) events.push('volumechange');
    if (events.length === 0) return events;
    this.#rate = rate;
    this.#volume = volume;
    this.#muted = muted;
    return events;
  }
}

/** What is to change of the sound. */
export interface Sound {
  readonly volume?: number;
  readonly muted?: boolean;
}

/** As a media element does for its `double` attributes. */
export function requireNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError(`Set a finite number, not ${String(value)}.`);
  return number;
}

function nearest(possible: readonly number[], wanted: number): number {
  return possible.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best));
}
