import { startLocalBackend, type LocalBackend } from '@chronos-player/local';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { openPages, type Pages } from '../server/pages.ts';

/** The demo as `npm start` runs it, on free ports and with a database in memory. */
const test = base.extend<object, { demo: Pages }>({
  demo: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures out of this pattern.
    async ({}, use) => {
      const pages = await openPages(0);
      const backend: LocalBackend = await startLocalBackend({ port: 0, seed: true, jobsEveryMs: 0 });
      pages.serve(backend);
      await use(pages);
      await pages.close();
      await backend.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** Presses play as a page would; returns once the media is ready. */
async function play(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((found) => (document.querySelector<HTMLVideoElement>(found)?.duration ?? 0) > 0, selector);
  await page.locator(selector).evaluate(async (media: HTMLVideoElement) => media.play());
}

function figure(page: Page, name: string): Locator {
  return page.locator(`[data-figure="${name}"]`);
}

/** The seconds that a figure shows; NaN for none. */
async function secondsOf(page: Page, name: string): Promise<number> {
  const [minutes, seconds] = (await figure(page, name).innerText()).split(':').map(Number);
  return (minutes ?? Number.NaN) * 60 + (seconds ?? Number.NaN);
}

for (const [path, selector] of [
  ['/', 'chronos-player'],
  ['/bare-video.html', 'main video'],
] as const) {
  test.describe(`the page ${path}`, () => {
    test('shows what the player measures, and what the database has catching up with it', async ({ demo, page }) => {
      const mistakes: string[] = [];
      page.on('pageerror', ({ message }) => mistakes.push(message));
      await page.goto(demo.url + path);
      await expect(page.locator('.delivery')).toContainText('Waiting for the first play');
      await play(page, selector);
      await expect(page.locator('[data-event="video_started"]')).toHaveCount(1);
      await expect.poll(() => secondsOf(page, 'database-watch-time'), { timeout: 20_000 }).toBeGreaterThan(8);
      expect(await secondsOf(page, 'player-watch-time')).toBeGreaterThan(8);
      await expect(page.locator('.milestones [data-at="10"]')).toHaveAttribute('data-reached', '');
      await expect(page.locator('.milestones [data-at="25"]')).not.toHaveAttribute('data-reached');
      await page.locator(selector).evaluate((media: HTMLVideoElement) => media.pause());
      await expect(page.locator('.delivery')).toContainText('Everything is in the database');
      expect(await secondsOf(page, 'database-watch-time')).toBeCloseTo(await secondsOf(page, 'player-watch-time'), 1);
      expect(mistakes).toEqual([]);
    });
  });
}

test.describe('the page /embeds.html', () => {
  for (const from of ['', '?from=internet']) {
    test(`swaps the source of one player, and every one is in the database${from && ', from the services themselves'}`, async ({
      demo,
      page,
    }) => {
      test.setTimeout(240_000);
      const hosts = new Set<string>();
      page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
      await page.goto(`${demo.url}/embeds.html${from}`);
      for (const [name, evidence] of [
        ['YouTube', 'polled'],
        ['Loom', 'reported'],
        ['Vimeo', 'polled'],
        ['Wistia', 'measured'],
        ['Mux', 'measured'],
        ['HLS', 'measured'],
        ['File', 'measured'],
      ] as const) {
        await page.getByText(name, { exact: true }).click();
        await expect(page.getByRole('radio', { name })).toBeChecked();
        await expect(page.locator('.delivery')).toContainText('Waiting for the first play');
        await expect(page.locator('.data-area')).not.toContainText(/measured|polled|reported/);
        if (name === 'File' || name === 'HLS') await play(page, 'chronos-player');
        else await page.getByRole('button', { name: 'Play', exact: true }).click();
        // What plays it is loaded from its sources first, a hundred files of it.
        await expect(page.locator('[data-event="video_started"]')).toHaveCount(1, { timeout: 30_000 });
        // With the second message: 10 s of playing after the first.
        await expect.poll(() => secondsOf(page, 'database-watch-time'), { timeout: 30_000 }).toBeGreaterThan(1);
        await expect(page.locator('.data-area')).toContainText(evidence);
      }
      const vendors = [
        'fast.wistia.com',
        'image.mux.com',
        'player.vimeo.com',
        'stream.mux.com',
        'test-streams.mux.dev',
      ];
      vendors.push('www.loom.com', 'www.youtube-nocookie.com', 'www.youtube.com');
      const asked = [...hosts].filter((host) => !/^(localhost|127\.0\.0\.1)$/.test(host));
      // One picture of Mux' is named in a way that the stand-ins do not turn aside; offline it is missing, if it is asked for.
      const others = asked.filter((host) => from || host !== 'image.mux.com');
      expect(others.toSorted()).toEqual(from ? vendors.toSorted() : []);
    });
  }
});

test.describe('the buttons', () => {
  test('a jump to the end completes nothing', async ({ demo, page }) => {
    await page.goto(demo.url);
    await play(page, 'chronos-player');
    await page.getByRole('button', { name: 'Jump to the end' }).click();
    await expect
      .poll(() => page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.ended))
      .toBe(true);
    await expect(page.locator('.delivery')).toContainText('Everything is in the database');
    expect(Number.parseInt(await figure(page, 'database-percent').innerText(), 10)).toBeLessThan(10);
    await expect(page.locator('[data-event="video_completed"]')).toHaveCount(0);
  });

  test('a cut network costs nothing: the outbox keeps and catches up', async ({ demo, page }) => {
    await page.goto(demo.url);
    await play(page, 'chronos-player');
    await expect(page.locator('[data-event="video_started"]')).toHaveCount(1);
    await page.getByRole('button', { name: 'Cut the network' }).click();
    await expect(page.locator('.delivery')).toContainText(/Network cut: 1\d\.\d s kept in the outbox/, {
      timeout: 20_000,
    });
    expect(await secondsOf(page, 'database-watch-time')).toBeLessThan(3);
    await expect.poll(() => secondsOf(page, 'database-watch-time'), { timeout: 10_000 }).toBeGreaterThan(12);
  });

  test('a new viewer begins with nothing', async ({ demo, page }) => {
    await page.goto(demo.url);
    await play(page, 'chronos-player');
    await expect(page.locator('[data-event="video_started"]')).toHaveCount(1);
    await page.getByRole('button', { name: 'Be a new viewer' }).click();
    await expect(page.locator('.visits')).toHaveText(/1 visit$/);
    await expect(page.locator('[data-event="video_started"]')).toHaveCount(0);
  });
});

test.describe('the server of the pages', () => {
  test('gives out the sources and nothing beside them', async ({ demo, request }) => {
    const root = new URL('../../..', import.meta.url).pathname;
    for (const file of ['package.json', '.chronos/keys.json', '.git/config', 'supabase/seed.sql']) {
      for (const query of ['', '?raw', '?import&raw']) {
        const response = await request.get(`${demo.url}/@fs${root}${file}${query}`);
        expect([403, 404], `${file}${query} is answered ${response.status()}`).toContain(response.status());
      }
    }
    expect((await request.get(`${demo.url}/clips/no-such-clip.mp4`)).status()).toBe(404);
    const other = await request.get(`${demo.url}/config.json`, { headers: { origin: 'http://localhost:9999' } });
    expect(other.headers()).not.toHaveProperty('access-control-allow-origin');
  });

  test('does not reload the page when it goes away and comes back', async ({ demo, page }) => {
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.goto(demo.url);
    await play(page, 'chronos-player');
    expect(sockets).toEqual([]);
  });
});
