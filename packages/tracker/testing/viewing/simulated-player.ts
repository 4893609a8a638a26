import { ARRIVE, END, MESSAGE, SimulatedPage, START, TICK } from './simulated-page.ts';
import type { Circumstances, SeekManner } from './viewing.ts';

/** As often as a vendor's player tells its page where it is. */
const MESSAGE_MS = 200;
const HAVE_METADATA = 1;
const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;

/** What a page is shown of a player. */
export interface Shown {
  paused: boolean;
  ended: boolean;
  seeking: boolean;
  isAd: boolean;
  readyState: number;
  rate: number;
  durationMs: number;
  isMuted: boolean;
  /** Where an announced seek goes. */
  targetMs: number | null;
  /** The playhead in a vendor's last message. */
  messageMs: number;
}

/** A player that can be told what to do, and what its page is shown of it. */
export class SimulatedPlayer extends SimulatedPage {
  readonly shown: Shown = {
    paused: true,
    ended: false,
    seeking: false,
    isAd: false,
    readyState: HAVE_ENOUGH_DATA,
    rate: 1,
    durationMs: Number.NaN,
    isMuted: false,
    targetMs: null,
    messageMs: 0,
  };
  readonly #isNative: boolean;
  #ticksWhileStalled = true;
  #wasTold = false;

  constructor(facts: Circumstances) {
    super(facts);
    this.#isNative = facts.kind === 'native';
    if (facts.durationAfterMs === 0) this.shown.durationMs = facts.durationMs;
    if (!this.#isNative) this.due[MESSAGE] = MESSAGE_MS;
    if (facts.kind === 'polled') this.due[TICK] = facts.tickMs;
  }

  /** The playhead as the page reads it. */
  get readingMs(): number {
    const { shown, playhead, facts } = this;
    const reading = this.#isNative ? playhead.positionMs : (shown.targetMs ?? shown.messageMs);
    return facts.grainMs > 0 ? Math.floor(reading / facts.grainMs) * facts.grainMs : reading;
  }

  /** Answers whether it had to be started. */
  play(): boolean {
    const { playhead } = this;
    if (playhead.wantsToPlay) return false;
    if (playhead.isAtEnd) this.#leave(0, { manner: 'announced', tookMs: 0 });
    playhead.wantsToPlay = true;
    this.#startUp();
    this.tell(() => Object.assign(this.shown, { paused: false, ended: false }), 'play', 'playing');
    return true;
  }

  pause(): void {
    const { playhead } = this;
    if (!playhead.wantsToPlay) return;
    playhead.wantsToPlay = false;
    this.due[START] = Infinity;
    this.#changed();
    this.#tellWhere({ paused: true }, 'timeupdate', 'pause');
  }

  seek(toMs: number, how: { manner: SeekManner; tookMs: number }): void {
    this.playhead.truth.seeks += 1;
    this.#leave(toMs, this.#isNative ? { ...how, manner: 'announced' } : how);
  }

  setRate(rate: number): void {
    if (rate === this.playhead.rate) return;
    this.playhead.rate = rate;
    this.#changed();
    this.#tellWhere({ rate }, 'ratechange');
  }

  /** Data runs out and comes back after so long. */
  stall(ms: number, { isReported, ticks }: { isReported: boolean; ticks: boolean }): void {
    const { playhead, shown } = this;
    playhead.isStalled = true;
    this.#ticksWhileStalled = ticks;
    this.#changed();
    if (isReported) this.#tellWhere({ readyState: HAVE_CURRENT_DATA }, 'timeupdate', 'waiting');
    this.pass(ms);
    playhead.isStalled = false;
    this.#startUp();
    if (isReported) this.tell(() => (shown.readyState = HAVE_ENOUGH_DATA), 'playing');
  }

  advertise(ms: number): void {
    const { playhead, shown } = this;
    playhead.isAd = true;
    this.#changed();
    this.#tellWhere({ isAd: true }, 'timeupdate');
    this.pass(ms);
    playhead.isAd = false;
    this.#startUp();
    this.tell(() => (shown.isAd = false), 'timeupdate');
  }

  setMuted(isMuted: boolean): void {
    this.playhead.isMuted = isMuted;
    this.tell(() => (this.shown.isMuted = isMuted), 'volumechange');
  }

  /** Captions are the page's own matter. */
  setCaptions(isOn: boolean): void {
    this.playhead.isCaptioned = isOn;
    this.wake('timeupdate');
  }

  setDuration(ms: number): void {
    this.playhead.durationMs = ms;
    this.#changed();
    this.showDuration();
  }

  showDuration(): void {
    this.tell(() => (this.shown.durationMs = this.playhead.durationMs), 'durationchange');
  }

  protected override happen(timer: number): void {
    if (timer === TICK) this.#tick();
    else if (timer === MESSAGE) this.#hear();
    else if (timer === ARRIVE) this.#arrive();
    else if (timer === END) this.#finish();
    else {
      this.playhead.isStarting = false;
      this.#changed();
    }
  }

  #leave(toMs: number, { manner, tookMs }: { manner: SeekManner; tookMs: number }): void {
    const { playhead, shown } = this;
    playhead.moveTo(toMs);
    this.#wasTold ||= manner !== 'silent';
    playhead.isSeeking = true;
    const targetMs = playhead.positionMs;
    this.due[ARRIVE] = this.awakeMs + tookMs;
    this.due[START] = Infinity;
    this.#changed();
    if (manner === 'stalling') this.tell(() => (shown.readyState = HAVE_CURRENT_DATA), 'waiting');
    if (manner !== 'announced') return;
    // Whoever asked for it through the page knows at once.
    Object.assign(shown, { seeking: true, ended: false, targetMs, readyState: HAVE_METADATA });
    this.wake('seeking');
  }

