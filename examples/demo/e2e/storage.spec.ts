import { readFile } from 'node:fs/promises';
import { expect, test, type World } from './world.ts';

const CLIP = new URL('../../clips/clock.mp4', import.meta.url);
const WITHIN_SECONDS = 0.5;

/** Puts the clip into Storage, as the video's own file. */
async function store(world: World): Promise<void> {
  const [row] = await world.sql<{ creator: string }>('select creator_id as creator from public.videos where id = $1', [
    world.videoId,
  ]);
  const path = `${row!.creator}/${world.videoId}/clock.mp4`;
  const { secretKey, url } = world.backend;
  const stored = await fetch(`${url}/storage/v1/object/chronos-videos/${path}`, {
    method: 'POST',
    headers: { apikey: secretKey, 'content-type': 'video/mp4' },
    body: await readFile(CLIP),
  });
  expect(stored.status, await stored.text()).toBe(200);
  await world.moveTo({ storage_path: path });
}

test('a file of Storage: seeks in it, and its session is true although its first address had run out', async ({
  world,
  page,
}) => {
  await store(world);
  const answers: number[] = [];
  page.on('response', (response) => {
    if (response.request().method() === 'GET' && response.url().includes('/object/sign/'))
      answers.push(response.status());
  });
  let isFirst = true;
  await page.route('**/storage/v1/object/sign/**', async (route) => {
    const response = await route.fetch();
    if (route.request().method() !== 'POST' || !isFirst) return route.fulfill({ response });
    isFirst = false;
    const { signedURL } = (await response.json()) as { signedURL: string };
    return route.fulfill({ response, json: { signedURL: signedURL.replace(/\.[^.]+$/, '.of-yesterday') } });
  });
  const video = await world.open(page);
  await video.playTo(4);
  await video.seek(20);
  await video.playTo(23);
  await video.pause();
  const truth = await video.truth();
  await video.remove();
  await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
  const sessions = await world.sessions();
  expect(answers[0]).toBe(400);
  expect(answers).toContain(206);
  expect(sessions).toHaveLength(1);
  expect(sessions[0]).toMatchObject({ evidence: 'measured', close_reason: 'removed', flags: [] });
  expect(Math.abs(sessions[0]!.watch - truth.watch)).toBeLessThanOrEqual(WITHIN_SECONDS);
  expect(Math.abs(sessions[0]!.covered - truth.covered)).toBeLessThanOrEqual(WITHIN_SECONDS);
});

test('a file of Storage that the viewer may not play has no address', async ({ world, page }) => {
  await store(world);
  await world.sql(`update public.videos set access = 'enrolled' where id = $1`, [world.videoId]);
  await world.goto(page);
  await expect(page.locator('chronos-player')).toContainText('not available to you');
});
