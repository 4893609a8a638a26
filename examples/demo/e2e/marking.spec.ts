import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, test, type World } from './world.ts';

/** Loom's double: a video whose embed never says a word. */
const SILENT = { source_type: 'loom', embed_type: 'loom', embed_id: '0c'.padEnd(32, '0') };

/** A lesson's page, with a student signed in. */
async function openSignedIn({ world, page }: { world: World; page: Page }): Promise<void> {
  const sub = randomUUID();
  await world.sql('insert into auth.users (id) values ($1)', [sub]);
  const { url, publishableKey } = world.backend;
  const configuration = JSON.stringify({ supabaseUrl: url, supabaseKey: publishableKey });
  const token = JSON.stringify(await world.backend.mintToken({ sub }));
  await page.goto(
    world.site.publish(`<!doctype html>
      <html lang="en"><head><title>A lesson</title><style>chronos-player { width: 640px }</style></head><body>
      <chronos-player video-id="${world.videoId}"></chronos-player>
      <script type="module">
        import { configure } from '/cdn/chronos-player.js';
        const getSession = async () => ({ data: { session: { access_token: ${token} } } });
        configure({ ...${configuration}, client: { auth: { getSession } } });
      </script></body></html>`),
  );
}

/** Presses the facade, then play in the vendor's frame; returns once time is estimated. */
async function watchInEmbed(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => document.querySelector('chronos-player')?.capabilities?.position === 'no');
  const frame = page.locator('chronos-player iframe').contentFrame();
  await frame.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => (document.querySelector('chronos-player')?.watch.time ?? 0) > 3);
}

test('a silent Loom gives an honest estimate, and is completed by the viewer’s word where the video takes it', async ({
  world,
  page,
}) => {
  await world.moveTo({ ...SILENT, accepted_evidence: ['measured', 'polled', 'reported', 'attested'] });
  await openSignedIn({ world, page });
  await watchInEmbed(page);
  const known = await page.evaluate(() => {
    const { ended, watch } = document.querySelector('chronos-player')!;
    return { ended, percent: watch.percent, ranges: watch.ranges, completed: watch.completed };
  });
  expect(known).toEqual({ ended: false, percent: null, ranges: [], completed: false });

  const button = page.getByRole('button', { name: 'Mark as watched' });
  const [frame, bar] = [await page.locator('iframe').boundingBox(), await page.locator('[part=mark]').boundingBox()];
  expect(frame!.y + frame!.height).toBeLessThanOrEqual(bar!.y + 1);
  const milestone = page.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        document
          .querySelector('chronos-player')!
          .addEventListener('chronos-milestone', ({ detail }) => detail.kind === 'completed' && resolve(detail));
      }),
  );
  await button.press('Enter');
  expect(await milestone).toEqual({ kind: 'completed' });
  await expect(page.getByRole('status')).toHaveText('Marked as watched.');
  expect(await page.evaluate(() => document.querySelector('chronos-player')!.watch.completed)).toBe(true);

  const watched = await page.evaluate(() => {
    const player = document.querySelector('chronos-player')!;
    player.remove();
    return player.watch.time;
  });
  await expect.poll(async () => (await world.sessions()).every(({ closed }) => closed)).toBe(true);
  const [visit, mark, ...more] = await world.sessions();
  expect(more).toEqual([]);
  expect(visit).toMatchObject({ evidence: 'estimated', covered: 0, flags: [] });
  expect(Math.abs(visit!.watch - watched)).toBeLessThanOrEqual(1.5);
  expect(mark).toMatchObject({ evidence: 'attested', close_reason: 'attested', watch: 0, covered: 0 });
  expect(await world.events()).toEqual(['video_started', 'video_completed']);

  await page.reload();
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => document.querySelector('chronos-player')?.watch.completed === true);
  await expect(page.getByRole('button', { name: 'Mark as watched' })).toHaveCount(0);
});

test('a silent Loom whose video takes no word has no button', async ({ world, page }) => {
  await world.moveTo(SILENT);
  await openSignedIn({ world, page });
  await watchInEmbed(page);
  await expect.poll(async () => (await world.sessions())[0]?.evidence).toBe('estimated');
  await expect(page.getByRole('button', { name: 'Mark as watched' })).toHaveCount(0);
  expect(await world.events()).toEqual(['video_started']);
});
