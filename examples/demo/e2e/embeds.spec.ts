import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import { expect, test, type World } from './world.ts';

/** A position that is asked for may be a quarter of a second old. */
const WITHIN_SECONDS = 1;

const VENDORS = [
  { name: 'YouTube', evidence: 'polled', columns: { source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' } },
  {
    name: 'Loom',
    evidence: 'reported',
    columns: { source_type: 'loom', embed_type: 'loom', embed_id: '00'.padEnd(32, '0') },
  },
] as const;

for (const { name, evidence, columns } of VENDORS) {
  test(`${name}: true rows with its own grade of evidence`, async ({ world, page }) => {
    await world.moveTo(columns);
    await world.goto(page);
    const video = await PlayedVideo.inEmbed(page);
    await video.playTo(5);
    await video.seek(15);
    await video.playTo(19);
    await video.pause();
    const truth = await video.truth();
    await video.remove();
    await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
    const [row] = await world.sessions();
    console.log(
      `${name}: watch ${row!.watch.toFixed(3)} s (truth ${truth.watch.toFixed(3)}), covered ${row!.covered.toFixed(3)} s (truth ${truth.covered.toFixed(3)})`,
    );
    expect(row).toMatchObject({ evidence, close_reason: 'removed', flags: [] });
    expect(Math.abs(row!.watch - truth.watch)).toBeLessThanOrEqual(WITHIN_SECONDS);
    expect(Math.abs(row!.covered - truth.covered)).toBeLessThanOrEqual(WITHIN_SECONDS);
    expect(await world.events()).toEqual(['video_started', 'video_progress 10', 'video_progress 25']);
  });
}

test('seek="watched" holds the vendor’s own seek bar back too', async ({ world, page }) => {
  await world.moveTo(VENDORS[0].columns);
  await world.goto(page, { seek: 'watched' });
  const video = await PlayedVideo.inEmbed(page);
  await video.playTo(3);
  const blocked = page.evaluate(
    () =>
      new Promise<{ wanted: number }>((resolve) => {
        const player = document.querySelector('chronos-player')!;
        player.addEventListener('chronos-seekblocked', ({ detail }) => resolve(detail), { once: true });
      }),
  );
  await video.dragTo(20);
  expect((await blocked).wanted).toBeGreaterThanOrEqual(20);
  await expect.poll(() => video.position()).toBeLessThan(8);
});

const SERVERS: Readonly<Record<string, readonly string[]>> = {
  YouTube: ['www.youtube-nocookie.com', 'www.youtube.com'],
  Loom: ['www.loom.com'],
};

for (const { name, columns } of VENDORS) {
  test(`${name}: nobody is asked for anything before the viewer acts, and nobody else after`, async ({
    world,
    page,
  }) => {
    const asked = watchServers(page);
    await openFacade(page, world, columns);
    expect([...asked]).toEqual(['127.0.0.1']);
    expect(await world.sessions()).toEqual([]);

    // Told to the browser, and no more: the one that runs this test makes no connection for a hint.
    const hints = page.locator('chronos-player link[rel=preconnect]');
    await expect(hints).toHaveCount(0);
    await page.getByRole('button', { name: 'Play' }).hover();
    expect(await hints.evaluateAll((all) => all.map((one) => new URL((one as HTMLLinkElement).href).host))).toEqual(
      SERVERS[name],
    );
    expect([...asked]).toEqual(['127.0.0.1']);

    await (await PlayedVideo.inEmbed(page)).playTo(1);
    expect([...asked].toSorted()).toEqual(['127.0.0.1', ...SERVERS[name]!]);
  });

  test(`${name}: where the viewer asked not to be told of, not even a connection is made before he presses`, async ({
    world,
    page,
  }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
    await openFacade(page, world, columns);
    const known = await connections(page);
    await page.getByRole('button', { name: 'Play' }).hover();
    await page.getByRole('button', { name: 'Play' }).focus();
    await expect(page.locator('chronos-player link')).toHaveCount(0);
    await (await PlayedVideo.inEmbed(page)).playTo(1);
    expect(new Set((await connections(page)).slice(known.length))).toEqual(new Set(SERVERS[name]));
  });
}

/** A player whose row has a picture of the vendor's, not yet pressed. */
async function openFacade(page: Page, world: World, columns: Readonly<Record<string, unknown>>): Promise<void> {
  await world.moveTo({ ...columns, thumbnail_url: 'https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg' });
  await world.goto(page);
  await page.getByRole('button', { name: 'Play' }).waitFor();
}

/** Every host that the page or a frame in it asks for anything, from now on. */
function watchServers(page: Page): ReadonlySet<string> {
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  return hosts;
}

/** Where the tests ask; and what a browser asks for itself. */
const OWN_HOST = /^(doubles\.test|(www|clients2|accounts)\.google\.com|.*\.mozilla\.(com|net|org))$/;

/** Hosts to which connections were made, by whatever asks: what does not go through the page is not the page's. */
async function connections(page: Page): Promise<string[]> {
  const asking = await page.context().newPage();
  await asking.goto('https://doubles.test/connections');
  const hosts = (JSON.parse(await asking.innerText('body')) as string[]).map((host) => host.split(':')[0]!);
  await asking.close();
  return hosts.filter((host) => !OWN_HOST.test(host));
}
