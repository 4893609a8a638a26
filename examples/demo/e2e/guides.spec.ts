import { readFile } from 'node:fs/promises';
import { replayTrace } from '@chronos-player/tracker/trace';
import type { Page } from '@playwright/test';
import { bundleBlock, readBlocks } from './code-blocks.ts';
import { expect, test, type World } from './world.ts';

const TRACK = 'docs/guides/track.md';
const REPORT = 'docs/guides/report-wrong-numbers.md';
const VIDEO = '<video src="/clips/clock.mp4" muted></video>';

/** What the guides leave to their reader, for the video of this test. */
function given({ videoId, backend, site }: World): Record<string, unknown> {
  const lesson = { id: videoId, src: `${site.url}/clips/clock.mp4`, courseId: crypto.randomUUID(), moduleId: '' };
  return {
    videoId,
    supabaseUrl: backend.url,
    supabaseKey: backend.publishableKey,
    firstLesson: lesson,
    secondLesson: { ...lesson, src: `${site.url}/clips/clock.webm` },
  };
}

/** Opens a page with that body and the guide's block below that heading; answers what the page said in the console. */
async function open(
  { world, page }: { world: World; page: Page },
  { file = TRACK, heading, body }: { file?: string; heading: string; body: string },
): Promise<readonly string[]> {
  const [code = ''] = await readBlocks(file, 'ts', heading);
  const script = await bundleBlock(code, given(world));
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  await page.goto(world.site.publish(`${body}<script type="module">${script}</script>`));
  return said;
}

const playFor = (page: Page, seconds: number): Promise<void> =>
  page.locator('video').evaluate(async (video: HTMLVideoElement, seconds) => {
    await video.play();
    const end = video.currentTime + seconds;
    await new Promise<void>((resolve) => {
      video.addEventListener('timeupdate', () => video.currentTime >= end && resolve());
    });
    video.pause();
  }, seconds);

const watched = async (world: World): Promise<number[]> => (await world.sessions()).map(({ watch }) => watch);

test('guide: a plain <video> opens a session and tells it', async ({ world, page }) => {
  const said = await open({ world, page }, { heading: 'A plain `<video>`', body: VIDEO });
  await playFor(page, 1);
  await expect.poll(async () => (await watched(world))[0] ?? 0).toBeGreaterThan(0.9);
  const [session] = await world.sessions();
  expect(said.filter((text) => text.startsWith('session'))).toEqual([`session ${session!.id}`]);
});

test('guide: the <video> inside another player is tracked', async ({ world, page }) => {
  const body = `<div class="video-js">${VIDEO}</div>`;
  await open({ world, page }, { heading: 'The `<video>` inside another player', body });
  await playFor(page, 1);
  await expect.poll(async () => (await watched(world))[0] ?? 0).toBeGreaterThan(0.9);
});

test('guide: a player that is no media element is tracked, without a single timeupdate', async ({ world, page }) => {
  const heading = 'A player that is no media element';
  const said = await open({ world, page }, { heading, body: '<button>Play</button>' });
  await page.getByRole('button').click();
  await expect.poll(async () => (await watched(world))[0] ?? 0, { timeout: 20_000 }).toBeGreaterThan(9);
  expect(said).toEqual([]);
});

test('guide: YouTube is tracked by the player', async ({ world, page }) => {
  await world.moveTo({ source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' });
  const [html = ''] = await readBlocks(TRACK, 'html', 'YouTube and Loom');
  const body = html
    .replace('"chronos-player.js"', `"${world.site.url}/cdn/chronos-player.js"`)
    .replace('c4000000-0000-4000-8000-000000000001', world.videoId)
    .replace('https://x.supabase.co', world.backend.url)
    .replace('sb_publishable_...', world.backend.publishableKey);
  await page.goto(world.site.publish(body));
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(async () => (await world.sessions())[0]?.evidence).toBe('polled');
});

test('guide: the viewer is whom identity names, and another sign-in begins another session', async ({
  world,
  page,
}) => {
  const signIn = async (): Promise<string> => {
    const headers = { apikey: world.backend.publishableKey, 'content-type': 'application/json' };
    const response = await fetch(`${world.backend.url}/auth/v1/signup`, { method: 'POST', headers, body: '{}' });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  let token = await signIn();
  await page.exposeFunction('currentAccessToken', () => token);
  const said = await open({ world, page }, { heading: 'Who is watching', body: VIDEO });
  await playFor(page, 1);
  await expect.poll(async () => (await watched(world))[0] ?? 0).toBeGreaterThan(0.9);
  token = await signIn();
  await page.evaluate(() => dispatchEvent(new Event('signed-in')));
  await playFor(page, 1);
  await expect.poll(async () => (await watched(world)).length).toBe(2);
  const viewers = await world.sql(
    'select count(distinct viewer_id)::int as viewers from public.video_watch_sessions where video_id = $1',
    [world.videoId],
  );
  expect(viewers).toEqual([{ viewers: 2 }]);
  expect(said).toEqual([]);
});

test('guide: nothing is sent or stored before consent, and nothing more after it is taken back', async ({
  world,
  page,
}) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const body = `${VIDEO}<button id="agree">Agree</button><button id="withdraw">Withdraw</button>`;
  await open({ world, page }, { heading: 'Consent', body });
  await playFor(page, 1);
  expect(requests.filter((url) => url.startsWith(world.backend.url))).toEqual([]);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.locator('#agree').click();
  await playFor(page, 2);
  await expect.poll(async () => (await watched(world))[0] ?? 0).toBeGreaterThan(1.5);
  expect((await watched(world))[0]).toBeLessThan(2.9);
  await page.locator('#withdraw').click();
  const before = requests.filter((url) => url.startsWith(world.backend.url)).length;
  await playFor(page, 1);
  expect(requests.filter((url) => url.startsWith(world.backend.url))).toHaveLength(before);
});

test('guide: every lesson of a page that changes without loading is a session of its own', async ({ world, page }) => {
  const body = '<video muted></video><button>Next</button>';
  await open({ world, page }, { heading: 'Courses, and pages that change without loading', body });
  await playFor(page, 1);
  await page.getByRole('button').click();
  await playFor(page, 1);
  await expect.poll(async () => (await watched(world)).length).toBe(2);
  await expect.poll(async () => (await world.sessions()).map(({ closed }) => closed)).toEqual([true, false]);
});

test('guide: what is counted is said', async ({ world, page }) => {
  const said = await open({ world, page }, { heading: 'What is counted', body: VIDEO });
  await playFor(page, 1);
  await expect.poll(() => said.length).toBeGreaterThan(2);
  expect(said.join('\n')).toContain('measured');
});

test('guide: a report of wrong numbers is one file that reproduces them', async ({ world, page }) => {
  await open({ world, page }, { file: REPORT, heading: 'Record one', body: `${VIDEO}<button>Report</button>` });
  await playFor(page, 1);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button').click()]);
  const { sessions, differences } = replayTrace(await readFile(await download.path(), 'utf8'));
  expect(differences).toEqual([]);
  expect(sessions[0]!.watch.time).toBeGreaterThan(0.9);
  const [script = ''] = await readBlocks(REPORT, 'js', 'Record one');
  await page.goto(
    `${world.site.publish(`<chronos-player></chronos-player><script type="module">${script}</script>`)}?debug`,
  );
  await expect(page.locator('chronos-player')).toHaveJSProperty('debug', true);
});
