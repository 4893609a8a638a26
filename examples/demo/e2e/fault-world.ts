import type { LocalBackend } from '@chronos-player/local';
import type {
  BrowserContext,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from '@playwright/test';
import { startFaultProxy, type FaultProxy, type SeenRequest } from '../faults/fault-proxy.ts';
import type { PageServer } from './page-server.ts';
import type { PlayedVideo } from './played-video.ts';
import { expect, test as base, type SessionRow, type World } from './world.ts';

/** What one visit amounted to when the page was last asked, in seconds: the tracker's own totals. */
export interface Visit {
  readonly time: number;
  readonly covered: number;
}

/** Opens the page with its database behind the proxy, and waits until the video can play. */
export async function openThrough(
  { url }: Pick<FaultProxy, 'url'>,
  { world, page, attributes = {} }: { world: World; page: Page; attributes?: Record<string, string> },
): Promise<PlayedVideo> {
  return world.open(page, { 'supabase-url': url, ...attributes });
}

/** Throws the page's dice: every pause after a failure is the shortest there is. Ids come from elsewhere. */
export async function throwLowDice(target: Page | BrowserContext): Promise<void> {
  await target.addInitScript(() => (Math.random = () => 0));
}

/** Watches the first seconds at double speed, then pauses. */
export async function watchABit(video: PlayedVideo, to: number): Promise<void> {
  await video.playTo(to, { rate: 2 });
  await video.pause();
}

/** What the page says now; its last word while paused. */
export async function readVisit(page: Page): Promise<Visit> {
  return page.evaluate(() => {
    const { time, covered } = document.querySelector('chronos-player')!.watch;
    return { time, covered };
  });
}

/** Waits until the database has answered the session of the page. */
export async function untilAnswered(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('chronos-player')?.session?.answer, null, {
    timeout: 30_000,
  });
}

/**
 * The database equals the truth: every visit is one row, nothing of it is missing and nothing is in it twice, each
 * event is there once. Prints what was compared. That the totals are true is the meter's part, and proven there.
 */
export async function expectNothingLost(world: World, visits: readonly Visit[], what: string): Promise<void> {
  const areClosed = async (): Promise<boolean> => {
    const rows = await world.sessions();
    return rows.length >= visits.length && rows.every(({ closed }) => closed);
  };
  await expect.poll(areClosed, { timeout: 30_000, message: `${what}: all sessions are closed` }).toBe(true);
  const rows = await world.sessions();
  expect(rows, what).toHaveLength(visits.length);
  const off = visits.flatMap(({ time, covered }, index) => {
    const row = rows[index] as SessionRow;
    return [row.watch - time, row.covered - covered];
  });
  const lost = -Math.min(0, ...off);
  const doubled = Math.max(0, ...off);
  const watched = rows.reduce((seconds, { watch }) => seconds + watch, 0);
  console.log(
    `${what}: ${visits.length} visits, ${watched.toFixed(3)} s; lost ${lost.toFixed(3)} s, doubled ${doubled.toFixed(3)} s`,
  );
  // The wire carries whole milliseconds.
  expect(lost, `${what}: lost`).toBeLessThanOrEqual(0.001);
  expect(doubled, `${what}: doubled`).toBeLessThanOrEqual(0.001);
  const events = (await world.events()).filter((name) => name !== 'video_started');
  expect(events.length, `${what}: each event once`).toBe(new Set(events).size);
}

/** Messages, without preflights and what the player asks before it plays. */
export function messagesOf({ requests }: Pick<FaultProxy, 'requests'>): readonly SeenRequest[] {
  return requests.filter(({ method, rpc }) => method === 'POST' && rpc.includes('_watch_session'));
}

/** A proxy per test in front of the worker's database. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & { world: World; faults: FaultProxy },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & { backend: LocalBackend; site: PageServer }
> = base.extend<{ faults: FaultProxy }>({
  faults: async ({ backend }, use) => {
    const faults = await startFaultProxy(backend.url);
    await use(faults);
    await faults.close();
  },
});

export { expect } from '@playwright/test';
