import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, shuffledTwice, toRow, twoSessions } from './watch-messages.ts';
import type { WatchMessage } from './watch-messages.ts';

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

/**
 * What the database says after some messages, which it then forgets. Within the database, because two thousand shuffles
 * of twenty messages are forty thousand journeys otherwise. Not compared is what tells when and how often messages came:
 * created_at, updated_at, last_seen_at, messages_received and integrity_flags of a session; nor has_completed, which says which of
 * two visits was heard first.
 */
const STATE_AFTER = `
  create schema test;
  create function test.state_after(p_video_id uuid, p_anonymous_id uuid, p_messages jsonb) returns jsonb language plpgsql as $$
  declare
    m record;
    v_state jsonb;
  begin
    begin
      for m in
        select * from jsonb_to_recordset(p_messages) as message (
          kind text, session uuid, key text, seq integer, age bigint, watch bigint, content bigint, watched int4multirange,
          rewatched int4multirange, "position" integer, duration integer, counters jsonb, context jsonb, arrives timestamptz
        )
      loop
        perform private.merge_watch_session(
          m.kind, m.session, m.key, p_video_id, m.seq, m.age, m.watch, m.content, m.watched, m.rewatched, m."position",
          m.duration, m.counters, m.context, p_anonymous_id, null, p_now => m.arrives
        );
      end loop;
      select jsonb_agg(fact order by fact) into v_state
      from (
        select to_jsonb(s) - '{created_at,updated_at,last_seen_at,messages_received,integrity_flags,has_completed}'::text[] as fact
        from public.video_watch_sessions as s
        where s.video_id = p_video_id
        union all
        select (to_jsonb(p) - '{created_at,updated_at,last_contact_at,completed_at}'::text[])
          || jsonb_build_object('is_completed', p.completed_at is not null)
        from public.video_progress as p
        where p.video_id = p_video_id
        union all
        -- Which of two visits crossed a line shared by both depends on which was heard first; that it was crossed does not.
        select jsonb_strip_nulls(jsonb_build_object(
          'event_type', e.event_type,
          'percent_complete', case when e.event_type = 'video_progress' then e.metadata -> 'percent_complete' end,
          'session_id', case when e.event_type in ('video_started', 'video_rewatched') then e.session_id end
        ))
        from public.video_analytics_events as e
        where e.video_id = p_video_id
      ) as facts;
      raise sqlstate 'UNDO0';
    exception when sqlstate 'UNDO0' then
      null;
    end;
    return v_state;
  end;
  $$;
`;

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
    ${STATE_AFTER}
  `);
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

async function stateAfter(messages: readonly WatchMessage[], video: string): Promise<unknown> {
  const { rows } = await database.query<{ state: unknown }>('select test.state_after($1, $2, $3) as state', [
    video,
    id('b', 1),
    JSON.stringify(messages.map((message) => toRow(message))),
  ]);
  return rows[0]?.state;
}
