import { createMediaError, type MediaErrorName } from '../src/media-error.ts';
import { FakeElement, HAVE_CURRENT_DATA, type FakeMediaOptions } from './fake-element.ts';

/**
 * A media played by a script: platform events in the platform's order, state before event, on a clock cranked by hand.
 *
 * Events are dispatched within the verb or `clock.advance` that causes them (the platform queues them as tasks). Its log
 * for the contract's script equals the golden log of a native `<video>`: that is a test.
 */
export class FakeMedia extends FakeElement {
  /** Where the playhead truly is, seconds: the truth to compare with, never stale. */
  get position(): number {
    return this.timeline.position;
  }

  /** The viewer moves the playhead, seconds. The same as setting `currentTime`. */
  seek(to: number): void {
    this.currentTime = to;
  }

  /** The same as setting `playbackRate`. */
  setRate(rate: number): void {
    this.playbackRate = rate;
  }

  /**
   * Data runs out: the playhead stands still although nobody paused. `reported: false`: without a `waiting`.
   *
   * @param options.ticks does `timeupdate` go on at the same place? Browsers fall silent; a poll goes on: the default.
   */
  stall({ reported = true, ticks }: { readonly reported?: boolean; readonly ticks?: boolean } = {}): void {
    if (this.state.stalled) return;
    this.change(() => {
      this.state.stalled = true;
      if (ticks !== undefined) this.state.ticksWhileStalled = ticks;
      if (reported) this.state.readyState = HAVE_CURRENT_DATA;
    });
    if (reported && !this.paused) this.say('timeupdate', 'waiting');
  }

  /** Data is back after `stall`. */
  resume(): void {
    if (!this.state.stalled) return;
    if (this.readyState === HAVE_CURRENT_DATA) this.becomePlayable();
    else this.change(() => (this.state.stalled = false));
  }

  /** The machine sleeps; the playhead goes on where it was. See `FakeClock.sleep`. */
  sleep(ms: number, options?: { readonly monotonic?: boolean }): void {
    this.clock.sleep(ms, options);
  }

  /** From now on one `timeupdate` (or poll) every so many ms: 250 visible, 1001 hidden, 60000 hidden for long. */
  tickEvery(ms: number): void {
    this.timeline.tickEvery(ms);
  }

  /** The duration becomes known, changes, or becomes Infinity, seconds. */
  setDuration(seconds: number): void {
    this.change(() => (this.timeline.duration = seconds), 'durationchange');
  }

  /** Playback breaks: `error` is set and announced, the playhead stands. */
  fail(name: MediaErrorName, message = 'The script broke it.'): void {
    this.change(() => (this.state.error = createMediaError(name, { message })), 'error');
    this.rejectPlays();
  }

  /** From now on `play()` rejects with this DOMException name; null: plays again. */
  refusePlay(name: 'NotAllowedError' | 'AbortError' | 'NotSupportedError' | null): void {
    this.refusal = name;
  }
}

/** @example const media = createFakeMedia({ clock, durationSeconds: 100 }); media.play(); clock.advance(30_000); */
export function createFakeMedia(options: FakeMediaOptions): FakeMedia {
  return new FakeMedia(options);
}
