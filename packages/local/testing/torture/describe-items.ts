import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { whyNoPostgres, type TestEngine } from '../test-database.ts';
import { World } from './world.ts';

const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`The torture list runs on PGlite only: ${reason}.`);

/** The real server where there is one: the list takes minutes, and pgTAP already holds both engines to the same rules. */
const ENGINE: { readonly name: string; readonly engine: TestEngine } =
  reason === undefined ? { name: 'Postgres 17', engine: 'postgres' } : { name: 'PGlite', engine: 'pglite' };

/** How a media tells where it is, and how exact that lets the numbers be, seconds. */
export interface Source {
  readonly name: string;
  readonly isPolled: boolean;
  readonly watchWithin: number;
  readonly coveredWithin: number;
}

const [EVENTS, POLLED]: readonly [Source, Source] = [
  { name: 'an event source', isPolled: false, watchWithin: 0.5, coveredWithin: 0.5 },
  { name: 'a polled source', isPolled: true, watchWithin: 0.5, coveredWithin: 1 },
];
export const SOURCES: readonly [Source, Source] = [EVENTS, POLLED];

/**
 * Items of the torture list (docs/torture.md), each under its number, on the best Postgres at hand. A video is a world of its
 * own, so the items of a file share a database, on whose clock time only ever passes.
 */
export function describeItems(title: string, rules: (world: () => World) => void): void {
  describe(`${title} on ${ENGINE.name}`, { timeout: 240_000 }, () => {
    let world: World;
    beforeAll(async () => {
      world = await World.open(ENGINE.engine);
    }, 120_000);
    afterAll(() => world.close());
    // A 500 that no rule looked at is a mistake all the same.
    afterEach(() => expect(world.failures).toEqual([]));
    rules(() => world);
  });
}
