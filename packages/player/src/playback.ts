import {
  DEFAULT_SETTINGS,
  MEDIA_EVENTS,
  type MediaSettings,
  type MediaSource,
  type MountedMedia,
  type MountMedia,
} from '@chronos-player/media';
import type { AddressRenewal } from './address-renewal.ts';
import type { CurrentMedia } from './current-media.ts';
import { describeMediaError } from './describe-media-error.ts';
import { takeTurns } from './exclusive.ts';
import type { OwnControls } from './own-controls.ts';
import { playAnyhow } from './play-anyhow.ts';
import type { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import type { PlayerVideo } from './read-player-video.ts';
import { chooseResumePosition } from './resume.ts';
import { guardSeeks } from './seek-guard.ts';
import { showThroughSlot } from './show-through-slot.ts';
import { readTracks, relayTracks, updateTracks } from './text-tracks.ts';

/** What a {@link Playback} is made of. */
export interface PlaybackOptions {
  readonly source: MediaSource;
  /** The database's answer, where it was asked. */
  readonly video: PlayerVideo | null;
  readonly mount: MountMedia;
  /** Asks the database where the video is now: addresses that are signed run out. null: it was not asked. */
  readonly renew: (() => Promise<string>) | null;
  readonly current: CurrentMedia;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  /** Called before the event that announces it. */
  readonly onChange: () => void;
  /** null: what was wrong no longer is. */
  readonly onFailure: (failure: PlayerError | null) => void;
}

/** Dispatched again by the element: the platform's media events, and what only a native `<video>` says. */
const FORWARDED = [...MEDIA_EVENTS, 'resize', 'enterpictureinpicture', 'leavepictureinpicture'];

/** Too frequent to be a change of anything but the position. */
const TICKS: ReadonlySet<string> = new Set(['timeupdate', 'progress']);
/** Follow their attribute on a native `<video>`; elsewhere they count from the next source on. */
const NATIVE = ['autoplay', 'preload', 'crossOrigin'] as const;

/** One mounted source: from the media's first event to its last. */
export class Playback {
  readonly #host: PlayerHost;
  readonly #options: PlaybackOptions;
  readonly mounted: MountedMedia;
  /** What stands in the player's own tree: the media's element, or the slot through which it is shown. */
  readonly element: HTMLElement;
  hasPlayed = false;
  /** It begins where an earlier visit ended. */
  #isResumed = false;
  readonly #beginsAt: number;
  /** What the database says this viewer has seen before, with the video or later with the first answer. */
  #seenUntil: number;
  #isCompleted: boolean;
  #renewal: AddressRenewal | undefined;
  #controls: OwnControls | null = null;

  constructor(host: PlayerHost, options: PlaybackOptions) {
    this.#host = host;
    this.#options = options;
    const settings = this.#settings();
    this.mounted = options.mount(options.source, settings);
    this.#beginsAt = settings.startTime ?? options.source.startTime ?? 0;
    const { element, isSlotted } = this.mounted;
    this.element = isSlotted ? showThroughSlot(host, element, options.signal) : element;
    this.#seenUntil = options.video?.resume_position_seconds ?? 0;
    this.#isCompleted = options.video?.completed === true;
  }

  /** From here on the media is the element's. */
  begin(): void {
    const { current, signal, onChange } = this.#options;
    const { media } = this.mounted;
    for (const type of FORWARDED) media.addEventListener(type, () => this.#forward(type), { signal });
    relayTracks(current.get('textTracks') as TextTrackList, { media, signal });
    current.attach(media);
    this.followAttributes();
    takeTurns(this.#host, signal);
    this.#guardSeeks();
    onChange();
    this.#tellCapabilities();
    if (this.#host.getAttribute('autoplay') === 'any') void playAnyhow(media, signal);
  }

  /** Attributes may change at any time. */
  followAttributes(): void {
    const { media } = this.mounted;
    if (media.loop !== this.#host.loop) media.loop = this.#host.loop;
    this.#limitRate();
    const nativeVideo = this.#ownVideo;
    if (!nativeVideo) return;
    for (const name of NATIVE) {
      if (nativeVideo[name] !== this.#host[name]) Object.assign(nativeVideo, { [name]: this.#host[name] });
    }
    nativeVideo.controls = this.#followControls(nativeVideo);
    const poster = this.#host.poster || (this.#options.video?.poster ?? '');
    if (!poster) nativeVideo.removeAttribute('poster');
    else if (nativeVideo.getAttribute('poster') !== poster) nativeVideo.poster = poster;
  }

  /** Are the browser's own to be shown? */
  #followControls(video: HTMLVideoElement): boolean {
    const isChronos = this.#host.getAttribute('controls') === 'chronos';
    if (isChronos && !this.#controls) void this.#loadControls(video);
    return this.#controls?.follow() ?? (!isChronos && this.#host.controls);
  }

  async #loadControls(video: HTMLVideoElement): Promise<void> {
    const { video: described, signal } = this.#options;
    const loaded = await import('./own-controls.ts').catch(() => null);
    if (loaded && !signal.aborted) this.#controls ??= new loaded.OwnControls(this.#host, { video, described, signal });
    video.controls = this.#controls?.follow() ?? this.#host.controls;
  }

  /** So may the `<track>` children. */
  followTracks(): void {
    if (this.#ownVideo) updateTracks(this.#ownVideo, readTracks(this.#host, this.#options.video));
  }

  /** The `<video>` that is the element itself; one inside a vendor's player is the vendor's. */
  get #ownVideo(): HTMLVideoElement | null {
    const { element, nativeVideo } = this.mounted;
    return element === nativeVideo ? nativeVideo : null;
  }

  load(): void {
    this.#options.onFailure(null);
    this.mounted.media.load();
  }

  /** From where it broke, playing if it was. */
  retry(): void {
    this.#goOn(() => this.load());
  }

  #goOn(load: () => void): void {
    const { media } = this.mounted;
    const { currentTime, paused } = media;
    load();
    const place = currentTime || (this.hasPlayed ? 0 : this.#beginsAt);
    if (place > 0) media.currentTime = place;
    // A refusal is the viewer's to see: the media stays paused.
    if (!paused) media.play().catch(() => {});
  }

  /** Most addresses never run out: what asks for another one is loaded when one has. */
  async #renew(renew: () => Promise<string>): Promise<void> {
    const { signal } = this.#options;
    const apply = await import('./address-renewal.ts')
      .then(({ AddressRenewal }) =>
        (this.#renewal ??= new AddressRenewal({ mounted: this.mounted, renew, signal })).ask(),
      )
      .catch(() => null);
    if (signal.aborted) return;
    if (apply) this.#goOn(apply);
    else this.#tellError();
  }

  /** Moves to where this viewer left off, unless anyone chose a position or anything was played. */
  resumeAt(positionSeconds: number | null, isCompleted: boolean): void {
    this.#seenUntil = Math.max(this.#seenUntil, positionSeconds ?? 0);
    this.#isCompleted ||= isCompleted;
    const { current, source } = this.#options;
    const isChosen =
      this.#isResumed || current.isTouched || source.startTime !== undefined || this.#host.startTime !== null;
    if (isChosen || this.#host.resume === 'off') return;
    const { media } = this.mounted;
    const position = chooseResumePosition({ positionSeconds, durationSeconds: media.duration, isCompleted });
    if (position !== null) media.currentTime = position;
  }

  #settings(): MediaSettings {
    const { loop, controls, preload, crossOrigin, engine } = this.#host;
    const autoplay = this.#host.autoplay && this.#host.getAttribute('autoplay') !== 'any';
    const muted = this.#options.current.get('muted') === true;
    const startTime = this.#startTime();
    const tracks = readTracks(this.#host, this.#options.video);
    const said = { autoplay, muted, loop, controls, preload, crossOrigin, engine, tracks };
    const onRefined = (): void => {
      this.#options.onChange();
      this.#tellCapabilities();
    };
    return { ...DEFAULT_SETTINGS, ...said, onRefined, ...(startTime !== null && { startTime }) };
  }

  /** Whoever set a position first meant it; then the page, then the address, then the earlier visit. */
  #startTime(): number | null {
    const { current, source, video } = this.#options;
    if (current.isTouched) return Number(current.get('currentTime'));
    if (this.#host.startTime !== null || source.startTime !== undefined) return this.#host.startTime;
    if (!video || this.#host.resume === 'off') return null;
    const position = chooseResumePosition({
      positionSeconds: video.resume_position_seconds,
      durationSeconds: video.duration_ms && video.duration_ms / 1000,
      isCompleted: video.completed === true,
    });
    this.#isResumed = position !== null;
    return position;
  }

  #tellCapabilities(): void {
    this.#host.dispatchEvent(new Event('chronos-capabilities', { bubbles: true, composed: true }));
  }

  #guardSeeks(): void {
    const { signal } = this.#options;
    guardSeeks(this.mounted.media, {
      seenUntil: () => Math.max(this.#seenUntil, this.#beginsAt),
      isOn: () => this.#host.seek === 'watched' && !this.#isCompleted,
      onBlocked: (wanted, allowed) => {
        const detail = { wanted, allowed };
        this.#host.dispatchEvent(new CustomEvent('chronos-seekblocked', { bubbles: true, composed: true, detail }));
      },
      signal,
    });
  }

  #limitRate(): void {
    const { media } = this.mounted;
    const { maxRate } = this.#host;
    if (maxRate !== null && media.playbackRate > maxRate) media.playbackRate = maxRate;
  }

  /** State before event: inside a listener everything that can be asked is already as the event says. */
  #forward(type: string): void {
    const { current, onChange, onFailure, renew, source } = this.#options;
    if (type === 'error') return renew && source.provider === 'upload' ? void this.#renew(renew) : this.#tellError();
    if (type === 'play' || type === 'seeking') current.isTouched = true;
    if (type === 'playing') this.hasPlayed = true;
    if (type === 'ratechange') this.#limitRate();
    if (type === 'loadstart') onFailure(null);
    else if (!TICKS.has(type)) onChange();
    this.#host.dispatchEvent(new Event(type));
  }

  #tellError(): void {
    this.#options.onFailure(describeMediaError(this.mounted.media, this.#options.source));
    this.#host.dispatchEvent(new Event('error'));
  }
}
