import { NAMED_STATES, reachState } from './named-states.ts';
import { expect, test } from './world.ts';

/** In what surroundings. `width`: CSS pixels. */
const SURROUNDINGS = {
  dark: { colorScheme: 'dark', forcedColors: 'none', width: 480, dir: 'ltr' },
  light: { colorScheme: 'light', forcedColors: 'none', width: 480, dir: 'ltr' },
  rtl: { colorScheme: 'light', forcedColors: 'none', width: 480, dir: 'rtl' },
  narrow: { colorScheme: 'dark', forcedColors: 'none', width: 200, dir: 'ltr' },
  forced: { colorScheme: 'dark', forcedColors: 'active', width: 480, dir: 'ltr' },
} as const;

// The pictures are docs/looks; `--update-snapshots` makes them again.
test.describe('looks as it did', () => {
  for (const state of Object.keys(NAMED_STATES)) {
    for (const [surroundings, { colorScheme, forcedColors, ...rest }] of Object.entries(SURROUNDINGS)) {
      test(`${state}, ${surroundings}`, async ({ world, page }) => {
        await page.emulateMedia({ colorScheme, forcedColors });
        await reachState(page, world, { name: state, ...rest });
        await expect(page).toHaveScreenshot(`${state}-${surroundings}.png`);
      });
    }
  }
});
