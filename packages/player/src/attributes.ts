import type { ReferrerType } from '@chronos-player/tracker';

/**
 * What can be written in HTML, as properties. The attribute is the one place where a value lives, as on the platform:
 * a property reads and writes its attribute, nothing is kept twice and nothing is written that nobody set.
 */
export interface PlayerAttributes {
  /** Address of the video: see `parseSource`. Empty: `videoId` decides. Unlike `<video>`, as written, not resolved. */
  src: string;
  /** `video-id`: the video's uuid in the database. Without `src` the database also says what to play. */
  videoId: string;
  /** `supabase-url`: for example `https://x.supabase.co`. Default: `configure()`. */
  supabaseUrl: string;
  /** `supabase-key`: the publishable (anon) key. Default: `configure()`. */
  supabaseKey: string;
  /** `course-id`: uuid of the course in which the video is watched. */
  courseId: string;
  /** `module-id`: uuid of the course's module. */
  moduleId: string;
  /** `referrer-type`: what brought the viewer here. Empty: guessed. */
  referrerType: ReferrerType | '';
  /** `session-start`: when a watch session opens. Default `mount`: as soon as the video is there. */
  sessionStart: 'mount' | 'play';
  /**
   * With `required` nothing is sent or stored before it is changed to `granted`; anything else after that withdraws it.
   * Empty from the beginning: not asked for.
   */
  consent: 'required' | 'granted' | '';
  /** `off`: always from the beginning. Default `on`: where this viewer left off. */
  resume: 'on' | 'off';
  /** `start-time`: where to begin, seconds. Wins over resume and over the address's `#t=`. null: not set. */
  startTime: number | null;
  /** Address of an image shown until the first play. Empty: the database's, if any. */
  poster: string;
  /** In HTML also `any`: with sound where the browser allows it, muted otherwise. */
  autoplay: boolean;
  loop: boolean;
  /**
   * When the source is brought in: at once, when it comes near the viewport, or when the viewer presses play. Empty: `click`
   * for what a vendor serves, so that nobody but the page's own servers is asked before; `eager` for files.
   */
  loading: 'eager' | 'lazy' | 'click' | '';
  /** `off`: goes on playing when another player of the page begins. Default `on`. */
  exclusive: 'on' | 'off';
  /** `watched`: the viewer may not skip ahead of what he has seen. A comfort; what counts is the database's business. */
  seek: 'free' | 'watched';
  /** `max-rate`: the fastest rate. null: any. */
  maxRate: number | null;
  /**
   * The provider's own controls. In HTML also `chronos`: for files and HLS the player's, loaded when the viewer comes near; for
   * every other source still the provider's own.
   */
  controls: boolean;
  /** A panel below the video that shows what is measured and what is owed, for developers. */
  debug: boolean;
  /** The `muted` attribute, as on `<video>`. Setting it live also mutes; the `muted` property alone is the live state. */
  defaultMuted: boolean;
  preload: 'metadata' | 'none' | 'auto';
  /** Played in place also on phones, unless the platform insists. Kept for `<video>`'s sake: it is always so. */
  playsInline: boolean;
  /** `anonymous` or `use-credentials`: needed for tracks from another origin. Read when a source is opened. */
  crossOrigin: 'anonymous' | 'use-credentials' | null;
  /** Who plays HLS: the browser's own (`native`), hls.js (`mse`), whichever can (`auto`). Read when a source is opened. */
  engine: 'auto' | 'native' | 'mse';
}

/** A property descriptor that reads and writes an attribute. */
interface Reflected<Value> {
  readonly attribute: string;
  readonly configurable: true;
  readonly enumerable: true;
  readonly get: (this: HTMLElement) => Value;
  readonly set: (this: HTMLElement, value: Value) => void;
}

/** Every property with its attribute: `Object.defineProperties(prototype, ATTRIBUTES)`. */
export const ATTRIBUTES: { readonly [Name in keyof PlayerAttributes]: Reflected<PlayerAttributes[Name]> } = {
  src: text('src'),
  videoId: text('video-id'),
  supabaseUrl: text('supabase-url'),
  supabaseKey: text('supabase-key'),
  courseId: text('course-id'),
  moduleId: text('module-id'),
  referrerType: oneOf('referrer-type', '', ['course_page', 'direct_link', 'search', 'chat_reference']),
  sessionStart: oneOf('session-start', 'mount', ['play']),
  consent: oneOf('consent', '', ['required', 'granted']),
  resume: oneOf('resume', 'on', ['off']),
  startTime: reflect('start-time', readNumber),
  poster: text('poster'),
  loading: oneOf('loading', '', ['eager', 'lazy', 'click']),
  exclusive: oneOf('exclusive', 'on', ['off']),
  seek: oneOf('seek', 'free', ['watched']),
  maxRate: reflect('max-rate', (value) => readNumber(value) || null),
  autoplay: flag('autoplay'),
  loop: flag('loop'),
  controls: flag('controls'),
  debug: flag('debug'),
  defaultMuted: flag('muted'),
  preload: oneOf('preload', 'metadata', ['none', 'auto']),
  playsInline: flag('playsinline'),
  engine: oneOf('engine', 'auto', ['native', 'mse']),
  crossOrigin: reflect('crossorigin', (value) =>
    value === null || value === 'use-credentials' ? value : ('anonymous' as const),
  ),
};

function reflect<Value>(attribute: string, read: (value: string | null) => Value): Reflected<Value> {
  return {
    attribute,
    configurable: true,
    enumerable: true,
    get() {
      return read(this.getAttribute(attribute));
    },
    set(value) {
      if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value === true ? '' : String(value));
    },
  };
}

function text(attribute: string): Reflected<string> {
  return reflect(attribute, (value) => value ?? '');
}

function flag(attribute: string): Reflected<boolean> {
  return reflect(attribute, (value) => value !== null);
}

/** Limited to known values; anything else reads as the fallback. */
function oneOf<Value extends string>(attribute: string, fallback: Value, others: readonly Value[]): Reflected<Value> {
  return reflect(attribute, (value) => others.find((other) => other === value) ?? fallback);
}

function readNumber(value: string | null): number | null {
  const number = Number.parseFloat(value ?? '');
  return number >= 0 && Number.isFinite(number) ? number : null;
}
