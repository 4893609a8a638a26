import type { Page } from '@playwright/test';
import { expect, test } from './world.ts';

// Of the torture list (docs/torture.md), what needs the element itself in a document.

/** Puts the player somewhere else in the same task, as frameworks do when they reorder. */
function move(page: Page): Promise<void> {
  return page.evaluate(() => {
    const box = document.createElement('div');
    document.body.append(box);
    box.append(document.querySelector('chronos-player')!);
  });
}

/** When the first request to a function began, ms of the page's clock; NaN for none. */
function beginOf(page: Page, rpc: string): Promise<number> {
  return page.evaluate(
    (path) => performance.getEntriesByType('resource').find(({ name }) => name.endsWith(path))?.startTime ?? Number.NaN,
    `/rest/v1/rpc/${rpc}`,
  );
}

test('12. moved within one task: the same session', async ({ world, page }) => {
  const video = await world.open(page);
  await video.playTo(3);
  await move(page);
  await video.playTo(6);
  await move(page);
  await video.playTo(8);
  await video.pause();
  const truth = await video.truth();
  await video.remove();
  await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
  const rows = await world.sessions();
  expect(rows).toMatchObject([{ close_reason: 'removed', flags: [] }]);
  expect(Math.abs(rows[0]!.watch - truth.watch)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(rows[0]!.covered - truth.covered)).toBeLessThanOrEqual(0.5);
});

test('12. removed: the end is told within a second', async ({ world, page }) => {
  const video = await world.open(page);
  await video.playTo(5);
  const removedAt = await page.evaluate(() => performance.now());
  await video.remove();
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'removed' });
  expect((await beginOf(page, 'end_watch_session')) - removedAt).toBeLessThanOrEqual(1_000);
});
