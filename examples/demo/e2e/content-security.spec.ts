import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import { OBSERVING, readNeeds, watchViolations, writePolicy, type Violation } from './policy-needs.ts';
import { readGuide, updateGuide } from './policy-guide.ts';
import { expect, test, type World } from './world.ts';

/** What the specification promises for everything at once, beside each vendor's hosts. */
const PROMISED = [
  "default-src 'none'; script-src 'self' https://www.youtube.com; style-src 'self'; require-trusted-types-for 'script'",
  "trusted-types lit-html chronos-player youtube-widget-api 'allow-duplicates'",
  'frame-src https://www.youtube-nocookie.com https://www.loom.com https://player.vimeo.com',
];

const loomVideo = (mode: string): Record<string, string> => {
  const columns = { source_type: 'loom', embed_type: 'loom', embed_id: mode.padEnd(32, '0') };
  return columns;
};

/** One way to play, as a row of the database and attributes of the player. */
interface Kind {
  readonly name: string;
  readonly columns: (world: World) => Record<string, unknown>;
  readonly attributes?: Readonly<Record<string, string>>;
}

const stream = { source_type: 'upload', url: 'https://streams.test/ladder/master.m3u8' };

/** Every kind of source there is. */
const KINDS: readonly Kind[] = [
  { name: 'File', columns: describeFile },
  { name: 'YouTube', columns: () => ({ source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' }) },
  { name: 'Loom', columns: () => loomVideo('00') },
  { name: 'Loom, silent', columns: () => loomVideo('0c') },
  {
    name: 'Vimeo',
    columns: () => ({ source_type: 'vimeo', embed_type: 'vimeo', embed_id: '76979871' }),
  },
  { name: "HLS, the browser's", columns: () => stream, attributes: { engine: 'native' } },
  { name: 'HLS, by hls.js', columns: () => stream, attributes: { engine: 'mse' } },
  { name: 'Mux', columns: () => ({ source_type: 'mux', mux_playback_id: 'clock0123456789012345678901234' }) },
];

const KIND_NAMES = KINDS.map(({ name }) => name);

/** What an origin of these tests is to a reader. */
const names = (world: World): ReadonlyMap<string, string> =>
  new Map([
    [world.site.url, "'self'"],
    [filesOf(world), 'https://files.example'],
    ['https://streams.test', 'https://streams.example'],
    [world.backend.url, 'https://x.supabase.co'],
  ]);

test.describe('the content security policy', () => {
  for (const { name, columns, attributes } of KINDS) {
    test(`${name}: plays and is tracked under exactly what it needs, which is what the guide says`, async ({
      world,
      context,
    }) => {
      await world.moveTo(columns(world));
      const headers = {
        // What Mux plays by depends on it.
        'content-security-policy': "require-trusted-types-for 'script'",
        'content-security-policy-report-only': OBSERVING,
      };
      const observed = await playUnder(await context.newPage(), world, { headers, attributes });
      const needs = readNeeds(observed.violations, names(world));
      const origins = new Map([...names(world)].map(([origin, called]) => [called, origin]));
      console.log(`${name}: ${writePolicy(needs, new Map())}`);
      const policy = { 'content-security-policy': writePolicy(needs, origins) };
      const minded = await playUnder(await context.newPage(), world, { headers: policy, attributes });
      expect(readNeeds(minded.violations, names(world))).toEqual(new Map());

      const features = observed.features.length > 0 ? ([['Permissions-Policy', observed.features]] as const) : [];
      const found = new Map([...needs, ...features]);
      // `npm run test:e2e -- -g policy --update-snapshots` writes the guide.
      if (/all|changed/.test(test.info().config.updateSnapshots)) await updateGuide(name, found, KIND_NAMES);
      expect((await readGuide()).get(name)).toEqual(found);
    });
  }

  test('is in the guide for every kind of source, and for nothing else', async () => {
    expect([...(await readGuide()).keys()]).toEqual(KIND_NAMES);
  });

  test('Wistia: says that it cannot play where Trusted Types are enforced, and asks nobody', async ({
    world,
    page,
  }) => {
    await world.moveTo({ source_type: 'wistia', embed_type: 'wistia', embed_id: 'e4a27b971d' });
    const violations = await openPage(page, world, { 'content-security-policy': "require-trusted-types-for 'script'" });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).hostname));
    const code = await page.evaluate(
      (all) =>
        new Promise<string>((resolve) => {
          const player = document.createElement('chronos-player');
          for (const [name, value] of Object.entries(all)) player.setAttribute(name, value);
          player.addEventListener('chronos-error', ({ detail }) => resolve(detail.code));
          document.querySelector('main')!.append(player);
          player.play().catch(() => {});
        }),
      { 'video-id': world.videoId, 'supabase-url': world.backend.url, 'supabase-key': world.backend.publishableKey },
    );
    expect(code).toBe('csp-unsupported');
    expect(asked.filter((host) => host.includes('wistia'))).toEqual([]);
    expect(readNeeds(await violations(), names(world))).toEqual(new Map());
  });

  test('keeps the promise of one line for every source on one page', async ({ world, page }) => {
    const own = `${filesOf(world)} ${world.site.url}`;
    const streams = 'https://streams.test https://*.mux.com';
    const rest = [
      `media-src ${own} https://streams.test blob:`,
      `img-src ${own}`,
      `connect-src ${world.backend.url} https://www.loom.com ${streams}`,
    ];
    const violations = await openPage(page, world, { 'content-security-policy': [...PROMISED, ...rest].join('; ') });
    for (const { columns, attributes } of KINDS) {
      await world.moveTo(columns(world));
      await playTracked(page, world, attributes);
    }
    expect(readNeeds(await violations(), names(world))).toEqual(new Map());
  });
});

