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
  test(`${name}: what is heard in a hidden tab counts, and no seek is made up`, async ({ world, page, context }) => {
    if (columns['url'] || isEmbed) await world.moveTo(columns);
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
    const other = await context.newPage();
    await hide(page, other);
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
    await expect.poll(() => video.position(), { timeout: 20_000 }).toBeGreaterThan(from + 8);
    await page.bringToFront();
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

/** As when its viewer goes to another tab. Playwright otherwise tells every page that it is looked at. */
async function hide(page: Page, other: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  await other.bringToFront();
}
