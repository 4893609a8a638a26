import type { Page } from '@playwright/test';
import type { World } from './world.ts';

/** A page around one player, for looking at. */
export interface LookPage {
  /** CSS pixels. */
  readonly width: number;
  readonly dir: 'ltr' | 'rtl';
}

/** One of the player's states: what has to be done to reach it. */
interface NamedState {
  readonly attributes: Readonly<Record<string, string>>;
  readonly reach: (page: Page) => Promise<unknown>;
}

const POSTER = '/clips/lesson-poster.webp';
const LESSON = { src: '/clips/lesson.mp4', poster: POSTER, controls: 'chronos', muted: '' };
/** Seconds: here the lesson's picture stands still. */
const CALM = 24;
/** The slowest there is: playing, and next to still. */
const SLOWEST = 0.0625;

/** The six states, each as a viewer meets it. */
export const NAMED_STATES: Readonly<Record<string, NamedState>> = {
  facade: {
    attributes: { src: 'https://youtu.be/aqz-KE-bpKQ', poster: POSTER },
    reach: (page) => page.getByRole('button').waitFor(),
  },
  loading: {
    attributes: { src: '/never.mp4', poster: POSTER },
    reach: (page) => page.getByRole('progressbar').waitFor(),
  },
  playing: {
    attributes: LESSON,
    reach: async (page) => {
      await seek(page, CALM);
      await page.locator('chronos-player').evaluate(async (player: HTMLVideoElement, rate) => {
        player.playbackRate = rate;
        await player.play();
      }, SLOWEST);
      await showControls(page);
    },
  },
  paused: {
    attributes: LESSON,
    reach: async (page) => {
      await page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.play());
      await seek(page, CALM);
      await page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.pause());
      await showControls(page);
      await page.locator('chronos-player').evaluate((player: HTMLVideoElement) => {
        player.textTracks[0]!.mode = 'showing';
      });
    },
  },
  ended: {
    attributes: LESSON,
    reach: async (page) => {
      await seek(page, 87.9);
      await page.locator('chronos-player').evaluate(async (player: HTMLVideoElement) => {
        const ended = new Promise((resolve) => player.addEventListener('ended', resolve, { once: true }));
        await player.play();
        await ended;
      });
      await showControls(page);
    },
  },
  error: {
    attributes: { src: '/nowhere.mp4' },
    reach: (page) => page.getByRole('alert').waitFor(),
  },
};

/** Opens a page with one player and brings it into the state. */
export async function reachState(
  page: Page,
  { site }: World,
  { name, width, dir }: LookPage & { readonly name: string },
): Promise<void> {
  const state = NAMED_STATES[name];
  if (!state) throw new Error(`There is no state ${name}.`);
  // What never answers is what a viewer waits for.
  await page.route('**/never.mp4', () => {});
  await page.setViewportSize({ width: width + 48, height: Math.round((width * 9) / 16) + 48 });
  const written = Object.entries(state.attributes).map(([attribute, value]) => `${attribute}="${value}"`);
  await page.goto(
    site.publish(`<!doctype html>
<html lang="en" dir="${dir}"><head><title>A lesson</title><meta name="color-scheme" content="light dark"><style>
@font-face { font-family: Look; font-weight: 400; src: url(/fonts/roboto-latin-400-normal.woff2) }
@font-face { font-family: Look; font-weight: 500 700; src: url(/fonts/roboto-latin-500-normal.woff2) }
body { margin: 0; padding: 24px; background: light-dark(#fff, #0d0f12) }
chronos-player {
  --chronos-font: 1rem/1.5 Look;
  --chronos-controls-font: Look;
  --chronos-radius: 12px;
}
chronos-player:not(:defined) { display: block; aspect-ratio: 16 / 9 }
</style><script type="module" src="/cdn/chronos-player.js"></script></head>
<body><main><h1 hidden>A lesson</h1><chronos-player ${written.join(' ')}>
<track kind="captions" src="/clips/lesson.en.vtt" srclang="en" label="English">
<track kind="chapters" src="/clips/lesson.chapters.vtt"></chronos-player></main></body></html>`),
  );
  await page.evaluate(() => document.fonts.ready);
  await state.reach(page);
}

async function seek(page: Page, seconds: number): Promise<void> {
  await page.locator('chronos-player').evaluate(async (element, to) => {
    await customElements.whenDefined('chronos-player');
    const player = element as HTMLVideoElement;
    const wait = (type: string): Promise<unknown> =>
      new Promise((resolve) => player.addEventListener(type, resolve, { once: true }));
    if (player.readyState < 1) await wait('loadedmetadata');
    const done = wait('seeked');
    player.currentTime = to;
    await done;
  }, seconds);
}

/** The viewer's hand lies on the picture, above the bar, and does not tire. */
async function showControls(page: Page): Promise<void> {
  await page.locator('chronos-player').hover({ position: { x: 20, y: 20 } });
  await page.locator('media-control-bar').waitFor();
  // However long the picture takes, they stay.
  await page.locator('media-controller').evaluate((controller) => controller.setAttribute('autohide', '-1'));
  await page.locator('chronos-player').hover({ position: { x: 24, y: 24 } });
}
