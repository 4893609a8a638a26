import type { Page } from '@playwright/test';
import { expect, test } from './world.ts';

/** Untracked: the player and its source alone. */
const UNTRACKED = { 'video-id': '', 'supabase-url': '', 'supabase-key': '' };
const YOUTUBE = { ...UNTRACKED, src: 'https://youtu.be/aqz-KE-bpKQ' };

/** The part of the player that has the focus. */
function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => {
    const active = document.querySelector('chronos-player')?.shadowRoot?.activeElement;
    return active?.closest('[part]')?.getAttribute('part');
  });
}

test.describe('with the keyboard alone', () => {
  test('the facade is reached and pressed, and the focus goes on to what plays', async ({ world, page }) => {
    await world.goto(page, YOUTUBE);
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('facade');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('chronos-player')!.currentTime > 0.3);
    expect(await focused(page)).toBe('media');
  });

  test('the error panel’s way out is reached and pressed', async ({ world, page }) => {
    await world.goto(page, { ...UNTRACKED, src: '/broken.mp4' });
    await page.getByRole('alert').waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('error');
    const again = page.waitForRequest(/broken\.mp4/);
    await page.keyboard.press('Space');
    await again;
  });
});
