import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, multirange, writeKey } from './watch-messages.ts';

/** Marks as watched and judging again, among messages: what only several connections at once can show. */
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`Races are not tested: ${reason}.`);

const VIDEOS = [id('f', 1), id('f', 2)] as const;
const STUDENT = JSON.stringify({ sub: id('d', 1), role: 'authenticated' });

let database: TestDatabase;

/** A snapshot that has watched `seconds` from the start. */
function snapshot(session: number, seconds: number): Record<string, unknown> {
  const ms = seconds * 1000;
  return {
    p_session_id: id('a', session),
    p_write_key: writeKey(session),
    p_video_id: VIDEOS[session % 2],
    p_seq: seconds,
    p_age_ms: ms,
    p_watch_time_ms: ms,
    p_content_ms: ms,
    p_watched: multirange([[0, ms]]),
    p_position_ms: ms,
  };
}

async function call(name: string, args: Record<string, unknown>): Promise<unknown> {
  const names = Object.keys(args);
  const { rows } = await database.query<{ answer: unknown }>(
    `select public.${name}(${names.map((arg, place) => `${arg} => $${place + 1}`).join(', ')}) as answer`,
    Object.values(args),
  );
  return rows[0]?.answer;
}

/** Sessions 2 n and 2 n + 1 are those of viewer n, one of each video. */
const start = (session: number): Promise<unknown> =>
  call('start_watch_session', { ...snapshot(session, 0), p_anonymous_id: id('b', Math.floor(session / 2)) });
const update = (session: number, seconds: number): Promise<unknown> =>
  call('update_watch_session', snapshot(session, seconds));
const batch = (...snapshots: Record<string, unknown>[]): Promise<unknown> =>
  call('update_watch_sessions', { p_snapshots: JSON.stringify(snapshots) });
const settle = (after = '0 s'): Promise<unknown> =>
  database.query(`select private.settle_video_durations(now() + $1::interval)`, [after]);
const attest = (): Promise<unknown> =>
  database.transaction(async (tx) => {
    await tx.query(`select set_config('request.jwt.claims', $1, true)`, [STUDENT]);
    const { rows } = await tx.query<{ answer: unknown }>('select public.attest_video_watched($1) as answer', [
      VIDEOS[0],
    ]);
    return rows[0]?.answer;
  });

async function read(sql: string): Promise<unknown[]> {
  const { rows } = await database.query(sql);
  return rows;
}

/** As if everything known had happened ten minutes earlier, so that what follows is witnessed. */
async function wait(): Promise<void> {
  await database.exec(`
    update public.video_watch_sessions set session_start = session_start - interval '10 min', first_contact_at = first_contact_at - interval '10 min';
    update public.video_progress set first_contact_at = first_contact_at - interval '10 min';
  `);
}

describe.skipIf(reason !== undefined)('evidence under concurrency', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}'), ('${id('d', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, accepted_evidence)
      select video::uuid, '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', '{measured,attested}'
      from unnest(array['${VIDEOS.join("','")}']) as video;
    `);
  }, 60_000);
  afterAll(() => database.close());
  beforeEach(() =>
    database.exec(`
      truncate public.video_watch_sessions, public.video_progress, public.video_analytics_events;
      update public.videos set duration_ms = null, duration_source = null;
      truncate private.video_retests;
    `),
  );

  it('marks a video as watched once, however often it is pressed at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, attest));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(
      await read(`select count(*)::int as sessions, (select sessions from public.video_progress) as counted,
        (select count(*)::int from public.video_analytics_events where event_type = 'video_completed') as completions
        from public.video_watch_sessions`),
    ).toEqual([{ sessions: 1, counted: 1, completions: 1 }]);
  });

  it('judges again among messages, single and in crossed batches, and nobody waits in a circle', async () => {
    const sessions = Array.from({ length: 24 }, (_, place) => place);
    for (const session of sessions) await start(session);
    await wait();
    const rounds = Array.from({ length: 8 }, (_, round) => {
      const seconds = 60 + round;
      const all = sessions.map((session) => snapshot(session, seconds));
      return [
        settle(),
        database.query(`update public.videos set duration_ms = $1, duration_source = 'pipeline' where id = $2`, [
          100_000 + round,
          VIDEOS[round % 2],
        ]),
        batch(...all),
        batch(...all.toReversed()),
        ...sessions.map((session) => update(session, seconds)),
        settle('1 min'),
      ];
    });
    const answers = await Promise.all(rounds.flat());
    expect(answers.flat().filter((answer) => (answer as { ok?: boolean } | undefined)?.ok === false)).toEqual([]);

    // What is left in the queue is worked off; then every visit is judged by the length that is stored.
    await database.exec(`update public.videos set duration_ms = 70000, duration_source = 'pipeline'`);
    await settle();
    await settle('1 min');
    expect(
      await read(`select
        (select count(*)::int from private.video_retests) as waiting,
        (select count(*)::int from public.job_failures) as failures,
        (select count(*)::int from public.video_watch_sessions where duration_seconds = 70 and completed) as judged,
        (select count(*)::int from public.video_progress where completed_at is not null) as completed,
        (select count(*)::int from public.video_analytics_events where event_type = 'video_completed') as completions`),
    ).toEqual([{ waiting: 0, failures: 0, judged: 24, completed: 24, completions: 24 }]);
  });

  it('misses no visit whose first message was on its way when the length was stored', async () => {
    const merge = `select private.merge_watch_session($1, $2, $3, $4, $5::int, $5::int, $5::int, $5::int, int4multirange(int4range(0, $5::int)), '{}', $5::int,
      null, null, null, $6, null, p_now => now() - $7::interval)`;
    const [video] = VIDEOS;
    await database.transaction(async (tx) => {
      const who = [id('a', 0), writeKey(0), video];
      await tx.query(merge, ['start', ...who, 0, id('b', 1), '100 s']);
      await tx.query(merge, ['update', ...who, 95_000, id('b', 1), '5 s']);
      // Meanwhile, elsewhere:
      await database.query(
        `update public.videos set duration_ms = 100000, duration_source = 'pipeline' where id = '${video}'`,
      );
      await settle();
    });
    const completed = (): Promise<unknown[]> => read('select completed from public.video_watch_sessions');
    expect(await completed()).toEqual([{ completed: false }]);
    await settle('1 min');
    expect(await completed()).toEqual([{ completed: true }]);
    expect(await read('select * from private.video_retests')).toEqual([]);
  });

  it('settles a length once, when two jobs and the creator want to', async () => {
    await Promise.all([0, 2, 4].map(start));
    await database.exec(
      `update public.video_watch_sessions set started = true, claimed_duration_ms = 100000 where video_id = '${VIDEOS[0]}'`,
    );
    await Promise.all([
      settle(),
      settle(),
      database.transaction(async (tx) => {
        await tx.query(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify({ sub: id('e', 1), role: 'authenticated' }),
        ]);
        await tx.query('select public.start_watch_session($1, $2, $3, p_duration_ms => 90000)', [
          id('a', 90),
          writeKey(90),
          VIDEOS[0],
        ]);
      }),
    ]);
    await settle();
    const [stored] = (await read(
      `select duration_ms, duration_source from public.videos where id = '${VIDEOS[0]}'`,
    )) as { duration_ms: number; duration_source: string }[];
    expect([
      [100_000, 'viewers'],
      [90_000, 'creator'],
    ]).toContainEqual([stored?.duration_ms, stored?.duration_source]);
  });
});
