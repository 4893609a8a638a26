import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import { expect, test, type World } from './world.ts';

/** A position that is asked for may be a quarter of a second old. */
const WITHIN_SECONDS = 1;

/** Where the `<video>` is: in a vendor's iframe, or in the page. */
type Place = 'iframe' | 'page';

interface Source {
  readonly name: string;
  readonly evidence: string;
  readonly place: Place;
  readonly columns: Readonly<Record<string, string>>;
  /** Whom the viewer's press asks. */
  readonly servers: readonly string[];
}

const embedOf = (vendor: string, id: string): Source['columns'] => ({
  source_type: vendor,
  embed_type: vendor,
  embed_id: id,
});

/** Everybody from whom nothing is fetched before the viewer acts. */
const VENDORS: readonly Source[] = [
  {
    name: 'YouTube',
    evidence: 'polled',
    place: 'iframe',
    columns: { source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' },
    servers: ['www.youtube-nocookie.com', 'www.youtube.com'],
  },
  {
    name: 'Loom',
    evidence: 'reported',
    place: 'iframe',
    columns: embedOf('loom', '00'.padEnd(32, '0')),
    servers: ['www.loom.com'],
  },
  {
    name: 'Vimeo',
    evidence: 'polled',
    place: 'iframe',
    columns: embedOf('vimeo', '76979871'),
    servers: ['player.vimeo.com'],
  },
  {
    name: 'Wistia',
    evidence: 'measured',
    place: 'page',
    columns: embedOf('wistia', 'e4a27b971d'),
    servers: ['fast.wistia.com'],
  },
  {
    name: 'Mux',
    evidence: 'measured',
    place: 'page',
    columns: { source_type: 'mux', mux_playback_id: 'clock0123456789012345678901234' },
    servers: ['stream.mux.com', 'image.mux.com'],
  },
];

const STREAM: Source = {
  name: 'HLS',
  evidence: 'measured',
  place: 'page',
  columns: { source_type: 'upload', url: 'https://streams.test/ladder/master.m3u8' },
  servers: [],
};

/** Presses the facade, where there is one. */
async function begin(page: Page, { place, servers }: Source): Promise<PlayedVideo> {
  if (place === 'iframe') return PlayedVideo.inEmbed(page);
  if (servers.length > 0) await page.getByRole('button', { name: 'Play', exact: true }).click();
  return PlayedVideo.on(page);
}

/** Ready to play. What plays in the page is brought in without a press, which would play before anybody looks. */
async function open(page: Page, source: Source): Promise<PlayedVideo> {
  if (source.place === 'iframe') return begin(page, source);
  if (source.servers.length > 0) {
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.load());
  }
  return PlayedVideo.on(page);
}

for (const source of [...VENDORS, STREAM]) {
  const { name, evidence, columns } = source;
  test(`${name}: true rows with its own grade of evidence`, async ({ world, page }) => {
    await world.moveTo(columns);
    await world.goto(page, { controls: '', crossorigin: 'anonymous' });
    const video = await open(page, source);
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

test('Vimeo: a video that asks for its password plays and is tracked once the viewer has given it', async ({
  world,
  page,
}) => {
  await world.moveTo(embedOf('vimeo', '423000000'));
  await world.goto(page);
  await page.getByRole('button', { name: 'Play' }).click();
  const embed = page.frameLocator('chronos-player iframe');
  await embed.getByLabel('Password').fill('open sesame');
  await embed.getByRole('button', { name: 'Watch Video' }).click();
  await embed.getByRole('button', { name: 'Play' }).click();
  const position = (): Promise<number> =>
    page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.currentTime);
  await expect.poll(position, { timeout: 10_000 }).toBeGreaterThan(1);
  await expect.poll(async () => (await world.sessions())[0]?.evidence).toBe('polled');
});

test('seek="watched" holds the vendor’s own seek bar back too', async ({ world, page }) => {
  await world.moveTo(VENDORS[0]!.columns);
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

for (const source of VENDORS) {
  const { name, columns, servers } = source;
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
      servers,
    );
    expect([...asked]).toEqual(['127.0.0.1']);

    await (await begin(page, source)).playTo(1);
    expect([...asked].toSorted()).toEqual(['127.0.0.1', ...servers].toSorted());
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
    await (await begin(page, source)).playTo(1);
    expect(new Set((await connections(page)).slice(known.length))).toEqual(new Set(servers));
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
const OWN_HOST =
  /^(doubles\.test|(www|clients2|accounts)\.google\.com|update\.googleapis\.com|.*\.mozilla\.(com|net|org))$/;

/** Hosts to which connections were made, by whatever asks: what does not go through the page is not the page's. */
async function connections(page: Page): Promise<string[]> {
  const asking = await page.context().newPage();
  await asking.goto('https://doubles.test/connections');
  const hosts = (JSON.parse(await asking.innerText('body')) as string[]).map((host) => host.split(':')[0]!);
  await asking.close();
  return hosts.filter((host) => !OWN_HOST.test(host));
}
