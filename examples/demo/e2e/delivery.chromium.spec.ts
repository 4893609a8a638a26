import type { CDPSession } from '@playwright/test';
import {
  expect,
  expectNothingLost,
  openThrough,
  readVisit,
  test,
  untilAnswered,
  watchABit,
  type Visit,
} from './fault-world.ts';

/** What only Chromium's own protocol can do to a page. */
test('the process of the tab is killed: the last 10 s at most are missing, and the next visit brings them', async ({
  world,
  context,
  faults,
}) => {
  const page = await context.newPage();
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  // At a quarter of the speed the first update comes after 1 s, the next one would after 11 s.
  await video.playTo(2.4, { rate: 0.25 });
  const before = await readVisit(page);
  const crashed = page.waitForEvent('crash');
  void (await context.newCDPSession(page)).send('Page.crash').catch(() => {});
  await crashed;
  await faults.settle();
  const [now] = await world.sessions();
  expect(now).toMatchObject({ closed: false });
  expect(now!.watch).toBeGreaterThanOrEqual(before.time - 10 - 1);

  const next = await context.newPage();
  await openThrough(faults, { world, page: next });
  await expect.poll(async () => (await world.sessions())[0]!.watch).toBeGreaterThanOrEqual(before.time - 1);
  const [row] = await world.sessions();
  console.log(
    `killed at ${before.time.toFixed(3)} s: ${now!.watch.toFixed(3)} s there at once, ${row!.watch.toFixed(3)} s after the next visit`,
  );
  expect(row!.watch).toBeLessThanOrEqual(before.time + 1);
});

test('back and forward: a page from the back/forward cache goes on with its session', async ({
  world,
  faults,
  site,
  playwright,
  launchOptions,
}) => {
  // Playwright switches the cache off, since it loses a page that comes back from it: from there on the page is asked directly.
  const ignoreDefaultArgs = ['--disable-back-forward-cache'];
  const browser = await playwright.chromium.launch({ ...launchOptions, ignoreDefaultArgs });
  const page = await browser.newPage();
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  await watchABit(video, 2);
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  const direct = await page.context().newCDPSession(page);
  await direct.send('Page.navigate', { url: site.publish('<h1>Elsewhere</h1>') });
  await expect.poll(() => ask(direct, 'document.querySelector("h1").innerText')).toBe('Elsewhere');
  expect((await world.sessions())[0]).toMatchObject({ closed: false });
  await ask(direct, 'history.back()');
  await expect.poll(() => ask(direct, 'globalThis.persisted')).toBe(true);
  const seen = (await ask(
    direct,
    `(async () => {
      const player = document.querySelector('chronos-player');
      await player.play();
      await new Promise((done) => player.addEventListener('timeupdate', () => player.currentTime >= 6 && done()));
      const paused = new Promise((done) => player.addEventListener('pause', done, { once: true }));
      player.pause();
      await paused;
      return { time: player.watch.time, covered: player.watch.covered };
    })()`,
  )) as Visit;
  expect(seen.time).toBeGreaterThan(2.5);
  await ask(direct, 'document.querySelector("chronos-player").remove()');
  await expectNothingLost(world, [seen], 'back/forward cache');
  await browser.close();
});

/** Evaluates in whatever page the tab shows; undefined while it shows none. */
async function ask(direct: CDPSession, expression: string): Promise<unknown> {
  const options = { expression, awaitPromise: true, returnByValue: true };
  const answer = await direct.send('Runtime.evaluate', options).catch(() => undefined);
  return answer?.result.value;
}