  #arrive(): void {
    const { playhead } = this;
    playhead.isSeeking = false;
    if (playhead.wantsToPlay) this.#startUp();
    else this.#changed();
    if (!this.#wasTold) return;
    this.#wasTold = false;
    const arrived = { seeking: false, targetMs: null, readyState: HAVE_ENOUGH_DATA };
    this.#tellWhere(arrived, 'timeupdate', 'seeked', 'playing');
  }

  #startUp(): void {
    const { startUpMs } = this.facts;
    this.playhead.isStarting = startUpMs > 0;
    this.due[START] = startUpMs > 0 ? this.awakeMs + startUpMs : Infinity;
    this.#changed();
  }

  #finish(): void {
    const { playhead } = this;
    playhead.positionMs = playhead.durationMs;
    if (this.facts.loop) {
      this.#leave(0, { manner: this.#isNative ? 'announced' : 'silent', tookMs: 0 });
      return;
    }
    playhead.wantsToPlay = false;
    this.#tellWhere({ paused: true, ended: true }, 'timeupdate', 'pause', 'ended');
  }

  /** News that says where the playhead was when it was sent, or, to a page that asks, where it is. */
  #tellWhere(news: Partial<Shown>, ...events: readonly string[]): void {
    const { shown, playhead, facts } = this;
    const sentMs = playhead.positionMs;
    const show = (): void => {
      Object.assign(shown, news, { messageMs: facts.kind === 'polled' ? playhead.positionMs : sentMs });
    };
    this.tell(show, ...events);
  }

  /** A media element says `timeupdate`, or the page asks a vendor. */
  #tick(): void {
    const { facts, shown } = this;
    this.due[TICK] = this.soon(facts.tickMs);
    if (this.#isNative || !shown.paused) this.wake('timeupdate');
    if (this.#isNative) this.#changed();
  }

  /** A vendor's player tells where it is; the page that does not ask hears it as a `timeupdate`. */
  #hear(): void {
    const { facts, shown, playhead } = this;
    // A page that asks sees the message when it asks: not later than the next one.
    this.due[MESSAGE] =
      facts.kind === 'polled' ? this.awakeMs + MESSAGE_MS + MESSAGE_MS * 0.25 * this.chance() : this.soon(MESSAGE_MS);
    const messageMs = playhead.positionMs;
    if (messageMs === shown.messageMs) return;
    if (facts.kind === 'polled') this.shown.messageMs = messageMs;
    else this.tell(() => (shown.messageMs = messageMs), 'timeupdate');
  }

  /** What is so has changed: when the end comes, and whether a media element ticks. */
  #changed(): void {
    const { playhead, due } = this;
    due[END] = this.awakeMs + playhead.leftMs;
    if (!this.#isNative) return;
    const ticks = playhead.wantsToPlay && !playhead.isAtEnd && (!playhead.isStalled || this.#ticksWhileStalled);
    if (!ticks) due[TICK] = Infinity;
    else if (due[TICK] === Infinity) due[TICK] = this.soon(this.facts.tickMs);
  }
}
