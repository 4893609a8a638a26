import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';
import { expect, test, type World } from './world.ts';

/** Untracked: the player and its source alone. */
const UNTRACKED = { 'video-id': '', 'supabase-url': '', 'supabase-key': '' };
const YOUTUBE = 'https://youtu.be/aqz-KE-bpKQ';
const CLIP = '/clips/clock.mp4';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Opens a player and waits until it is in this state. */
async function reach(
  { world, page }: { readonly world: World; readonly page: Page },
  { state, ...attributes }: Readonly<Record<string, string>>,
): Promise<void> {
  // It is asked for, and never comes.
  await page.route('**/never.mp4', () => {});
  await world.goto(page, { ...UNTRACKED, muted: '', ...attributes });
  if (state === 'playing') await page.evaluate(() => document.querySelector('chronos-player')!.play());
  await page.waitForFunction((name) => document.querySelector('chronos-player')?.matches(`:state(${name})`), state);
}

const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  facade: { state: 'facade', src: YOUTUBE },
  loading: { state: 'loading', src: '/never.mp4' },
  paused: { state: 'paused', src: CLIP },
  playing: { state: 'playing', src: CLIP },
  ended: { state: 'ended', src: CLIP, autoplay: 'muted', muted: 'muted', 'start-time': '29.8' },
  'playing (YouTube)': { state: 'playing', src: YOUTUBE },
  'paused (Loom)': { state: 'paused', src: `loom:${'0'.repeat(32)}`, loading: 'eager' },
  'error (to be tried again)': { state: 'error', src: '/broken.mp4' },
  'error (for good)': { state: 'error', src: 'nonsense' },
};

test.describe('where the system chooses the colours', () => {
  test.beforeEach(({ page }) => page.emulateMedia({ forcedColors: 'active' }));

  for (const [name, how] of Object.entries(STATES)) {
    test(`everything can be told apart and pressed: ${name}`, async ({ world, page }) => {
      await reach({ world, page }, how);
      await page.evaluate(await readFile(fileURLToPath(import.meta.resolve('axe-core')), 'utf8'));
      const found = await page.evaluate(async (tags) => {
        const { axe } = globalThis as unknown as { axe: { run(node: Document, how: RunOptions): Promise<AxeResults> } };
        const { violations, passes } = await axe.run(document, { runOnly: tags, iframes: false });
        return { wrong: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), tried: passes.length };
      }, TAGS);
      expect(found.wrong).toEqual([]);
      expect(found.tried).toBeGreaterThan(0);
    });
  }

  test('the triangle on the facade stays one', async ({ world, page }) => {
    await reach({ world, page }, STATES['facade']!);
    const button = page.getByRole('button', { name: 'Play' });
    // Its edges are borders nobody sees: in the system's colours they would be seen, as a square.
    const edge = await button.evaluate((element) => getComputedStyle(element, '::before').borderTopColor);
    expect(edge).toBe('rgba(0, 0, 0, 0)');
  });
});

/** Names of what moves on its own now. */
function animations(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = document.querySelector('chronos-player')!.shadowRoot!.getAnimations();
    return all.map((animation) => (animation as CSSAnimation).animationName);
  });
}

test.describe('where the viewer wants less to move', () => {
  test('nothing turns: the spinner stands, and is seen', async ({ world, page }) => {
    await reach({ world, page }, STATES['loading']!);
    const spinner = page.getByRole('progressbar', { name: 'Loading' });
    await expect(spinner).toBeVisible();
    expect(await animations(page)).toContain('chronos-turn');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(() => animations(page)).not.toContain('chronos-turn');
    await expect(spinner).toHaveCSS('opacity', '1');
    const edge = await spinner.evaluate((element) => getComputedStyle(element, '::before').borderTopStyle);
    expect(edge).toBe('dotted');
  });

  test('a failure is there at once', async ({ world, page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach({ world, page }, STATES['error (for good)']!);
    await page.getByRole('alert').waitFor();
    expect(await animations(page)).toEqual([]);
  });
});
