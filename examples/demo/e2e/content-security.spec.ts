import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import {
  OBSERVING,
  readNeeds,
  watchViolations,
  writePolicy,
  type PolicyNeeds,
  type Violation,
} from './policy-needs.ts';
import { readGuide, updateGuide, writeTable } from './policy-guide.ts';
import { expect, test, type World } from './world.ts';

/** What the specification promises for everything at once, beside each vendor's hosts. */
const PROMISED = [
  "default-src 'none'; script-src 'self' https://www.youtube.com; style-src 'self'; require-trusted-types-for 'script'",
  "trusted-types lit-html chronos-player youtube-widget-api 'allow-duplicates'",
  'frame-src https://www.youtube-nocookie.com https://www.loom.com',
];

const loomVideo = (mode: string): Record<string, string> => {
  const columns = { source_type: 'loom', embed_type: 'loom', embed_id: mode.padEnd(32, '0') };
  return columns;
};

/** Every kind of source there is, as rows of the database. */
const KINDS: readonly { readonly name: string; readonly columns: (world: World) => Record<string, unknown> }[] = [
  { name: 'File', columns: describeFile },
  { name: 'YouTube', columns: () => ({ source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' }) },
  { name: 'Loom', columns: () => loomVideo('00') },
  { name: 'Loom, silent', columns: () => loomVideo('0c') },
];

/** What an origin of these tests is to a reader. */
const names = (world: World): ReadonlyMap<string, string> =>
  new Map([
    [world.site.url, "'self'"],
    [filesOf(world), 'https://files.example'],
    [world.backend.url, 'https://x.supabase.co'],
  ]);

test.describe('the content security policy', () => {
  const found = new Map<string, PolicyNeeds>();

  for (const { name, columns } of KINDS) {
    test(`${name}: plays and is tracked under exactly what it needs, without a violation`, async ({
      world,
      context,
    }) => {
      await world.moveTo(columns(world));
      const observed = await playUnder(await context.newPage(), world, {
        'content-security-policy-report-only': OBSERVING,
      });
      const needs = readNeeds(observed.violations, names(world));
      found.set(name, new Map([...needs, ['Permissions-Policy', observed.features]]));
      const origins = new Map([...names(world)].map(([origin, called]) => [called, origin]));
      const policy = writePolicy(needs, origins);
      console.log(`${name}: ${writePolicy(needs, new Map())}`);
      const minded = await playUnder(await context.newPage(), world, { 'content-security-policy': policy });
      expect(readNeeds(minded.violations, names(world))).toEqual(new Map());
    });
  }

  test('is in the guide as it was found here: `npm run test:e2e -- -g policy --update-snapshots` writes it', async () => {
    expect([...found.keys()]).toEqual(KINDS.map(({ name }) => name));
    if (/all|changed/.test(test.info().config.updateSnapshots)) await updateGuide(found);
    expect(await readGuide()).toBe(writeTable(found));
  });

  test('keeps the promise of one line for files, YouTube and Loom on one page', async ({ world, page }) => {
    const own = `${filesOf(world)} ${world.site.url}`;
    const rest = `media-src ${own}; img-src ${own}; connect-src ${world.backend.url} https://www.loom.com`;
    const violations = await openPage(page, world, { 'content-security-policy': [...PROMISED, rest].join('; ') });
    for (const { columns } of KINDS) {
      await world.moveTo(columns(world));
      await playTracked(page, world);
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
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly violations: readonly Violation[]; readonly features: readonly string[] }> {
  const violations = await openPage(page, world, headers);
  await playTracked(page, world);
  const allowed = await page
    .locator('chronos-player iframe')
    .evaluateAll((frames) => frames.map((frame) => (frame as HTMLIFrameElement).allow));
  const said = { violations: await violations(), features: allowed.flatMap((list) => list.split('; ')) };
  await page.close();
  return said;
}

/** Puts in a player for the video, in place of the one before, and plays it until the database knows. */
async function playTracked(page: Page, world: World): Promise<void> {
  const { videoId, backend } = world;
  const known = (await world.sessions()).length;
  await page.evaluate(
    (attributes) => {
      const player = document.createElement('chronos-player');
      for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
      document.querySelector('main')!.replaceChildren(player);
    },
    {
      'video-id': videoId,
      'supabase-url': backend.url,
      'supabase-key': backend.publishableKey,
      controls: '',
      crossorigin: '',
    },
  );
  const [row] = await world.sql<{ source_type: string; embed_id: string | null }>(
    'select source_type, embed_id from public.videos where id = $1',
    [videoId],
  );
  if (row?.source_type === 'upload') await (await PlayedVideo.on(page)).playTo(1.5);
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
