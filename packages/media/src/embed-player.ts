import type { EmbedOptions, EmbedReport, EmbedWord } from './embed.ts';
import { EmbedConnection } from './embed-connection.ts';
import { EmbedSettings, type Sound } from './embed-settings.ts';
import { EmbedState } from './embed-state.ts';
import type { MediaEventName } from './media.ts';
import { createMediaError, type MediaFailure } from './media-error.ts';
import { NamedTimers } from './named-timers.ts';
import { PendingPlays } from './pending-plays.ts';

/** A vendor that says nothing for so long after `play()` is silent, and one that has not come for so long is absent. */
const [SILENCE_MS, ABSENCE_MS] = [8000, 15_000];
const ABSENT = createMediaError('NETWORK', { message: 'The embed does not answer.', cause: 'embed-silent' });
/** So long a word from before our command may come after it, and a vendor may take to arrive where it was sent. */
const [STALE_MS, SEEK_MS] = [1000, 4000];

/**
 * An embed between its two sides: commands go in, a vendor's reports come in, and {@link EmbedState} says what a media
 * element would have said.
 *
 * Reports may be late, doubled, missing or older than our last command. What was commanded is true at once, as on a
 * media element; a report that contradicts it counts only once it can no longer be an old one.
 */
export class EmbedPlayer {
  readonly #options: EmbedOptions;
  readonly #tell: (...events: readonly MediaEventName[]) => void; // Dispatches them, in this order.
  readonly #timers: NamedTimers<'absence' | 'silence' | 'stale' | 'seek' | 'stray' | 'end'> = new NamedTimers();
  readonly plays: PendingPlays = new PendingPlays();
  readonly settings: EmbedSettings;
  readonly state: EmbedState;
  #connection: EmbedConnection | null = null;
  #word: EmbedWord = 'cued'; // The vendor's last.
  #endTime: number;
  #commandedAt = Number.NEGATIVE_INFINITY;
  #soughtAt = 0;
  loop: boolean;

  constructor(options: EmbedOptions, tell: (...events: readonly MediaEventName[]) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#endTime = options.endTime;
    this.settings = new EmbedSettings(options.vendor.rates, options.settings.muted);
    this.loop = options.settings.loop;
    this.state = new EmbedState(tell, options.startTime);
    this.#connect();
  }

  /** Playhead, seconds. */
  get time(): number {
    const { state } = this;
    const now = state.isAdvancing ? (this.#controls?.read?.().time ?? state.time) : state.time;
    return state.target ?? (state.isAstray(now) ? state.time : now);
  }

  play(): void {
    if (this.state.ended) this.seek(0);
    this.state.want();
    this.#commandedAt = performance.now();
    this.#timers.set('silence', SILENCE_MS, () => this.#giveUp());
    this.#controls?.play();
    this.#watch();
  }

  pause(): void {
    if (this.state.paused) return;
    this.#commandedAt = performance.now();
    if (this.state.target === null) this.state.time = this.time;
    this.#controls?.pause();
    this.#halt('AbortError', 'pause() was called before it played.');
  }

  seek(seconds: number): void {
    const { state } = this;
    state.leaveFor(Math.max(0, Math.min(seconds, state.duration || Number.POSITIVE_INFINITY)));
    if (!state.isReady) return;
    this.#soughtAt = performance.now();
    if (this.#word === 'ended') this.#word = 'cued'; // It was, where it was before.
    this.#controls?.seek(state.target ?? 0);
    this.#timers.set('seek', SEEK_MS, () => this.#arrive());
    this.#timers.set('stray', STALE_MS, () => (state.abandoned = null));
    this.#watch();
  }

  setRate(rate: number): void {
    if (!this.settings.setRate(rate, this.#controls)) return;
    this.#tell('ratechange');
    this.#awaitEnd();
  }

  setSound(sound: Sound): void {
    if (this.settings.setSound(sound, this.#controls)) this.#tell('volumechange');
  }

  load(): void {
    this.#drop('load() was called.');
    this.state.restart(this.#options.startTime);
    if (this.settings.resetRate()) this.#tell('ratechange');
    this.#tell('loadstart');
    this.#connect();
  }

  destroy(): void {
    this.#drop('The player was removed.');
    this.state.reset();
  }

  get #controls(): EmbedConnection['controls'] {
    return this.#connection?.controls ?? null;
  }

  #connect(): void {
    const { vendor, box, onRefined } = this.#options;
    this.#timers.set('absence', ABSENCE_MS, () => this.#giveUp());
    this.#connection?.close();
    this.#word = 'cued';
    this.#connection = new EmbedConnection(vendor, box, {
      ready: () => this.#welcome(),
      report: (report) => this.#take(report),
      refuse: () => this.#halt('NotAllowedError', 'Playing has to begin with a press in the embed itself.'),
      fail: (failure) => this.#fail(failure),
      refine: onRefined,
      reload: () => this.#reconnect(),
    });
  }

  #drop(reason: string): void {
    this.#connection?.close();
    this.#timers.clearAll();
    this.plays.reject('AbortError', reason);
    this.#connection = null;
  }

  /** The vendor's player has come: it is told what was set before. */
  #welcome(): void {
    const { state } = this;
    this.#timers.clear('absence');
    if (state.error === ABSENT) state.recover();
    if (this.#controls) this.settings.apply(this.#controls);
    if (state.target !== null) this.seek(state.target);
    this.#take(this.#controls?.read?.() ?? {});
    if (!state.paused || this.#options.settings.autoplay) this.play();
  }

  /** The iframe was put elsewhere and began anew: back to where it was, which is a seek to whoever listens. */
  #reconnect(): void {
    this.state.leaveFor(this.time);
    this.#connect();
  }

  #fail(failure: MediaFailure): void {
    this.state.fail(failure);
    this.plays.reject('NotSupportedError', failure.message);
    this.#timers.clear('silence');
    this.#watch();
  }

  /** Nobody looks at a black box without a word. Should it come after all, all is well again: see {@link #welcome}. */
  #giveUp(): void {
    this.#timers.clear('absence');
    this.#halt('AbortError', ABSENT.message, ABSENT.cause);
    if (!this.#controls) this.#fail(ABSENT);
  }

  /** It stands still, by our command or the vendor's word. */
  #halt(name: 'AbortError' | 'NotAllowedError', reason: string, cause?: MediaFailure['cause']): void {
    this.#timers.clear('silence');
    this.plays.reject(name, reason, cause);
    this.state.halt();
    this.#watch();
  }

