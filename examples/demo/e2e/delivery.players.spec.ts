import {
  expect,
  messagesOf,
  openThrough,
  expectNothingLost,
  readVisit,
  test,
  untilAnswered,
  watchABit,
} from './fault-world.ts';
import { World } from './world.ts';

/** What a page may have under way when it ends; browsers allow 64 KiB. */
const KEEPALIVE_BYTES = 60 * 1024;

test('three players of a page leave in one request, within the quota of the page', async ({
  world,
  backend,
  site,
  page,
  faults,
}) => {
  const worlds = [world, new World(backend, site), new World(backend, site)];
  for (const other of worlds.slice(1)) await other.addVideo();
  const players = worlds.map(
    ({ videoId }) => `<chronos-player video-id="${videoId}" exclusive="off" muted controls
      supabase-url="${faults.url}" supabase-key="${backend.publishableKey}"></chronos-player>`,
  );
  await page.goto(
    site.publish(`<!doctype html><html lang="en"><title>Lessons</title>
      <script type="module" src="/cdn/chronos-player.js"></script>${players.join('')}</html>`),
  );
  await page.waitForFunction(() =>
    [...document.querySelectorAll('chronos-player')].every(({ session }) => session?.answer),
  );
  const least = await page.evaluate(async () => {
    const all = [...document.querySelectorAll('chronos-player')];
    for (const player of all) player.playbackRate = 2;
    await Promise.all(all.map((player) => player.play()));
    const isFar = (player: (typeof all)[number]) => player.currentTime >= 4;
    await Promise.all(
      all.map(
        (player) =>
          new Promise<void>((resolve) => player.addEventListener('timeupdate', () => isFar(player) && resolve())),
      ),
    );
    return all.map(({ watch }) => watch.time);
  });
  const before = messagesOf(faults).length;
  await page.close({ runBeforeUnload: false });
  for (const [index, { videoId }] of worlds.entries()) {
    const row = async () => (await worlds[index]!.sessions())[0];
    await expect.poll(row, { message: videoId }).toMatchObject({ closed: true, close_reason: 'page_end' });
    expect((await row())!.watch).toBeGreaterThanOrEqual(least[index]! - 0.001);
  }
  const ends = messagesOf(faults).slice(before);
  const last = ends.find(({ snapshots }) => snapshots.length === 3);
  expect(last?.rpc).toBe('update_watch_sessions');
  expect(JSON.stringify(last?.snapshots).length).toBeLessThan(KEEPALIVE_BYTES);
  console.log(
    `three players left in ${JSON.stringify(last?.snapshots).length} bytes, requests at the end: ${ends.length}`,
  );
});

test('moved in the document, mounted twice as React does in development: one session', async ({
  world,
  page,
  faults,
}) => {
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  await video.playTo(2, { rate: 2 });
  await page.evaluate(() => {
    const player = document.querySelector('chronos-player')!;
    const section = document.createElement('section');
    document.body.append(section);
    section.append(player);
    // Mount, unmount, mount.
    player.remove();
    section.append(player);
  });
  await watchABit(video, 4);
  const seen = await readVisit(page);
  await video.remove();
  await expectNothingLost(world, [seen], 'moved and mounted twice');
});
