import type { Page } from '@playwright/test';
import { PlayedVideo } from './played-video.ts';
import { expect, test, type World } from './world.ts';

const CHRONOS = { controls: 'chronos' };
const start = (page: Page) => page.getByRole('button', { name: 'Play', exact: true });
const position = (page: Page): Promise<number> =>
  page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.currentTime);

test.describe('controls="chronos"', () => {
  test('what a viewer does by them is in the database as it was', async ({ world, page }) => {
    const video = await world.open(page, CHRONOS);
    await start(page).click();
    await expect.poll(() => position(page)).toBeGreaterThan(4);
    // Ten seconds on, by key: the press has left the focus at the controls.
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => position(page)).toBeGreaterThan(18);
    await page.keyboard.press('>');
    await page.keyboard.press('>');
    await expect.poll(() => position(page)).toBeGreaterThan(21);
    await page.keyboard.press('k');
    await expect
      .poll(() => page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.paused))
      .toBe(true);
    const truth = await video.truth();
    await expect.poll(async () => Math.abs(((await world.sessions())[0]?.watch ?? 0) - truth.watch)).toBeLessThan(0.5);
    const [row] = await world.sessions();
    console.log(`watch ${row!.watch} s (truth ${truth.watch}), covered ${row!.covered} s (truth ${truth.covered})`);
    expect(Math.abs(row!.covered - truth.covered)).toBeLessThan(0.5);
    expect(row!.evidence).toBe('measured');
  });

  test('goes full screen as a whole, and back', async ({ world, page }) => {
    await world.open(page, CHRONOS);
    await page.locator('chronos-player').hover();
    const whole = (): Promise<string | undefined> => page.evaluate(() => document.fullscreenElement?.localName);
    await page.getByRole('button', { name: 'enter fullscreen mode' }).click();
    await expect.poll(whole).toBe('chronos-player');
    await expect(page.getByRole('button', { name: 'exit fullscreen mode' })).toBeVisible();
    await page.keyboard.press('f');
    await expect.poll(whole).toBe(undefined);
  });

  test('opens the settings by keyboard, and closes them again', async ({ world, page }) => {
    await world.open(page, CHRONOS);
    await page.locator('chronos-player').hover();
    const settings = page.getByRole('button', { name: 'settings' });
    await settings.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Playback rate' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(settings).toBeFocused();
  });
});

/** A page with these headers and a player of the file. */
async function openUnder(page: Page, { site }: World, headers: Readonly<Record<string, string>>): Promise<string[]> {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const html = `<!doctype html><html lang="en"><head><title>A lesson</title>
<script type="module" src="/cdn/chronos-player.js"></script></head>
<body><chronos-player src="/clips/clock.mp4" controls="chronos" muted></chronos-player></body></html>`;
  await page.goto(site.publish(html, headers));
  await PlayedVideo.on(page);
  await page.locator('chronos-player').hover();
  return said;
}

const browserHas = (page: Page): Promise<boolean | undefined> =>
  page.locator('chronos-player').evaluate((player) => Reflect.get(player, 'nativeVideo')?.controls as boolean);

test.describe('where controls="chronos" cannot be, the browser’s own are, and one line says why:', () => {
  for (const [what, policy, reason] of [
    ['Trusted Types', "require-trusted-types-for 'script'", 'Trusted Types'],
    ['no inline style', "style-src 'self'", 'style'],
  ] as const) {
    test(what, async ({ world, page }) => {
      const said = await openUnder(page, world, { 'content-security-policy': policy });
      await expect.poll(() => browserHas(page)).toBe(true);
      const lines = (): string[] => said.filter((line) => line.includes('controls-unavailable'));
      await expect.poll(() => lines().length).toBe(1);
      expect(lines()[0]).toContain(reason);
      await expect(page.locator('chronos-player media-controller')).toHaveCount(0);
      await page.locator('chronos-player').evaluate((player: HTMLVideoElement) => player.play());
      await expect.poll(() => position(page)).toBeGreaterThan(0.3);
      expect(lines()).toHaveLength(1);
    });
  }

  test('a file that cannot be loaded', async ({ world, page }) => {
    await page.route(/chronos-controls-/, (route) => route.abort());
    const said = await openUnder(page, world, {});
    await expect.poll(() => browserHas(page)).toBe(true);
    expect(said.filter((line) => line.includes('controls-unavailable'))).toHaveLength(1);
  });
});
