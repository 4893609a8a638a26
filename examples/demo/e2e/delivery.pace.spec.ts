import type { SeenRequest } from '../faults/fault-proxy.ts';
import { expect, expectNothingLost, messagesOf, openThrough, readVisit, test, untilAnswered } from './fault-world.ts';

/** A tick of the tracker: what is due is seen by then. */
const TICK_MS = 1_000;
/** What a busy machine may add between a page's clock and the proxy's. */
const JITTER_MS = 500;

/** Never two at once, never two within a second; `late`: those that a page sends when it may be gone. */
function expectPace(messages: readonly SeenRequest[]): void {
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    if (!before) continue;
    expect(message.startedAt, 'one at a time').toBeGreaterThanOrEqual(before.endedAt - JITTER_MS);
    expect(message.startedAt - before.startedAt, 'a second apart').toBeGreaterThanOrEqual(1_000 - JITTER_MS);
  }
}

test('10 s updates, at once on start, milestone, pause and end, silent in between; one preflight per address', async ({
  world,
  page,
  faults,
}) => {
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  // At a quarter of the speed no milestone is near: 11.6 s for 2.9 s of content.
  await video.playTo(2.9, { rate: 0.25 });
  const started = messagesOf(faults);
  const [open, first, heartbeat] = started;
  expect(started.map(({ rpc }) => rpc)).toEqual([
    'start_watch_session',
    'update_watch_session',
    'update_watch_session',
  ]);
  const beatAfterMs = heartbeat!.startedAt - first!.startedAt;
  console.log(`the update after the start came after ${beatAfterMs.toFixed(0)} ms`);
  expect(beatAfterMs).toBeGreaterThanOrEqual(10_000 - JITTER_MS);
  expect(beatAfterMs).toBeLessThanOrEqual(10_000 + TICK_MS + 4 * JITTER_MS);
  expect(open!.snapshots).toHaveLength(1);

  await video.pause();
  await expect.poll(() => messagesOf(faults).length, { message: 'pause is told at once' }).toBe(4);
  const pausedAt = performance.now();
  await video.playTo(3.3);
  await expect.poll(() => messagesOf(faults).length, { message: 'so is a milestone' }).toBe(5);
  await video.seek(28.5);
  await video.playTo(30);
  const isEndTold = async (): Promise<boolean> => messagesOf(faults).length >= 6;
  await expect.poll(isEndTold, { message: 'so is the end' }).toBe(true);
  expect(performance.now() - pausedAt).toBeLessThan(10_000);
  const seen = await readVisit(page);
  await expect.poll(async () => (await world.sessions())[0]?.watch ?? 0).toBeGreaterThan(seen.time - 0.5);
  await video.remove();
  await expectNothingLost(world, [seen], 'undisturbed');
  expectPace(messagesOf(faults));

  const preflights = faults.requests.filter(({ method }) => method === 'OPTIONS').map(({ rpc }) => rpc);
  expect(preflights.toSorted()).toEqual([...new Set(preflights)].toSorted());
});

test('an answer that takes 10 s: nothing else is sent meanwhile, the newest follows', async ({
  world,
  page,
  faults,
}) => {
  let answer = (): void => {};
  const until = new Promise<void>((resolve) => (answer = resolve));
  faults.choose = ({ rpc }) => (rpc === 'update_watch_session' ? { kind: 'slow', until } : undefined);
  const video = await openThrough(faults, { world, page });
  await untilAnswered(page);
  // 25 % are reached at 7.5 s and half of it at 15 s, both while the first update waits for its answer.
  await video.playTo(16, { rate: 1.5 });
  await video.pause();
  const [, slow, ...others] = messagesOf(faults);
  expect(slow!.endedAt).toBe(Infinity);
  expect(performance.now() - slow!.startedAt).toBeGreaterThan(9_000);
  expect(others).toEqual([]);
  const seen = await readVisit(page);
  answer();
  await expect.poll(async () => (await world.sessions())[0]?.watch ?? 0).toBeGreaterThan(seen.time - 0.5);
  expect(messagesOf(faults)).toHaveLength(3);
  await video.remove();
  await expectNothingLost(world, [seen], 'slow answers');
});

test('503 for a while: full patience, then all of it in one message', async ({ world, page, faults }) => {
  let isDown = true;
  faults.choose = ({ rpc }) =>
    isDown && rpc.includes('_watch_session') ? { kind: 'status', status: 503, retryAfter: 1 } : undefined;
  const video = await openThrough(faults, { world, page });
  await video.playTo(12, { rate: 2 });
  await video.pause();
  const seen = await readVisit(page);
  expect(await world.sessions()).toEqual([]);
  const tries = messagesOf(faults);
  // Retry-After and the gap come first, then the dice.
  for (const [index, { startedAt }] of tries.entries()) {
    if (index > 0) expect(startedAt - tries[index - 1]!.startedAt).toBeGreaterThanOrEqual(2_000 - JITTER_MS);
  }
  isDown = false;
  await expect
    .poll(async () => (await world.sessions())[0]?.watch ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(seen.time - 0.5);
  await video.remove();
  await expectNothingLost(world, [seen], '503 storm');
});
