import type { Fault, SeenRequest } from '../faults/fault-proxy.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import {
  expect,
  expectNothingLost,
  messagesOf,
  openThrough,
  readVisit,
  test,
  untilAnswered,
  throwLowDice,
  watchABit,
} from './fault-world.ts';
import { World } from './world.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'dropped' },
  { kind: 'lost' },
  { kind: 'torn' },
  { kind: 'truncated' },
  { kind: 'twice' },
  { kind: 'late' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 503, retryAfter: 1 },
  { kind: 'status', status: 429, retryAfter: 1 },
];

/** Open, update, close: the first try of each meets the fault. */
function everyFirstTry(fault: Fault): (request: SeenRequest) => Fault | undefined {
  const met = new Set<string>();
  return ({ rpc }) => {
    if (!rpc.includes('_watch_session') || met.has(rpc)) return undefined;
    met.add(rpc);
    return fault;
  };
}

for (const [index, together] of inGroups(FAULTS, 3).entries()) {
  test(`at the open, an update and the close, group ${index + 1}: nothing lost, nothing doubled`, async ({
    backend,
    site,
    browser,
  }) => {
    const visit = async (fault: Fault): Promise<void> => {
      const name = Object.values(fault).join(' ');
      const world = new World(backend, site);
      await world.addVideo();
      const faults = await startFaultProxy(backend.url);
      faults.choose = everyFirstTry(fault);
      const context = await browser.newContext();
      const page = await context.newPage();
      await throwLowDice(page);
      const video = await openThrough(faults, { world, page });
      // The open has met its fault before anything is played.
      await untilAnswered(page);
      await watchABit(video, 2);
      const seen = await readVisit(page);
      const arrived = async (): Promise<number> => (await world.sessions())[0]?.watch ?? 0;
      await expect.poll(arrived, { timeout: 20_000 }).toBeGreaterThan(seen.time - 0.5);
      await video.remove();
      await expectNothingLost(world, [seen], name);
      await faults.settle();
      expect(messagesOf(faults).filter((request) => request.fault).length, `${name} happened`).toBe(3);
      await context.close();
      await faults.close();
    };
    await Promise.all(together.map(visit));
  });
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return items.flatMap((_, index) => (index % size === 0 ? [items.slice(index, index + size)] : []));
}
