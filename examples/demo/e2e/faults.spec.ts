import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './world.ts';

/** Refuses every connection to the backend until the returned function is called. */
async function cutOff(context: BrowserContext, backendUrl: string): Promise<() => Promise<void>> {
  const all = `${backendUrl}/**`;
  await context.route(all, (route) => route.abort('connectionrefused'));
  return () => context.unroute(all);
}

function panel(page: Page): Promise<string> {
  return page.getByRole('alert').innerText();
}

test('the backend fails in the middle: the video plays on, and the database catches up', async ({
  world,
  context,
  page,
}) => {
  const video = await world.open(page);
  await video.playTo(3);
  await expect.poll(async () => (await world.sessions()).length).toBe(1);
  const restore = await cutOff(context, world.backend.url);
  await video.playTo(14);
  const meanwhile = (await world.sessions())[0]!.watch;
  expect(meanwhile).toBeLessThan(9);
  await restore();
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await video.playTo(16);
  await video.pause();
  const truth = await video.truth();
  await expect.poll(async () => (await world.sessions())[0]!.watch).toBeGreaterThan(truth.watch - 0.5);
  const rows = await world.sessions();
  expect(rows).toHaveLength(1);
  expect(rows[0]!.watch).toBeLessThan(truth.watch + 0.5);
  expect(await world.events()).toEqual([
    'video_started',
    'video_progress 10',
    'video_progress 25',
    'video_progress 50',
  ]);
});

test('the tab closes with the network refused: the row is complete after the next visit', async ({
  world,
  context,
}) => {
  const first = await context.newPage();
  const video = await world.open(first);
  await video.playTo(4);
  await expect.poll(async () => (await world.sessions()).length).toBe(1);
  const restore = await cutOff(context, world.backend.url);
  await video.playTo(9);
  const truth = await video.truth();
  await first.close({ runBeforeUnload: false });
  expect((await world.sessions())[0]).toMatchObject({ closed: false });

  await restore();
  const second = await context.newPage();
  await world.open(second);
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'page_end' });
  const [row] = await world.sessions();
  expect(Math.abs(row!.watch - truth.watch)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(row!.covered - truth.covered)).toBeLessThanOrEqual(0.5);
});

test('the backend is down from the start: a video with src plays, and is told later', async ({
  world,
  context,
  page,
}) => {
  const restore = await cutOff(context, world.backend.url);
  const video = await world.open(page, { src: `${world.site.url}/clips/clock.webm` });
  await video.playTo(2);
  expect(await world.sessions()).toEqual([]);
  await restore();
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await video.playTo(4);
  await video.pause();
  const { watch } = await video.truth();
  await expect.poll(async () => (await world.sessions())[0]?.watch ?? 0).toBeGreaterThan(watch - 0.5);
});

test('the backend is down and there is no src: a sentence and a way on', async ({ world, context, page }) => {
  const restore = await cutOff(context, world.backend.url);
  await world.goto(page);
  await expect(page.getByRole('alert')).toBeVisible();
  const retry = page.getByRole('alert').getByRole('button');
  await expect(retry).toBeVisible();
  await restore();
  await retry.click();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect.poll(() => page.evaluate(() => document.querySelector('chronos-player')!.readyState)).toBeGreaterThan(0);
});

const REFUSALS: readonly {
  readonly why: string;
  readonly attributes: Record<string, string>;
  readonly says: RegExp;
}[] = [
  {
    why: 'an unknown video',
    attributes: { 'video-id': '00000000-0000-4000-8000-00000000dead' },
    says: /not available to you/,
  },
  { why: 'a wrong key', attributes: { 'supabase-key': 'sb_publishable_wrong' }, says: /not set up correctly/ },
  { why: 'a malformed address', attributes: { 'video-id': '', src: 'http://[broken' }, says: /not set up correctly/ },
  {
    why: 'a file that is no video',
    attributes: { 'video-id': '', src: '/clips/lesson-poster.webp' },
    says: /not set up correctly|cannot be/,
  },
  {
    why: 'a file that cannot be played',
    attributes: { 'video-id': '', src: '/broken.mp4' },
    says: /cannot be found|cannot play/,
  },
  { why: 'a video that is not there', attributes: { 'video-id': '', src: '/clips/gone.mp4' }, says: /cannot be found/ },
];
for (const { why, attributes, says } of REFUSALS) {
  test(`${why}: a sentence for the viewer, a line for the developer`, async ({ world, page }) => {
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await world.goto(page, attributes);
    await expect(page.getByRole('alert')).toBeVisible();
    expect(await panel(page)).toMatch(says);
    expect(lines.filter((line) => line.startsWith('[chronos-player] '))).toHaveLength(1);
    expect(await world.sessions()).toEqual([]);
  });
}

test('a wrong key with src: the video plays, the page hears of it once', async ({ world, page }) => {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  const video = await world.open(page, {
    src: `${world.site.url}/clips/clock.mp4`,
    'supabase-key': 'sb_publishable_wrong',
  });
  await video.playTo(3);
  expect(await world.sessions()).toEqual([]);
  await expect.poll(() => lines.filter((line) => line.startsWith('[chronos-player] '))).toHaveLength(1);
});
