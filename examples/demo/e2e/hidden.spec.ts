import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import { expect, test } from './world.ts';

/** A position that is asked for may be a second old where timers run once a second. */
const WITHIN_SECONDS = 1.25;

const SOURCES: Readonly<
  Record<string, { readonly columns: Readonly<Record<string, string>>; readonly isEmbed: boolean }>
> = {
  'a file': { columns: {}, isEmbed: false },
  HLS: { columns: { url: 'https://streams.test/ladder/master.m3u8' }, isEmbed: false },
  YouTube: { columns: { source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' }, isEmbed: true },
  Loom: { columns: { source_type: 'loom', embed_type: 'loom', embed_id: '0'.repeat(32) }, isEmbed: true },
};

for (const [name, { columns, isEmbed }] of Object.entries(SOURCES)) {
  test(`${name}: what is heard in a hidden tab counts, and no seek is made up`, async ({ world, page }) => {
    if (columns['url'] || isEmbed) await world.moveTo(columns);
    await page.addInitScript(standInForHiding);
    await world.goto(page);
    const video = isEmbed ? await PlayedVideo.inEmbed(page) : await PlayedVideo.on(page);
    await page.evaluate(() => {
      const player = document.querySelector('chronos-player')!;
      const seen: string[] = [];
      for (const type of ['seeking', 'waiting', 'pause']) player.addEventListener(type, () => seen.push(type));
      Object.assign(globalThis, { seen });
    });
    await video.playTo(2);
    const from = await video.position();
    await hide(page, true);
    await expect.poll(() => video.position(), { timeout: 20_000 }).toBeGreaterThan(from + 8);
    await hide(page, false);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen.filter((type) => type !== 'waiting')).toEqual([]);
    await video.pause();
    const position = await video.position();
    await video.remove();
    await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
    const [row] = await world.sessions();
    const [counters] = await world.sql<{ hidden: number; seeks: number }>(
      `select hidden_ms / 1000.0::float8 as hidden, seeks_forward + seeks_back as seeks
       from public.video_watch_sessions where video_id = $1`,
      [world.videoId],
    );
    console.log(
      `${name}: watch ${row!.watch.toFixed(3)} s, covered ${row!.covered.toFixed(3)} s, position ${position.toFixed(3)} s`,
    );
    expect(counters).toMatchObject({ seeks: 0 });
    expect(counters!.hidden).toBeGreaterThan(6);
    expect(Math.abs(row!.watch - position)).toBeLessThanOrEqual(WITHIN_SECONDS);
    expect(Math.abs(row!.covered - position)).toBeLessThanOrEqual(WITHIN_SECONDS);
  });
}

/**
 * Runs in the page before anything else. A driver tells every page that it is looked at, so being hidden is stood in for, with
 * what browsers do to a page then: timers run once a second.
 *
 * @see https://developer.chrome.com/blog/timer-throttling-in-chrome-88
 */
function standInForHiding(): void {
  const { setTimeout: delay, setInterval: repeat } = window;
  let isHidden = false;
  const onceInMs = 1000;
  Object.assign(window, {
    setTimeout: (run: () => void, ms = 0) => delay(run, isHidden ? Math.max(onceInMs, ms) : ms),
    setInterval(run: () => void, ms?: number) {
      let ranAt = Number.NEGATIVE_INFINITY;
      return repeat(() => {
        const now = performance.now();
        if (isHidden && now - ranAt < onceInMs) return;
        ranAt = now;
        run();
      }, ms);
    },
    hide(hidden: boolean) {
      isHidden = hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  });
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
}

function hide(page: Page, isHidden: boolean): Promise<void> {
  return page.evaluate((hidden) => (globalThis as unknown as { hide(hidden: boolean): void }).hide(hidden), isHidden);
}
