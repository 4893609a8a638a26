import { NAMED_STATES, reachState } from './named-states.ts';
import { expect, test } from './world.ts';

// The trees are in accessibility/; `--update-snapshots` writes them again.
test.describe('is to those who do not see it what it was', () => {
  for (const name of Object.keys(NAMED_STATES)) {
    test(name, async ({ world, page }) => {
      await reachState(page, world, { name, width: 480, dir: 'ltr' });
      await expect(page.getByRole('main')).toMatchAriaSnapshot({ name: `${name}.aria.yml` });
    });
  }

  test('the settings, opened', async ({ world, page }) => {
    await reachState(page, world, { name: 'paused', width: 480, dir: 'ltr' });
    await page.getByRole('button', { name: 'settings' }).click();
    await expect(page.locator('media-settings-menu')).toMatchAriaSnapshot({ name: 'settings.aria.yml' });
  });
});
