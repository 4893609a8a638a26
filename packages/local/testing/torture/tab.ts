import { createFakeClock, createFakeMedia, type FakeClock, type FakeMedia } from '@chronos-player/media/testing';
import { trackMedia, type MediaTracking, type TrackingError, type TrackOptions } from '@chronos-player/tracker';
import { deliveryFor } from '../../../tracker/src/delivery-for.ts';
import type { TrackingParts } from '../../../tracker/src/track-options.ts';
import { fakePage, fakeStorage, type FakePage } from '../../../tracker/testing/fake-page.ts';
import { everyOn, listen } from '../../../tracker/testing/tracked-media.ts';
import type { Link, SentRequest } from './network.ts';

/** A browser's profile: what it keeps from one visit to the next. */
export interface Profile {
  readonly storage: Storage;
  /** Where its requests come from. */
  readonly address: string;
  /** Its dice. */
  readonly random: () => number;
}

/** How a page with a tracked media begins. */
export interface TabOptions {
  readonly profile: Profile;
  readonly durationSeconds: number;
  readonly isPolled: boolean;
  /** Where its machine's wall clock stands. */
  readonly wallMs: number;
  /** How it reaches the database. */
  readonly connect: (link: Link) => typeof fetch;
  readonly tracking: Omit<TrackOptions, 'fetch'>;
  /** Lets time pass on every machine, this one among them. */
  readonly pass: (ms: number) => Promise<void>;
}

/** A page in a browser's tab, on a machine with clocks of its own, that tracks one media by the public API. */
export class Tab {
  readonly profile: Profile;
  readonly clock: FakeClock;
  readonly media: FakeMedia;
  readonly tracking: MediaTracking;
  readonly link: Link;
  /** What the page heard: milestones, `started` and the like, ends of sessions. */
  readonly heard: readonly string[];
  readonly errors: TrackingError[] = [];
  readonly #page: FakePage;
  readonly #pass: TabOptions['pass'];
  /** The page is kept but does not run: in the back/forward cache. */
  isFrozen = false;
  /** Timers of a hidden page fire no more often than this; null: the page is visible. */
  throttleMs: number | null = null;

  constructor({ profile, durationSeconds, isPolled, wallMs, connect, tracking, pass }: TabOptions) {
    this.#pass = pass;
    this.profile = profile;
    this.clock = createFakeClock({ wallMs });
    this.link = { isDown: false, isDead: false, reply: null, tamper: null, address: profile.address, requests: [] };
    const { storage, random } = profile;
    const clock = this.#throttled();
    this.#page = fakePage({ clock, storage, random, doNotTrack: null });
    this.media = createFakeMedia({ clock: this.clock, durationSeconds, polled: isPolled });
    const endpoint = { ...tracking, fetch: connect(this.link) };
    const parts: TrackingParts = {
      clock: { now: clock.now, wall: clock.wall, every: everyOn(clock) },
      delivery: deliveryFor(endpoint, this.#page.page),
    };
    this.tracking = trackMedia(this.media, { ...endpoint, ...parts });
    this.heard = listen(this.tracking);
    this.tracking.addEventListener('chronos-error', ({ detail }) => this.errors.push(detail));
  }

  get isHidden(): boolean {
    return this.#page.document.hidden;
  }

  get requests(): readonly SentRequest[] {
    return this.link.requests;
  }

  /** Plays; with `to`, until the playhead stands there (seconds). */
  async play(to?: number): Promise<void> {
    void this.media.play();
    if (to !== undefined) await this.#pass(((to - this.media.position) / this.media.playbackRate) * 1000);
  }

  /** Closes the session, as the element's removal does, and waits for the answer. */
  async close(): Promise<void> {
    this.tracking.stop();
    // The gap between two messages, and the way.
    await this.#pass(2_000);
  }

  /** Another tab comes to the front, or this one comes back. */
  hide(isHidden: boolean): void {
    this.#page.document.hidden = isHidden;
    this.#page.document.dispatchEvent(new Event('visibilitychange'));
  }

  /** The viewer goes to another page. `persisted`: this one is kept for when he comes back. */
  leave({ persisted }: { readonly persisted: boolean }): void {
    this.hide(true);
    this.#page.view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted }));
    if (persisted) this.isFrozen = true;
    else this.kill();
  }

  /** The viewer comes back to a page that was kept. */
  comeBack(): void {
    this.isFrozen = false;
    this.#page.view.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    this.hide(false);
  }

  /** The network is back, and the browser says so. */
  goOnline(): void {
    this.link.isDown = false;
    this.#page.view.dispatchEvent(new Event('online'));
  }

  /** The process is gone: no event, no timer, no answer reaches the page any more. */
  kill(): void {
    this.link.isDead = true;
  }

  /** What happens to the machine's clock happens to the timers of a hidden page more seldom. */
  #throttled(): FakeClock {
    const due = (ms: number): number => {
      const step = this.throttleMs;
      return step === null ? ms : Math.ceil((this.clock.awake() + ms) / step) * step - this.clock.awake();
    };
    return { ...this.clock, setTimeout: (run, ms = 0) => this.clock.setTimeout(run, due(ms)) };
  }
}

/** A browser that nobody has used yet. */
export function createProfile(number: number): Profile {
  return {
    storage: fakeStorage(),
    address: `198.18.${number >> 8}.${number & 255}`,
    random: createDice(number),
  };
}

/** Dice that fall the same way in every run (mulberry32). */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
