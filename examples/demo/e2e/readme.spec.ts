import { bundleBlock, readBlocks } from './code-blocks.ts';
import { expect, test } from './world.ts';

const LESSON = 'c4000000-0000-4000-8000-000000000001';

test('README: the HTML plays both videos and tracks the second', async ({ world, page }) => {
  const [html = ''] = await readBlocks('README.md', 'html');
  const body = html
    .replace('"chronos-player.js"', `"${world.site.url}/cdn/chronos-player.js"`)
    .replace('https://example.com/lesson.mp4', `${world.site.url}/clips/clock.mp4`)
    .replace(LESSON, world.videoId)
    .replace('https://x.supabase.co', world.backend.url)
    .replace('sb_publishable_...', world.backend.publishableKey);
  await page.goto(world.site.publish(body));
  const players = page.locator('chronos-player');
  await expect(players).toHaveCount(2);
  for (const player of await players.all()) {
    await expect.poll(() => player.evaluate((media: HTMLVideoElement) => media.readyState)).toBeGreaterThan(0);
  }
  await expect.poll(async () => (await world.sessions()).length).toBe(1);
});

test('README: the TypeScript tracks a plain video', async ({ world, page }) => {
  const [code = ''] = await readBlocks('README.md', 'ts');
  const script = await bundleBlock(code, {
    videoId: world.videoId,
    supabaseUrl: world.backend.url,
    supabaseKey: world.backend.publishableKey,
  });
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const body = `<video src="/clips/clock.mp4" muted></video><script type="module">${script}</script>`;
  await page.goto(world.site.publish(body));
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.play());
  await expect.poll(() => said).toContain('started');
  await expect.poll(async () => (await world.events()).length).toBeGreaterThan(0);
});

test('README: the SQL answers', async ({ world }) => {
  for (const query of await readBlocks('README.md', 'sql')) await world.sql(query.replace(';', ''));
});
