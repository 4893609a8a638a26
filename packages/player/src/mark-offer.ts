import { identifyViewer, onConfigured } from './configure.ts';
import { createMarkBar, type MarkBar } from './mark-bar.ts';
import type { MediaController } from './media-controller.ts';
import { EN_MARKS } from './messages/en-marks.ts';
import { chooseWords, describeFailure, findPlayerVideo } from './on-demand.ts';
import { isPlayerError, PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';

/** After these there may be another answer to whether watching can complete the video. */
const NEWS = ['chronos-capabilities', 'chronos-sessionupdate', 'chronos-milestone', 'error', 'loadstart'] as const;

/** Whose viewer is offered it, and when. */
export interface MarkOfferOptions {
  readonly media: MediaController;
  /** Can watching not complete the video? */
  readonly isNeeded: () => boolean;
  /** Aborted when the video is no longer the one that is tracked. */
  readonly signal: AbortSignal;
}

/**
 * Offers the viewer to mark the video as watched, where watching cannot complete it and the video takes his word: no
 * lesson is a dead end. Whoever is not signed in has no word to give and is offered nothing.
 */
export class MarkOffer {
  readonly #host: PlayerHost;
  readonly #media: MediaController;
  readonly #isNeeded: () => boolean;
  readonly #signal: AbortSignal;
  /** Does the video take this viewer's word? Asked once there is a need, and again when the viewer may be another. */
  #takesWord: Promise<boolean> | null = null;
  #bar: MarkBar | null = null;
  #said = '';
  #isMarked = false;

  constructor(host: PlayerHost, { media, isNeeded, signal }: MarkOfferOptions) {
    this.#host = host;
    this.#media = media;
    this.#isNeeded = () => !signal.aborted && !host.watch.completed && isNeeded();
    this.#signal = signal;
  }

  begin(): void {
    const signal = this.#signal;
    const look = (): void => void this.#consider();
    for (const type of NEWS) this.#host.addEventListener(type, look, { signal });
    onConfigured(() => {
      this.#takesWord = null;
      look();
    }, signal);
    signal.addEventListener('abort', () => this.#withdraw(), { once: true });
    look();
  }

  async #consider(): Promise<void> {
    if (this.#isMarked) return;
    if (!this.#isNeeded()) return this.#withdraw();
    const takesWord = await (this.#takesWord ??= this.#ask());
    const words = { ...EN_MARKS, ...(await chooseWords(this.#host)) };
    if (this.#isMarked) return;
    if (!takesWord || !this.#isNeeded()) return this.#withdraw();
    const options = { label: words.mark, onMark: () => this.#mark() };
    this.#bar ??= createMarkBar(this.#host.shadowRoot as ShadowRoot, options);
    // What came of a press is not talked over.
    const sentence = this.#media.failure ? words.markElsewhere : words.markUnseen;
    if (sentence !== this.#said) this.#bar.say(sentence);
    this.#said = sentence;
  }

  /** Beside a `src` the database was not asked before. Where it does not answer, nothing is offered. */
  async #ask(): Promise<boolean> {
    try {
      const { accessToken, viewerToken } = await identifyViewer();
      if (!accessToken && !viewerToken) return false;
      const video = this.#media.video ?? (await findPlayerVideo(this.#host, this.#signal));
      return video.accepted_evidence?.includes('attested') === true && video.completed !== true;
    } catch {
      // Asked again with the next look: a network that stumbled once is no answer.
      this.#takesWord = null;
      return false;
    }
  }

  async #mark(): Promise<void> {
    const bar = this.#bar;
    this.#isMarked = true;
    const words = { ...EN_MARKS, ...(await chooseWords(this.#host)) };
    try {
      await this.#host.markAsWatched();
      bar?.settle(words.marked);
    } catch (error) {
      this.#isMarked = false;
      const failure = isPlayerError(error) ? error : new PlayerError('mark-unsaved', String(error));
      const { viewer = '', isPassing } = describeFailure(failure, words);
      if (isPassing) bar?.say(viewer);
      else bar?.settle(viewer);
    }
  }

  #withdraw(): void {
    this.#bar?.remove();
    this.#bar = null;
    this.#said = '';
  }
}
