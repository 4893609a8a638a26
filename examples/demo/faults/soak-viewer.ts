import {
  createFakeClock,
  createFakeMedia,
  type FakeClock,
  type FakeMedia,
} from '../../../packages/media/testing/index.ts';
import { deliveryFor } from '../../../packages/tracker/src/delivery-for.ts';
import { MediaTracking } from '../../../packages/tracker/src/track-media.ts';
import { fakePage, fakeStorage } from '../../../packages/tracker/testing/fake-page.ts';
import { everyOn } from '../../../packages/tracker/testing/tracked-media.ts';
import { SoakTruth } from './soak-truth.ts';

/** Where and what a viewer watches. */
export interface SoakViewerOptions {
  readonly supabaseUrl: string;
  readonly supabaseKey: string;
  readonly videoIds: readonly string[];
  readonly durationSeconds: number;
  readonly dice: () => number;
  /** Each viewer comes from an address of his own, as far as the database's limits are concerned. */
  readonly address: string;
  readonly onError: (code: string) => void;
}

/** A step of the script; what happens within one is told to the truth when it is over. */
const STEP_MS = 250;
/** One in so many pages crashes instead of ending. */
const CRASH_ONE_IN = 10;
const RATES: readonly number[] = [1, 1, 1, 1.5, 2];

interface Visit {
  readonly clock: FakeClock;
  readonly media: FakeMedia;
  readonly tracking: MediaTracking;
  readonly view: EventTarget;
  readonly document: EventTarget & { hidden: boolean };
  readonly endsAt: number;
  readonly abort: AbortController;
  truth: SoakTruth | undefined;
  nextAt: number;
}

/**
 * Somebody who watches, pauses, seeks, hides the page, leaves and comes back, by the dice. Everything but the media, the page and
 * the time is the product's own: tracking, delivery, outbox, transport, `fetch` over real connections.
 */
export class SoakViewer {
  readonly truths: Map<string, SoakTruth> = new Map();
  readonly #options: SoakViewerOptions;
  /** Outlives the pages. */
  readonly #storage = fakeStorage();
  #visit: Visit | undefined;

  constructor(options: SoakViewerOptions) {
    this.#options = options;
  }

  /** Nothing waits to be sent any more. */
  get isDelivered(): boolean {
    return !Object.keys(this.#storage).some((key) => key.startsWith('chronos-outbox'));
  }

  /** Lets time pass on the page, which acts when its time has come. */
  advance(ms: number): void {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      const visit = (this.#visit ??= this.#open());
      const { media, clock } = visit;
      const before = media.position;
      clock.advance(Math.min(STEP_MS, ms - passed));
      visit.truth?.played(before, media.position, media.playbackRate);
      if (clock.now() >= visit.nextAt) this.#act(visit);
    }
  }

  /** Leaves for the last time, and comes back once more only to deliver. */
  comeBackToDeliver(): void {
    if (this.#visit) this.#leave(this.#visit);
    this.#visit = { ...this.#open(), nextAt: Infinity };
  }

  #open(): Visit {
    const { supabaseUrl, supabaseKey, videoIds, durationSeconds, dice, address, onError } = this.#options;
    const clock = createFakeClock({ wallMs: Date.now() });
    const media = createFakeMedia({ clock, durationSeconds });
    const { page, view, document } = fakePage({ clock, storage: this.#storage, random: dice });
    // Nobody asked not to be recognised.
    Object.assign(page.navigator, { doNotTrack: null });
    const abort = new AbortController();
    const endpoint = { supabaseUrl, supabaseKey, fetch: fetchUntil(abort.signal, address) };
    const videoId = videoIds[Math.floor(dice() * videoIds.length)] as string;
    const tracking = new MediaTracking(media, {
      ...endpoint,
      videoId,
      delivery: deliveryFor(endpoint, page),
      clock: { now: clock.now, wall: clock.wall, every: everyOn(clock) },
    });
    const endsAt = 15_000 + dice() * 45_000;
    const visit: Visit = { clock, media, tracking, view, document, abort, endsAt, truth: undefined, nextAt: 0 };
    tracking.addEventListener('chronos-sessionstart', ({ detail }) => {
      visit.truth = new SoakTruth(videoId);
      this.truths.set(detail.sessionId, visit.truth);
    });
    tracking.addEventListener('chronos-error', ({ detail }) => onError(detail.code));
    return visit;
  }

  #act(visit: Visit): void {
    const { dice, durationSeconds } = this.#options;
    const { media, clock, document } = visit;
    visit.nextAt = clock.now() + 1_000 + dice() * 12_000;
    if (clock.now() >= visit.endsAt) return this.#leave(visit);
    const what = dice();
    if (media.paused || media.ended) {
      media.setRate(RATES[Math.floor(dice() * RATES.length)] ?? 1);
      void media.play();
    } else if (what < 0.3) media.pause();
    else if (what < 0.6) media.seek(Math.floor(dice() * durationSeconds * 0.9));
    else if (what < 0.7) {
      document.hidden = !document.hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    }
  }

  /** The page ends, or crashes: then nobody says a word. What is under way is never heard of again. */
  #leave(visit: Visit): void {
    const isCrash = this.#options.dice() < 1 / CRASH_ONE_IN;
    if (visit.truth) visit.truth.ending = isCrash ? 'crash' : 'closed';
    if (!isCrash) visit.view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));
    visit.abort.abort();
    this.#visit = undefined;
  }
}

/** `fetch` of a page: what is answered after the page is gone, the page does not hear of. */
function fetchUntil(gone: AbortSignal, address: string): typeof fetch {
  return async (input, { keepalive: _keepalive, ...init } = {}) => {
    const never = new Promise<never>(() => {});
    const headers = new Headers(init.headers);
    headers.set('cf-connecting-ip', address);
    try {
      const response = await fetch(input, { ...init, headers });
      const body = await response.arrayBuffer();
      return gone.aborted ? await never : new Response(body, response);
    } catch (error) {
      return gone.aborted ? never : Promise.reject(error);
    }
  };
}
