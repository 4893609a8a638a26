import type { Page } from '@playwright/test';
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
import type { SeenRequest } from '../faults/fault-proxy.ts';
import type { Visit } from './fault-world.ts';
import type { PlayedVideo } from './played-video.ts';
import type { World } from './world.ts';

/** Plays a little, so that an update has been answered and its preflight is remembered. */
async function beginVisit(video: PlayedVideo, page: Page, world: World): Promise<Visit> {
  await watchABit(video, 2);
  const seen = await readVisit(page);
  await expect.poll(async () => (await world.sessions()).at(-1)?.watch ?? 0).toBeGreaterThan(seen.time - 0.5);
  return seen;
}

const ENDS: readonly { readonly how: string; readonly leave: (page: Page, elsewhere: string) => Promise<unknown> }[] = [
  { how: 'the tab is closed', leave: (page) => page.close({ runBeforeUnload: false }) },
  { how: 'another page is opened', leave: (page, elsewhere) => page.goto(elsewhere) },
  { how: 'the page is reloaded', leave: (page) => page.reload() },
];
for (const { how, leave } of ENDS) {
  test(`${how} while it plays: told before it is gone, with no preflight of its own`, async ({
    world,
    page,
    faults,
    site,
  }) => {
    const video = await openThrough(faults, { world, page });
    await untilAnswered(page);
    await beginVisit(video, page, world);
    // Nothing of this is told before the end: it is the end that tells it.
    await video.playTo(2.8);
    const least = await readVisit(page);
    const before = messagesOf(faults).length;
    // No next visit helps.
    faults.choose = ({ rpc }) => (rpc === 'start_watch_session' ? { kind: 'dropped' } : undefined);
    await leave(page, site.publish('<h1>Elsewhere</h1>'));
    await expect
      .poll(async () => (await world.sessions())[0])
      .toMatchObject({ closed: true, close_reason: 'page_end' });
    const [row] = await world.sessions();
    console.log(`${how}: ${(row!.watch - least.time).toFixed(3)} s were watched after the page was last asked`);
    expect(row!.watch).toBeGreaterThanOrEqual(least.time - 0.001);
    const ends = messagesOf(faults).slice(before);
    const snapshots = ends.filter(({ rpc }) => rpc !== 'start_watch_session');
    expect(new Set(snapshots.map(({ rpc }) => rpc))).toEqual(new Set(['update_watch_session']));
    const isPreflight = ({ method, rpc }: SeenRequest) => method === 'OPTIONS' && rpc === 'update_watch_session';
    expect(faults.requests.filter(isPreflight)).toHaveLength(1);
  });
}

test('the tab closes with the network refused: complete after the next visit, which begins where it ended', async ({
  world,
  context,
  faults,
}) => {
  const page = await context.newPage();
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  await beginVisit(video, page, world);
  await faults.refuse();
  await video.playTo(9, { rate: 2 });
  await video.pause();
  const seen = await readVisit(page);
  const left = await video.position();
  await page.close({ runBeforeUnload: false });
  expect((await world.sessions())[0]).toMatchObject({ closed: false });

  await faults.accept();
  const next = await context.newPage();
  const again = await openThrough(faults, { world, page: next });
  await expectFirstToBe(world, seen);
  const mirrored = await next.evaluate(() =>
    Object.keys(localStorage).filter((key) => key.startsWith('chronos-outbox')),
  );
  expect(mirrored).toEqual([]);
  expect(Math.abs((await again.position()) - left)).toBeLessThanOrEqual(1);
});

async function expectFirstToBe(world: World, seen: Visit): Promise<void> {
  await expect.poll(async () => (await world.sessions())[0]).toMatchObject({ closed: true, close_reason: 'page_end' });
  const [row] = await world.sessions();
  const off = row!.watch - seen.time;
  console.log(`refused at the end: ${row!.watch.toFixed(3)} s, off by ${off.toFixed(3)} s after the next visit`);
  expect(Math.abs(off)).toBeLessThanOrEqual(0.001);
}

test('offline and back: the page notices, and one row has it all', async ({ world, context, page, faults }) => {
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  await beginVisit(video, page, world);
  await context.setOffline(true);
  await video.playTo(9, { rate: 2 });
  await video.pause();
  const seen = await readVisit(page);
  const before = messagesOf(faults).length;
  await context.setOffline(false);
  await expect.poll(async () => (await world.sessions())[0]!.watch).toBeGreaterThan(seen.time - 0.5);
  expect(messagesOf(faults).length - before).toBeLessThanOrEqual(3);
  await video.remove();
  await expectNothingLost(world, [seen], 'offline and back');
});
