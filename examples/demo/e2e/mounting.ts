import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import type { Page } from '@playwright/test';
import type { LeftoverCount } from '../../../packages/media/testing/count-leftovers.ts';
import type { World } from './world.ts';

/** Mounted and removed this often: an embed costs a page of its vendor's each time. */
const MANY = 1000;
export const SOME = 50;
/** Where memory is not told: what is left with every mount shows in a few. */
export const FEW = 10;

const STREAM = 'https://streams.test/ladder/master.m3u8';

/** Something to mount. */
export interface Kind {
  readonly attributes: Readonly<Record<string, string>>;
  /** The `:state()` in which it is removed. */
  readonly state: string;
  readonly times: number;
  /** Of the script's heap, for a thousand of them: what a vendor's library keeps is in it. */
  readonly mostBytes?: number;
}

/** 1.7 and 2.2 MB were measured, of 50 mounts, in which hls.js still settles. */
const MOST_OF_HLS_BYTES = 4_000_000;

export const KINDS: Readonly<Record<string, Kind>> = {
  facade: { attributes: { src: 'https://youtu.be/aqz-KE-bpKQ' }, state: 'facade', times: MANY },
  'error panel': { attributes: { src: 'nonsense' }, state: 'error', times: MANY },
  file: { attributes: { src: '/clips/clock.mp4', preload: 'none' }, state: 'paused', times: MANY },
  YouTube: { attributes: { src: 'https://youtu.be/aqz-KE-bpKQ', loading: 'eager' }, state: 'paused', times: SOME },
  Loom: { attributes: { src: `loom:${'0'.repeat(32)}`, loading: 'eager' }, state: 'paused', times: SOME },
  Vimeo: { attributes: { src: 'vimeo:76979871', loading: 'eager' }, state: 'paused', times: SOME },
  Wistia: { attributes: { src: 'wistia:e4a27b971d', loading: 'eager' }, state: 'paused', times: SOME },
  'HLS, by whatever the browser has': {
    attributes: { src: STREAM },
    state: 'paused',
    times: SOME,
    mostBytes: MOST_OF_HLS_BYTES,
  },
  'HLS, by hls.js': {
    attributes: { src: STREAM, engine: 'mse' },
    state: 'paused',
    times: SOME,
    mostBytes: MOST_OF_HLS_BYTES,
  },
};

const MUX_ID = 'clock0123456789012345678901234';
/** Apart from the others: it leaves what `<mux-player>` leaves. */
export const MUX: Kind = { attributes: { src: `mux:${MUX_ID}`, loading: 'eager' }, state: 'paused', times: SOME };

/** What the page tells. */
export interface Counted {
  readonly counted: LeftoverCount;
  longestTask(): number;
}

/** A page that counts what could outlive a player from before anything of it is loaded. */
export async function openCounted(page: Page, { site }: World): Promise<void> {
  const source = await readFile(new URL('../../../packages/media/testing/count-leftovers.ts', import.meta.url), 'utf8');
  const counting = site.publish(stripTypeScriptTypes(source), { 'content-type': 'text/javascript' });
  await page.goto(
    site.publish(`<!doctype html><html lang="en"><head><title>Many</title>
      <script type="module">
        import { countLeftovers } from '${counting}';
        let longest = 0;
        if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
          }).observe({ type: 'longtask', buffered: true });
        }
        const counted = countLeftovers({ isLastingOnly: true });
        Object.assign(globalThis, { counted, longestTask: () => longest });
      </script>
      <script type="module" src="/cdn/chronos-player.js"></script></head><body></body></html>`),
  );
  // Waiting so, the browser's driver attaches its own listeners now rather than between two counts.
  await page.waitForFunction(() => customElements.get('chronos-player'));
}

/** So many times, one after the other. */
export async function mountAndRemove(page: Page, { attributes, state }: Kind, times: number): Promise<void> {
  await page.evaluate(
    async ([all, wanted, count]) => {
      const task = (): Promise<void> => {
        const { port1, port2 } = new MessageChannel();
        return new Promise((resolve) => {
          port1.addEventListener('message', () => resolve(), { once: true });
          port1.start();
          port2.postMessage(null);
        });
      };
      for (let round = 0; round < count; round++) {
        const player = document.createElement('chronos-player');
        for (const [name, value] of Object.entries(all)) player.setAttribute(name, value);
        document.body.append(player);
        const isThere = (): boolean =>
          player.matches(`:state(${wanted})`) &&
          (wanted !== 'paused' || (all['preload'] === 'none' ? player.nativeVideo !== null : player.readyState > 0)) &&
          (all['controls'] !== 'chronos' ||
            player.shadowRoot?.querySelector('media-controller') instanceof HTMLElement) &&
          (wanted !== 'error' || player.shadowRoot?.querySelector('[part=error]') instanceof HTMLElement);
        while (!isThere()) await new Promise((resolve) => requestAnimationFrame(resolve));
        player.remove();
        while (player.nativeVideo ?? player.shadowRoot?.querySelector('iframe')) await task();
        await task();
      }
    },
    [attributes, state, times] as const,
  );
}

/** The vendor's own element, by itself; our script has brought it into the page. */
export async function mountAndRemoveBareMux(page: Page, times: number): Promise<void> {
  await page.evaluate(
    async ([id, count]) => {
      for (let round = 0; round < count; round++) {
        const player = document.createElement('mux-player') as HTMLElement & { media: { nativeEl: HTMLVideoElement } };
        for (const name of ['disable-tracking', 'disable-cookies']) player.setAttribute(name, '');
        document.body.append(player);
        Reflect.set(player.media, 'disableRemotePlayback', true);
        player.setAttribute('playback-id', id);
        while (player.media.nativeEl.readyState === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
        player.remove();
      }
    },
    [MUX_ID, times] as const,
  );
}
