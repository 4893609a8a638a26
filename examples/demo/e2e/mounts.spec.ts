import type { CDPSession, Page } from '@playwright/test';
import type { Leftovers } from '../../../packages/media/testing/count-leftovers.ts';
import { type Counted, FEW, KINDS, mountAndRemove, mountAndRemoveBareMux, MUX, openCounted, SOME } from './mounting.ts';
import { expect, test } from './world.ts';

/** Compiled code, caches and what the page keeps once have come by then. */
const WARM_UP = 20;
const BYTES_PER_THOUSAND = 2_000_000;

test.describe('mounted and removed again and again', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    test(`${name}: leaves no timer, no listener, no node and next to no memory`, async ({
      world,
      page,
      browserName,
    }) => {
      test.setTimeout(240_000);
      // Only Chromium tells of its memory; elsewhere what can be counted from within is.
      const session = browserName === 'chromium' ? await page.context().newCDPSession(page) : null;
      const times = session ? kind.times : FEW;
      await openCounted(page, world);
      await mountAndRemove(page, kind, session ? WARM_UP : 2);
      const before = await count(page, session);
      await mountAndRemove(page, kind, times);
      const after = await count(page, session);
      const bytes = ((after.bytes - before.bytes) / times) * 1000;
      console.log(`${name}: ${times} mounts, ${(bytes / 1e6).toFixed(3)} MB per 1,000; ${JSON.stringify(after)}`);
      expect(after.left).toEqual(before.left);
      expect(after.left).toMatchObject({ observers: 0, workers: 0 });
      expect(after.frames).toBe(0);
      expect(after.nodes).toBeLessThanOrEqual(before.nodes);
      expect(after.listeners).toBeLessThanOrEqual(before.listeners);
      expect(after.documents).toBeLessThanOrEqual(before.documents);
      expect(bytes).toBeLessThan(kind.mostBytes ?? BYTES_PER_THOUSAND);
    });
  }

  test('Mux: leaves no more than mux-player does by itself', async ({ world, page, browserName }) => {
    test.setTimeout(240_000);
    const session = browserName === 'chromium' ? await page.context().newCDPSession(page) : null;
    await openCounted(page, world);
    const measure = async (mountMany: (times: number) => Promise<void>): Promise<PerMount> => {
      await mountMany(WARM_UP);
      const before = await count(page, session);
      await mountMany(SOME);
      return perMount(before, await count(page, session));
    };
    const ours = await measure((times) => mountAndRemove(page, MUX, times));
    const bare = await measure((times) => mountAndRemoveBareMux(page, times));
    console.log(`Mux, left by each mount: ${JSON.stringify(ours)}; by mux-player alone: ${JSON.stringify(bare)}`);
    for (const [what, left] of Object.entries(ours)) {
      expect(left, what).toBeLessThanOrEqual(bare[what]! + (AROUND_MUX[what] ?? 0) + 1 / SOME);
    }
  });
});

/** Whatever keeps a mux-player keeps the player around it: 10 nodes and 4 listeners were counted. */
const AROUND_MUX: Readonly<Record<string, number>> = { nodes: 16, listeners: 6 };

/** What one mount leaves, by what it is. */
type PerMount = Readonly<Record<string, number>>;

function perMount(before: Remains, after: Remains): PerMount {
  const countAll = ({ left, frames, documents, nodes, listeners }: Remains): Record<string, number> => {
    const { timers, observers, workers } = left;
    return { timers, observers, workers, lasting: left.listeners.length, frames, documents, nodes, listeners };
  };
  const known = countAll(before);
  return Object.fromEntries(Object.entries(countAll(after)).map(([what, now]) => [what, (now - known[what]!) / SOME]));
}

/** What is there when nothing should be. */
interface Remains {
  readonly left: Leftovers;
  readonly frames: number;
  /** Of the script's heap; with what follows 0 where the browser does not tell. */
  readonly bytes: number;
  readonly documents: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function count(page: Page, session: CDPSession | null): Promise<Remains> {
  // What a removal schedules has run, and what garbage keeps alive through finalizers goes with the second round.
  for (let round = 0; round < 3; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    // oxlint-disable-next-line no-await-in-loop
    await session?.send('HeapProfiler.collectGarbage');
  }
  const { usedSize: bytes } = (await session?.send('Runtime.getHeapUsage')) ?? { usedSize: 0 };
  const counters = await session?.send('Memory.getDOMCounters');
  const { documents, nodes, jsEventListeners: listeners } = counters ?? { documents: 0, nodes: 0, jsEventListeners: 0 };
  const left = await page.evaluate(() => (globalThis as unknown as Counted).counted.now());
  return { left, frames: page.frames().length - 1, bytes, documents, nodes, listeners };
}
