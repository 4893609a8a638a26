import 'wistia-video-element';
import { fieldsOf } from '../embed-report.ts';
import { LateMedia } from '../late-media.ts';
import { loadScript } from '../load-script.ts';
import { MEDIA_EVENTS } from '../media.ts';
import { createMediaError, type MediaFailure } from '../media-error.ts';
import { chooseTimes, releaseVideo } from '../native-video.ts';
import { pauseOnceAt } from '../pause-once-at.ts';
import { createPlacedBox } from '../placed-box.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { wistia } from './provider.ts';

const HOST = 'https://fast.wistia.com';
/** The vendor's own script, which looks for places in the page and makes its players there. */
const SCRIPT_URL = `${HOST}/assets/external/E-v1.js`;
const SCRIPT_TIMEOUT_MS = 10_000;
/** There is no such video, or not for this page. */
const REFUSED: ReadonlySet<number> = new Set([403, 404, 410]);
/** Its player has not come for so long: it never will. */
const SILENCE_MS = 8000;
const SILENT = createMediaError('NETWORK', { message: "Wistia's player does not come.", cause: 'embed-silent' });

/** `<wistia-video>`, as far as it is used: it makes Wistia's player, whose `<video>` says all the rest. */
interface WistiaElement extends HTMLElement {
  /** @see https://docs.wistia.com/docs/embed-options-and-plugins */
  config: Readonly<Record<string, unknown>>;
  /** Once there is one. */
  readonly api?: { remove(): void };
}

/**
 * Plays a Wistia video with `<wistia-video>`, made where it is to play; the `<video>` in it says what happens. Wistia's
 * script finds only what is in the page's own tree, so the element is to be slotted. It is told not to track anybody, and
 * to begin neither where an earlier visit ended nor without being told.
 */
export function mountWistiaMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const ending = new AbortController();
  const media = new LateMedia({
    settings,
    signal: ending.signal,
    load: () => player.begin(),
    wake: () => player.wake(),
    describeError: () => createMediaError('DECODE', { message: 'Wistia gives no reason.' }),
  });
  const element = createPlacedBox(() => {
    if (!ending.signal.aborted) player.begin();
  });
  const player = new WistiaPlayer(media, { box: element, source, settings, signal: ending.signal });
  return {
    media,
    element,
    isSlotted: true,
    get nativeVideo() {
      return media.video;
    },
    capabilities: wistia.capabilities,
    evidence: wistia.evidence,
    destroy() {
      ending.abort();
      player.end();
      element.remove();
    },
  };
}

/** Where and how it plays. */
interface WistiaPlace {
  readonly box: HTMLElement;
  readonly source: MediaSource;
  readonly settings: MediaSettings;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
}

class WistiaPlayer {
  readonly #media: LateMedia;
  readonly #place: WistiaPlace;
  /** One per beginning. */
  #life = new AbortController();
  #element: WistiaElement | null = null;

  constructor(media: LateMedia, place: WistiaPlace) {
    this.#media = media;
    this.#place = place;
  }

  /** From the beginning, by a new player: what broke the old one may not be there any more. */
  begin(): void {
    this.end();
    if (!this.#place.box.isConnected) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const { settings, source } = this.#place;
    const { startTime } = chooseTimes(source, settings.startTime);
    if (startTime !== undefined) this.#media.startAt(startTime);
    if (settings.autoplay) void this.#media.play();
    void this.#make(signal);
    void this.#lookFor(signal);
  }

  wake(): void {
    this.#element?.setAttribute('preload', 'auto');
    if (this.#media.video) this.#media.video.preload = 'auto';
  }

  end(): void {
    const { video } = this.#media;
    this.#life.abort();
    this.#media.leave();
    this.#element?.api?.remove();
    if (video) releaseVideo(video);
    this.#element?.remove();
    this.#element = null;
  }

  async #make(signal: AbortSignal): Promise<void> {
    try {
      // Loaded by the element, a script that is blocked would be blocked for ever.
      if (!Reflect.has(window, 'Wistia')) {
        await loadScript(SCRIPT_URL, { timeoutMs: SCRIPT_TIMEOUT_MS, policy: 'chronos-player' });
      }
    } catch (error) {
      const cause = error instanceof TypeError ? 'csp-unsupported' : 'script-blocked';
      if (!signal.aborted) this.#media.fail(createMediaError('NETWORK', { message: String(error), cause }));
      return;
    }
    if (signal.aborted) return;
    this.#awaitVideo(signal);
    this.#element = createElement(this.#place);
    this.#place.box.append(this.#element);
  }

  /** The player makes its `<video>` when it likes; whatever that says first, it is heard on its way. */
  #awaitVideo(life: AbortSignal): void {
    const { box, source, settings } = this.#place;
    const here = new AbortController();
    const signal = AbortSignal.any([life, here.signal]);
    const timer = setTimeout(() => this.#media.fail(SILENT, 'AbortError'), SILENCE_MS);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    const take = ({ target }: Event): void => {
      if (!(target instanceof HTMLVideoElement)) return;
      here.abort();
      this.#media.take(target);
      // Once it is ready the element makes the video as its attribute says, whatever was said since.
      const follow = (): unknown => this.#element?.toggleAttribute('muted', target.muted);
      follow();
      target.addEventListener('volumechange', follow, { signal: life });
      const { endTime } = chooseTimes(source, settings.startTime);
      if (endTime !== undefined) pauseOnceAt(target, endTime, life);
      settings.onRefined?.();
    };
    for (const type of MEDIA_EVENTS) box.addEventListener(type, take, { capture: true, signal });
  }

  /** Of a video that it does not give away Wistia says so here, and in its player only to the viewer. */
  async #lookFor(signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`${HOST}/embed/medias/${this.#place.source.id}.json`, { signal });
      const { error } = REFUSED.has(response.status)
        ? { error: `status ${response.status}` }
        : fieldsOf(await response.json());
      if (!error || signal.aborted) return;
      this.#life.abort();
      this.#media.fail(describeRefusal(error));
    } catch {
      // What keeps this from being asked may not keep the player from playing.
    }
  }
}

function createElement({ source, settings }: WistiaPlace): WistiaElement {
  const element = document.createElement('wistia-video') as WistiaElement;
  const { controls, muted, playsInline, preload } = settings;
  for (const [name, isSet] of Object.entries({ controls, muted, playsinline: playsInline })) {
    element.toggleAttribute(name, isSet);
  }
  element.setAttribute('preload', preload);
  element.config = { doNotTrack: true, resumable: false, autoPlay: false, silentAutoPlay: false };
  Object.assign(element.style, { display: 'block', width: '100%', height: '100%' });
  // The one form of address it understands.
  element.setAttribute('src', `https://home.wistia.com/medias/${source.id}`);
  return element;
}

function describeRefusal(error: unknown): MediaFailure {
  const words = typeof error === 'string' ? error : 'there is no such video, or it is not for this page';
  return createMediaError('SRC_NOT_SUPPORTED', { message: `Wistia says: ${words}.`, cause: 'wistia-refused' });
}