/** The same server under another name: where files lie is not where the page lies. */
function filesOf({ site }: World): string {
  return site.url.replace('127.0.0.1', 'localhost');
}

function describeFile(world: World): Record<string, unknown> {
  const files = filesOf(world);
  const captions = [{ src: `${files}/clips/lesson.en.vtt`, srclang: 'en', label: 'English' }];
  return {
    source_type: 'upload',
    url: `${files}/clips/clock.mp4`,
    thumbnail_url: `${files}/clips/lesson-poster.webp`,
    captions: JSON.stringify(captions),
  };
}

/** A page with the script and no player yet, under these headers. */
async function openPage(
  page: Page,
  { site }: World,
  headers: Readonly<Record<string, string>>,
): ReturnType<typeof watchViolations> {
  const violations = await watchViolations(page);
  const html = `<!doctype html><html lang="en"><head><title>A lesson</title>
<script type="module" src="/cdn/chronos-player.js"></script></head><body><main></main></body></html>`;
  await page.goto(site.publish(html, headers));
  return violations;
}

/** Opens the page with these headers, plays, and answers what the browser minded and what a vendor's iframe was handed on. */
async function playUnder(
  page: Page,
  world: World,
  {
    headers,
    attributes,
  }: { readonly headers: Readonly<Record<string, string>>; readonly attributes: Kind['attributes'] },
): Promise<{ readonly violations: readonly Violation[]; readonly features: readonly string[] }> {
  const violations = await openPage(page, world, headers);
  await playTracked(page, world, attributes);
  const allowed = await page
    .locator('chronos-player iframe')
    .evaluateAll((frames) => frames.map((frame) => (frame as HTMLIFrameElement).allow));
  const said = { violations: await violations(), features: allowed.flatMap((list) => list.split('; ')) };
  await page.close();
  return said;
}

/** Puts in a player for the video, in place of the one before, and plays it until the database knows. */
async function playTracked(page: Page, world: World, attributes: Kind['attributes'] = {}): Promise<void> {
  const { videoId, backend } = world;
  const known = (await world.sessions()).length;
  await page.evaluate(
    (all) => {
      const player = document.createElement('chronos-player');
      for (const [name, value] of Object.entries(all)) player.setAttribute(name, value);
      document.querySelector('main')!.replaceChildren(player);
    },
    {
      'video-id': videoId,
      'supabase-url': backend.url,
      'supabase-key': backend.publishableKey,
      controls: '',
      crossorigin: '',
      ...attributes,
    },
  );
  const [row] = await world.sql<{ source_type: string; embed_id: string | null }>(
    'select source_type, embed_id from public.videos where id = $1',
    [videoId],
  );
  if (row?.source_type === 'mux') await page.getByRole('button', { name: 'Play' }).click();
  if (row?.source_type === 'upload' || row?.source_type === 'mux') await (await PlayedVideo.on(page)).playTo(1.5);
  else if (row?.embed_id?.startsWith('0c')) await playSilent(page);
  else await (await PlayedVideo.inEmbed(page)).playTo(1.5);
  await expect.poll(async () => (await world.sessions()).length).toBe(known + 1);
}

/** An embed that says nothing is asked about from outside, and counts once it is pressed. */
async function playSilent(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play' }).click();
  await page.frameLocator('chronos-player iframe').getByRole('button').click();
  await expect
    .poll(() => page.evaluate(() => document.querySelector<HTMLVideoElement>('chronos-player')!.currentTime), {
      timeout: 20_000,
    })
    .toBeGreaterThan(1);
}
