import { type Counted, KINDS, mountAndRemove, openCounted } from './mounting.ts';
import { expect, test } from './world.ts';

const LONG_TASK_MS = 50;

// Only Chromium tells of long tasks.
test('mounting holds the page up for no longer than 50 ms', async ({ world, page }) => {
  const longest: number[] = [];
  const byKind: Record<string, number> = {};
  // A machine that is busy otherwise lengthens a task now and then, but not each time.
  for (let attempt = 0; attempt < 3; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    await openCounted(page, world);
    // oxlint-disable-next-line no-await-in-loop
    for (const [name, kind] of Object.entries(KINDS)) {
      await mountAndRemove(page, kind, 1);
      byKind[name] = await page.evaluate(() => (globalThis as unknown as Counted).longestTask());
    }
    longest.push(Math.max(...Object.values(byKind)));
  }
  console.log(
    `longest task at mount: ${longest.map((ms) => ms.toFixed(0)).join(', ')} ms (0: none over 50), so far by kind ${JSON.stringify(byKind)}`,
  );
  expect(Math.min(...longest)).toBeLessThanOrEqual(LONG_TASK_MS);
});
