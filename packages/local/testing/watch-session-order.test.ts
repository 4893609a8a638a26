import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, shuffledTwice, toRow, twoSessions } from './watch-messages.ts';
import type { WatchMessage } from './watch-messages.ts';
import { installStateAfter, readStateAfter } from './watch-state.ts';

/**
 * Torture list 18: pairs of permutations, so 2,400 shuffles for three kinds of video. Set CHRONOS_RUNS for more
 * than a usual run tries.
 */
const RUNS = Number(process.env['CHRONOS_RUNS'] ?? 400);
/** A seed tells the permutations of a run that failed, as fast-check printed it. */
const SEED = process.env['CHRONOS_SEED'];
const KNOWN = id('f', 1);
const UNKNOWN = id('f', 2);
const SHORT = id('f', 3);

const engine = (await whyNoPostgres()) === undefined ? 'postgres' : 'pglite';
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ engine });
  await database.exec(`
    insert into auth.users (id) values ('${id('e', 1)}');
    insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
    insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source) values
      ('${KNOWN}', '${id('c', 1)}', 'Known', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'),
      ('${UNKNOWN}', '${id('c', 1)}', 'Unknown', 'upload', '/x.mp4', 'ready', 'public', null, null),
      ('${SHORT}', '${id('c', 1)}', 'Short', 'upload', '/x.mp4', 'ready', 'public', 30000, 'pipeline');
  `);
  await installStateAfter(database);
}, 60_000);
afterAll(() => database.close());

const inOneOrderAndAnother = twoSessions.chain((messages) =>
  fc.tuple(shuffledTwice(messages), shuffledTwice(messages)),
);

describe('merge_watch_session', () => {
  // At once: each video is a world of its own, and a server has a connection for each.
  it.concurrent.each([
    ['a stored duration', KNOWN],
    ['no stored duration', UNKNOWN],
    ['a duration shorter than the claims', SHORT],
  ])(
    'leaves one state for every order and repetition of two sessions` messages, honest and forged, with %s',
    async (_, video) => {
      await fc.assert(
        fc.asyncProperty(inOneOrderAndAnother, async ([one, another]) => {
          const state = await stateAfter(one, video);
          expect(await stateAfter(another, video)).toEqual(state);
        }),
        { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    },
    240_000,
  );
});

function stateAfter(messages: readonly WatchMessage[], video: string): Promise<unknown> {
  return readStateAfter(database, {
    video,
    anonymous: id('b', 1),
    messages: messages.map((message) => toRow(message)),
  });
}
