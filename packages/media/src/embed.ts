import type { MediaFailure } from './media-error.ts';
import type { MediaSettings, Refinement } from './provider.ts';

/** Where a vendor's player stands. `cued`: loaded, never played. */
export type EmbedWord = 'cued' | 'playing' | 'buffering' | 'paused' | 'ended';

/** What a vendor's player says of itself; what is absent has not been said. */
export interface EmbedReport {
  readonly state?: EmbedWord;
  /** Playhead, seconds; may be as old as the vendor's messages are apart. */
  readonly time?: number;
  /** Seconds; 0 while unknown, Infinity for a live stream. */
  readonly duration?: number;
  /** How much is loaded, from the beginning on: 0 to 1. */
  readonly loaded?: number;
  readonly rate?: number;
  /** 0 to 1. */
  readonly volume?: number;
  readonly muted?: boolean;
}

/** What a vendor's player can be told, in the vendor's own way. None of it throws or answers: what came of it is reported. */
export interface EmbedControls {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  setVolume(volume: number): void;
  setMuted(muted: boolean): void;
  /** The present state, for vendors that have to be asked: four times a second while something moves. */
  read?(): EmbedReport;
}

/** What a vendor's fence says to whom it serves. */
export interface EmbedListener {
  /** The vendor's player takes commands from now on. */
  ready(controls: EmbedControls): void;
  report(report: EmbedReport): void;
  /** The browser or the vendor forbids playing before the viewer has pressed play in the embed. */
  refuse(): void;
  fail(failure: MediaFailure): void;
  /** It can do less, or is known less well, than the registry says. */
  refine(refinement: Refinement): void;
}

/** A vendor as the embed base sees it: how to make its iframe, and how to talk with it. */
export interface EmbedVendor {
  /** An iframe with everything set before its `src`. Called again for each fresh start. */
  readonly createFrame: () => HTMLIFrameElement;
  /**
   * Talks with an iframe that has just been put in.
   *
   * @param signal aborted when the iframe is given up: everything of this conversation ends with it, and nothing said
   *   later is heard.
   */
  readonly connect: (frame: HTMLIFrameElement, listener: EmbedListener, signal: AbortSignal) => void;
  /** The only possible rates, ascending; null: any. */
  readonly rates: readonly number[] | null;
}

/** How an embed begins. */
export interface EmbedOptions {
  readonly vendor: EmbedVendor;
  /** Where its iframes live. */
  readonly box: HTMLElement;
  readonly settings: Pick<MediaSettings, 'autoplay' | 'muted' | 'loop'>;
  /** Where to begin, seconds. */
  readonly startTime: number;
  /** Where to pause once, seconds; Infinity: nowhere. */
  readonly endTime: number;
  readonly onRefined: (refinement: Refinement) => void;
}