  #take({ time, duration, state: word, ...report }: EmbedReport): void {
    const { state } = this;
    const wasReady = state.isReady;
    this.#word = word ?? this.#word;
    if (time !== undefined) state.moveTo(time);
    if (duration) state.learnDuration(duration);
    state.loaded = report.loaded ?? state.loaded;
    if (word) this.#takeWord();
    this.#tell(...this.settings.take(report));
    if (state.isReady && !wasReady && state.target !== null) this.seek(state.target);
    else if (state.isReady && state.target !== null) this.#approach(state.target);
  }

  #takeWord(): void {
    const { state } = this;
    const word = this.#word;
    const isMoving = word === 'playing' || word === 'buffering';
    const staleForMs = this.#commandedAt + STALE_MS - performance.now();
    if (word !== 'cued') this.#timers.clear('silence');
    if (isMoving === state.paused && word !== 'ended' && staleForMs > 0) {
      this.#timers.set('stale', staleForMs, () => this.#takeWord());
    } else if (word === 'playing') this.#advance();
    else if (word === 'buffering') state.stall();
    else if (word === 'paused') this.#halt('AbortError', 'It was paused in the embed.');
    else if (word === 'ended' && state.target === null && !state.ended) this.#finish();
  }

  #advance(): void {
    const { state } = this;
    state.want();
    if (!state.isReady) state.becomeReady();
    state.advance();
    if (!state.isAdvancing) return;
    this.plays.resolve();
    this.#watch();
    this.#awaitEnd();
  }

  #finish(): void {
    this.plays.resolve();
    if (this.loop) {
      this.seek(0);
      this.#controls?.play();
    } else this.state.finish();
    this.#watch();
  }

  /** Has a seek arrived? Positions from before it are still under way, and meanwhile it may have played on. */
  #approach(target: number): void {
    const played = ((performance.now() - this.#soughtAt) / 1000) * this.settings.rate;
    const isThere = this.state.paused ? this.#word !== 'buffering' : /^(playing|ended)$/.test(this.#word);
    if (isThere && this.state.isNear(target, played)) this.#arrive();
  }

  #arrive(): void {
    this.#timers.clear('seek');
    this.state.arrive(this.#word === 'playing');
    if (this.state.isAdvancing) this.plays.resolve();
    if (this.#word === 'ended' && !this.state.paused) return this.#finish(); // There before it said that it plays.
    this.#watch();
    return this.#awaitEnd();
  }

  /** Positions are asked for while something moves or is to move. */
  #watch(): void {
    const { paused, target, error } = this.state;
    this.#connection?.watch(!error && (!paused || target !== null));
  }

  /** Pauses once where the source says. Armed anew whenever the way there changes. */
  #awaitEnd(): void {
    this.#timers.clear('end');
    if (!this.state.isAdvancing || this.#endTime === Number.POSITIVE_INFINITY) return;
    const leftMs = (this.#endTime - this.time) * 1000;
    if (leftMs > 0) return this.#timers.set('end', leftMs / this.settings.rate, () => this.#awaitEnd());
    this.#endTime = Number.POSITIVE_INFINITY;
    this.pause();
  }
}
