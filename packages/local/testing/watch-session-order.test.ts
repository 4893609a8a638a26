import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Queryable } from '../src/database.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, send, shuffledTwice, twoSessions } from './watch-messages.ts';
import type { WatchMessage } from './watch-messages.ts';

/** Torture list 18. Set CHRONOS_RUNS for more permutations than a usual run tries. */
const RUNS = Number(process.env['CHRONOS_RUNS'] ?? 300);
/** A seed tells the permutations of a run that failed, as fast-check printed it. */
const SEED = process.env['CHRONOS_SEED'];
const KNOWN = id('f', 1);
const UNKNOWN = id('f', 2);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ engine: 'pglite' });
  await database.exec(`
    insert into auth.users (id) values ('${id('e', 1)}');
    insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
    insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source) values
      ('${KNOWN}', '${id('c', 1)}', 'Known', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'),
      ('${UNKNOWN}', '${id('c', 1)}', 'Unknown', 'upload', '/x.mp4', 'ready', 'public', null, null);
  `);
}, 60_000);
afterAll(() => database.close());

const inOneOrderAndAnother = twoSessions.chain((messages) =>
  fc.tuple(shuffledTwice(messages), shuffledTwice(messages)),
);

describe('merge_watch_session', () => {
  it.each([
    ['a stored duration', KNOWN],
    ['no stored duration', UNKNOWN],
  ])(
    'leaves one state for every order and repetition of two sessions` messages, with %s',
    async (_, video) => {
      await fc.assert(
        fc.asyncProperty(inOneOrderAndAnother, async ([one, another]) => {
          expect(await stateAfter(another, video)).toEqual(await stateAfter(one, video));
        }),
        { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    },
    120_000,
  );
});

class Undo extends Error {}

/** What the database says after these messages, which it then forgets. */
async function stateAfter(messages: readonly WatchMessage[], video: string): Promise<unknown> {
  let state: unknown;
  const sent = database.transaction(async (tx) => {
    for (const message of messages) await send(tx, { message, video, anonymous: id('b', 1) });
    state = await readState(tx);
    throw new Undo();
  });
  await sent.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return state;
}

/** All columns but those that tell when and how often messages came, and which of two visits was heard first. */
async function readState(tx: Queryable): Promise<unknown> {
  const { rows } = await tx.query(`
    select 'session' as kind, to_jsonb(s) - '{created_at,updated_at,last_seen_at,messages_received,integrity_flags,has_completed}'::text[] as row
    from public.video_watch_sessions as s
    union all
    select 'progress', (to_jsonb(p) - '{created_at,updated_at,last_contact_at,completed_at}'::text[])
      || jsonb_build_object('is_completed', p.completed_at is not null)
    from public.video_progress as p
    union all
    -- Which of two visits crossed a line shared by both depends on which was heard first; that it was crossed does not.
    select 'event', jsonb_strip_nulls(jsonb_build_object(
      'event_type', e.event_type,
      'percent_complete', case when e.event_type = 'video_progress' then e.metadata -> 'percent_complete' end,
      'session_id', case when e.event_type in ('video_started', 'video_rewatched') then e.session_id end
    ))
    from public.video_analytics_events as e
    order by 1, 2
  `);
  return rows;
}
