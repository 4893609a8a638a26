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

/**
 * Takes the player away, a second after its last message: two are never closer than that. Answers when; and when the request
 * began that says so, both ms of the page's clock.
 */
async function remove(page: Page): Promise<{ readonly removedAt: number; readonly toldAt: () => Promise<number> }> {
  const removedAt = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const calls = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/rpc/'));
          const last = Math.max(...calls.map(({ startTime }) => startTime));
          if (performance.now() - last < 1_000) return void requestAnimationFrame(look);
          document.querySelector('chronos-player')!.remove();
          resolve(performance.now());
        };
        look();
      }),
  );
  const toldAt = (): Promise<number> =>
    page.evaluate(() => {
      const calls = performance.getEntriesByType('resource');
      return calls.find(({ name }) => name.endsWith('/rpc/end_watch_session'))?.startTime ?? Number.NaN;
    });
  return { removedAt, toldAt };
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

test('12. removed: closed within a second', async ({ world, page }) => {
  const video = await world.open(page);
  await video.playTo(5);
  const { removedAt, toldAt } = await remove(page);
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'removed' });
  expect((await toldAt()) - removedAt).toBeLessThanOrEqual(1_000);
});
