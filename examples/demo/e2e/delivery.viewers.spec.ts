import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import {
  expect,
  expectNothingLost,
  messagesOf,
  openThrough,
  readVisit,
  test,
  untilAnswered,
  watchABit,
} from './fault-world.ts';
import type { PageServer } from './page-server.ts';
import { PlayedVideo } from './played-video.ts';
import type { World } from './world.ts';

/** What the database knows of the viewers of the world's video. */
function progressOf(
  world: World,
): Promise<readonly { percent: number; covered: number; done: boolean; student: boolean }[]> {
  return world.sql(
    `select percent_complete as percent, covered_seconds::float8 as covered, completed_at is not null as done,
       student_id is not null as student
     from public.video_progress where video_id = $1`,
    [world.videoId],
  );
}

/** A page whose viewer is signed in. */
async function openSignedIn(
  page: Page,
  { world, site, faults, token }: { world: World; site: PageServer; faults: FaultProxy; token: string },
): Promise<PlayedVideo> {
  const backend = JSON.stringify({ supabaseUrl: faults.url, supabaseKey: world.backend.publishableKey });
  const session = JSON.stringify({ access_token: token });
  await page.goto(
    site.publish(`<!doctype html><html lang="en"><title>A lesson</title>
      <chronos-player video-id="${world.videoId}" controls></chronos-player>
      <script type="module">
        import { configure } from '/cdn/chronos-player.js';
        const client = { auth: { getSession: async () => ({ data: { session: ${session} } }) } };
        configure({ ...${backend}, client });
      </script></html>`),
  );
  return PlayedVideo.on(page);
}

/** Everything this origin keeps in the browser. */
function readStorage(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => [
    ...Object.keys(localStorage),
    ...(await indexedDB.databases()).map(({ name }) => `database ${name}`),
  ]);
}

test('two tabs of one browser: two sessions, one viewer, the union of what both watched', async ({
  world,
  context,
  faults,
}) => {
  const attributes = { resume: 'off' };
  const [one, two] = [await context.newPage(), await context.newPage()];
  const first = await openThrough(faults, { world, page: one, attributes });
  await untilAnswered(one);
  const second = await openThrough(faults, { world, page: two, attributes });
  await Promise.all([watchABit(first, 3), watchABit(second, 2)]);
  await second.seek(15);
  await watchABit(second, 18);
  const visits = [await readVisit(one), await readVisit(two)];
  const untold = await Promise.all(
    [one, two].map((page) => page.evaluate(() => document.querySelector('chronos-player')!.watch.ranges)),
  );
  await Promise.all([first.remove(), second.remove()]);
  await expectNothingLost(world, visits, 'two tabs');
  const [[, end] = [0, 0]] = untold[0]!;
  const [[, sameEnd] = [0, 0], [from, to] = [0, 0]] = untold[1]!;
  const progress = await progressOf(world);
  expect(progress).toHaveLength(1);
  expect(progress[0]!.covered).toBeCloseTo(Math.max(end, sameEnd) + to - from, 2);
});

test('two devices of one student: the second goes on where the first stopped, and completes the video once', async ({
  world,
  browser,
  site,
  faults,
}) => {
  const token = await world.backend.mintToken({ sub: await addUser(world) });
  const [phone, laptop] = [await browser.newContext(), await browser.newContext()];
  const visit = async (device: BrowserContext, to: number) => {
    const page = await device.newPage();
    const video = await openSignedIn(page, { world, site, faults, token });
    await untilAnswered(page);
    const began = await video.position();
    await watchABit(video, to);
    const left = await video.position();
    const seen = await readVisit(page);
    await video.remove();
    return { began, left, seen };
  };
  const onPhone = await visit(phone, 12);
  await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
  const onLaptop = await visit(laptop, 30);
  expect(Math.abs(onLaptop.began - onPhone.left)).toBeLessThanOrEqual(1);
  await expectNothingLost(world, [onPhone.seen, onLaptop.seen], 'two devices');
  expect(await progressOf(world)).toMatchObject([{ percent: 100, done: true, student: true }]);
  const once = ['video_completed', ...[10, 25, 50, 75, 90].map((percent) => `video_progress ${percent}`)];
  expect((await world.events()).toSorted()).toEqual([...once, 'video_started', 'video_started'].toSorted());
  // Who watches travels with the open alone.
  const signed = messagesOf(faults).filter(({ headers }) => headers.authorization !== undefined);
  expect(new Set(signed.map(({ rpc }) => rpc))).toEqual(new Set(['start_watch_session']));
  await Promise.all([phone.close(), laptop.close()]);
});

test('consent: nothing is sent or stored before it is given, nor after it is taken back', async ({
  world,
  page,
  faults,
}) => {
  const consent = (word: string): Promise<void> =>
    page.evaluate((said) => document.querySelector('chronos-player')!.setAttribute('consent', said), word);
  const video = await openThrough(faults, { world, page, attributes: { consent: 'required' } });
  await video.playTo(2, { rate: 2 });
  expect(messagesOf(faults)).toEqual([]);
  expect(await readStorage(page)).toEqual([]);

  await consent('granted');
  await untilAnswered(page);
  await watchABit(video, 6);
  const seen = await readVisit(page);
  await expect.poll(async () => (await world.sessions())[0]!.watch).toBeGreaterThan(seen.time - 0.5);
  const [{ start }] = (await world.sql<{ start: number }>(
    `select lower(watched)::float8 / 1000 as start from public.video_watch_sessions where video_id = $1`,
    [world.videoId],
  )) as [{ start: number }];
  expect(start).toBeGreaterThanOrEqual(1.9);

  const sent = messagesOf(faults).length;
  await consent('required');
  await video.playTo(8, { rate: 2 });
  await page.close({ runBeforeUnload: false });
  expect(messagesOf(faults)).toHaveLength(sent);
  expect((await world.sessions())[0]!.watch).toBeGreaterThan(seen.time - 0.5);
});

for (const signal of ['globalPrivacyControl', 'doNotTrack']) {
  test(`${signal}: the visit counts, nobody is recognised; a student's progress goes on`, async ({
    world,
    context,
    site,
    faults,
  }) => {
    await context.addInitScript((name) => {
      Object.defineProperty(Navigator.prototype, name, { get: () => (name === 'doNotTrack' ? '1' : true) });
    }, signal);
    const page = await context.newPage();
    const video = await openThrough(faults, { world, page });
    await untilAnswered(page);
    await watchABit(video, 2);
    const seen = await readVisit(page);
    expect(await readStorage(page)).not.toContain('chronos-anonymous-id');
    await video.remove();
    await expectNothingLost(world, [seen], signal);
    expect(await progressOf(world)).toEqual([]);

    const token = await world.backend.mintToken({ sub: await addUser(world) });
    const student = await openSignedIn(page, { world, site, faults, token });
    await untilAnswered(page);
    await watchABit(student, 2);
    await student.remove();
    await expect.poll(() => progressOf(world)).toMatchObject([{ student: true }]);
  });
}

async function addUser(world: World): Promise<string> {
  const id = randomUUID();
  await world.sql('insert into auth.users (id) values ($1)', [id]);
  return id;
}
