import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { expect, test } from './world.ts';

/** The seeded lesson's, as the examples name it. */
const LESSON = 'c4000000-0000-4000-8000-000000000001';

test('examples/html plays and is tracked, with a database’s address in it', async ({ world, page }) => {
  const example = await readFile(new URL('../../html/index.html', import.meta.url), 'utf8');
  // A reader puts his own address, key and video in; so is done here.
  const html = example
    .replace(LESSON, world.videoId)
    .replace('http://127.0.0.1:54321', world.backend.url)
    .replace('sb_publishable_...', world.backend.publishableKey);
  await page.goto(world.site.publish(html));
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(page.locator('output')).toHaveText('started');
  await expect.poll(async () => (await world.sessions()).length).toBe(1);
  await expect(page.locator('chronos-player media-control-bar')).toBeVisible();
});

test('examples/html plays without a database, as it lies there', async ({ world, page }) => {
  await page.goto(`${world.site.url}/examples/html/index.html`);
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => document.querySelector('chronos-player')!.currentTime > 0.3);
});

test('examples/attach-to-video tracks the page’s own video', async ({ world, page }) => {
  const { backend, videoId } = world;
  const env = { VITE_VIDEO_ID: videoId, VITE_SUPABASE_URL: backend.url, VITE_SUPABASE_KEY: backend.publishableKey };
  const server = await createServer({
    root: fileURLToPath(new URL('../../attach-to-video', import.meta.url)),
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
    define: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)]),
    ),
  });
  try {
    await server.listen();
    await page.goto(server.resolvedUrls!.local[0]!);
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      video.muted = true;
      return video.play();
    });
    await expect(page.locator('output')).toHaveText(/^\d+\.\d s watched, [1-9]\d? % of the video covered\.$/);
    await expect.poll(() => world.events()).toContain('video_started');
  } finally {
    await server.close();
  }
});
