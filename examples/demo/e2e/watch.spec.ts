import { lastTruth, type Truth } from './played-video.ts';
import { expect, test, type SessionRow } from './world.ts';

const WITHIN_SECONDS = 0.5;

function expectTrue(row: SessionRow | undefined, truth: Truth): void {
  expect(row).toBeDefined();
  console.log(
    `watch ${row!.watch.toFixed(3)} s (truth ${truth.watch.toFixed(3)}), covered ${row!.covered.toFixed(3)} s (truth ${truth.covered.toFixed(3)})`,
  );
  expect(Math.abs(row!.watch - truth.watch)).toBeLessThanOrEqual(WITHIN_SECONDS);
  expect(Math.abs(row!.covered - truth.covered)).toBeLessThanOrEqual(WITHIN_SECONDS);
}

test('two visits: true rows, milestones once, progress united, resume, rollup', async ({ world, context }) => {
  const first = await context.newPage();
  const video = await world.open(first);
  await video.playTo(6);
  await video.pause();
  // The pause is told at once; while it lasts nothing is watched.
  await expect.poll(async () => (await world.sessions())[0]?.watch).toBeGreaterThan(5.5);
  await video.seek(15);
  await video.playTo(20);
  await video.playTo(26, { rate: 2 });
  // Paused, so that the truth stands still until the tab is closed.
  await video.pause();
  const [firstTruth, left] = [await video.truth(), await video.position()];
  await first.close({ runBeforeUnload: false });

  // Where the browser sends nothing any more as it closes a tab, the next page does, from the disk.
  const second = await context.newPage();
  const again = await world.open(second);
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'page_end' });
  expectTrue((await world.sessions())[0], firstTruth);
  expect(await world.events()).toEqual([
    'video_started',
    'video_progress 10',
    'video_progress 25',
    'video_progress 50',
  ]);

  await expect.poll(() => again.position()).toBeGreaterThan(1);
  expect(Math.abs((await again.position()) - left)).toBeLessThanOrEqual(1);
  await again.playTo(30);
  await again.seek(5.5);
  await again.playTo(15.5, { rate: 2 });
  await again.pause();
  const secondTruth = await again.truth();
  await again.remove();

  await expect.poll(async () => (await world.sessions())[1]).toMatchObject({ closed: true, close_reason: 'removed' });
  expectTrue((await world.sessions())[1], secondTruth);
  expect((await world.events()).toSorted()).toEqual(
    [
      ...['video_started', 'video_started', 'video_completed'],
      ...[10, 25, 50, 75, 90].map((percent) => `video_progress ${percent}`),
    ].toSorted(),
  );
  const [progress] = await world.sql<{ percent_complete: number; sessions: number; done: boolean; watch: number }>(
    `select percent_complete, sessions, completed_at is not null as done, watch_time_seconds::float8 as watch
     from public.video_progress where video_id = $1`,
    [world.videoId],
  );
  expect(progress).toMatchObject({ sessions: 2, done: true });
  expect(progress!.percent_complete).toBeGreaterThanOrEqual(99);
  expect(Math.abs(progress!.watch - firstTruth.watch - secondTruth.watch)).toBeLessThanOrEqual(2 * WITHIN_SECONDS);

  await world.backend.runJobs();
  const [day] = await world.sql<{ watch: number }>(
    `select views, unique_viewers, loads, completions, completion_rate::float8, total_watch_time_seconds::float8 as watch
     from public.video_analytics where video_id = $1`,
    [world.videoId],
  );
  expect(day).toMatchObject({ views: 2, unique_viewers: 1, loads: 2, completions: 1, completion_rate: 50 });
  expect(Math.abs(day!.watch - progress!.watch)).toBeLessThan(0.01);
});

test('a reload closes one session and opens the next, where the viewer was', async ({ world, page }) => {
  const video = await world.open(page);
  await video.playTo(5);
  await page.reload();
  const truth = await lastTruth(page);
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'page_end' });
  expectTrue((await world.sessions())[0], truth);
  const position = (): Promise<number> => page.evaluate(() => document.querySelector('chronos-player')!.currentTime);
  await expect.poll(position).toBeGreaterThan(1);
  expect(Math.abs((await position()) - truth.position)).toBeLessThanOrEqual(1);
});

test('a seek to the end completes nothing', async ({ world, page }) => {
  const video = await world.open(page);
  await video.playTo(2);
  await video.seek(28);
  await video.playTo(30);
  const truth = await video.truth();
  await video.remove();
  await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
  expectTrue((await world.sessions())[0], truth);
  expect(await world.events()).toEqual(['video_started', 'video_progress 10']);
});
