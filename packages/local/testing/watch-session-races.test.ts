import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, multirange, writeKey } from './watch-messages.ts';

/** Torture list 27: what only several connections at once can show. */
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`Races are not tested: ${reason}.`);

const VIDEOS = [id('f', 1), id('f', 2)] as const;
const VIEWER = id('b', 1);

let database: TestDatabase;

/** A snapshot that has watched `seconds` from the start, ten minutes into the visit. */
function snapshot(session: number, seconds: number, video: string = VIDEOS[0]): Record<string, unknown> {
  const ms = seconds * 1000;
  return {
    p_session_id: id('a', session),
    p_write_key: writeKey(session),
    p_video_id: video,
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

const start = (session: number, video?: string): Promise<unknown> =>
  call('start_watch_session', { ...snapshot(session, 0, video), p_anonymous_id: VIEWER });
const update = (session: number, seconds: number, video?: string): Promise<unknown> =>
  call('update_watch_session', snapshot(session, seconds, video));
const batch = (...snapshots: Record<string, unknown>[]): Promise<unknown> =>
  call('update_watch_sessions', { p_snapshots: JSON.stringify(snapshots) });

/** As if everything known had happened ten minutes earlier, so that what follows is witnessed. */
async function wait(): Promise<void> {
  await database.exec(`
    update public.video_watch_sessions set session_start = session_start - interval '10 min', first_contact_at = first_contact_at - interval '10 min';
    update public.video_progress set first_contact_at = first_contact_at - interval '10 min';
  `);
}

async function count(sql: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(sql);
  return Number(rows[0]?.count);
}

describe.skipIf(reason !== undefined)('watch sessions under concurrency', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      select video::uuid, '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
      from unnest(array['${VIDEOS.join("','")}']) as video;
    `);
  }, 60_000);
  afterAll(() => database.close());
  beforeEach(() =>
    database.exec('truncate public.video_watch_sessions, public.video_progress, public.video_analytics_events'),
  );

  it('takes fifty parallel messages of one session: the maximum wins, nothing is recorded twice', async () => {
    await start(1);
    await wait();
    await Promise.all(Array.from({ length: 50 }, (_, place) => update(1, 51 + ((place * 37) % 50))));
    const { rows } = await database.query(
      `select seq, watch_time_seconds::float as watch, watched::text, messages_received as received from public.video_watch_sessions`,
    );
    expect(rows).toEqual([{ seq: 100, watch: 100, watched: '{[0,100000)}', received: 51 }]);
    const { rows: events } = await database.query(
      `select event_type, metadata ->> 'percent_complete' as percent, count(*)::integer from public.video_analytics_events
       group by 1, 2 having event_type <> 'video_completed' order by 2`,
    );
    expect(events.filter((event) => (event as { count: number }).count !== 1)).toEqual([]);
    expect(await count(`select count(*) from public.video_analytics_events where event_type = 'video_completed'`)).toBe(
      1,
    );
  });

  it('opens a session once, however many first messages race', async () => {
    await Promise.all(Array.from({ length: 20 }, () => start(1)));
    expect(await count('select count(*) from public.video_watch_sessions')).toBe(1);
    expect(await count('select sessions as count from public.video_progress')).toBe(1);
  });

  it('makes one student of many first contacts', async () => {
    const claims = JSON.stringify({ sub: id('e', 1), role: 'authenticated' });
    await Promise.all(
      Array.from({ length: 10 }, (_, place) =>
        database.transaction(async (tx) => {
          await tx.query(`select set_config('request.jwt.claims', $1, true)`, [claims]);
          await tx.query('select public.start_watch_session($1, $2, $3)', [id('a', place), writeKey(place), VIDEOS[0]]);
        }),
      ),
    );
    expect(await count('select count(*) from public.students')).toBe(1);
    expect(await count('select sessions as count from public.video_progress')).toBe(10);
  });

  it('opens sixty sessions of a viewer in an hour, however many race', async () => {
    for (let session = 0; session < 55; session += 1) await start(session);
    const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, place) => start(100 + place)));
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
    expect(refusals.map(({ message }) => message)).toEqual(Array.from({ length: 5 }, () => 'too many sessions'));
    expect(await count('select count(*) from public.video_watch_sessions')).toBe(60);
    expect(await count('select sessions as count from public.video_progress')).toBe(60);
  });

  it('never deadlocks: crossed batches, and single messages of the same viewer between them', async () => {
    const sessions = Array.from({ length: 8 }, (_, place) => ({ session: place, video: VIDEOS[place % 2] as string }));
    for (const { session, video } of sessions) await start(session, video);
    await wait();
    const rounds = Array.from({ length: 12 }, (_, round) => {
      const seconds = 10 + round;
      const all = sessions.map(({ session, video }) => snapshot(session, seconds, video));
      return [
        batch(...all),
        batch(...all.toReversed()),
        ...sessions.map(({ session, video }) => update(session, seconds, video)),
      ];
    });
    const answers = await Promise.all(rounds.flat());
    const refused = answers.flat().filter((answer) => (answer as { ok?: boolean }).ok === false);
    expect(refused).toEqual([]);
    expect(await count('select count(*) from public.video_watch_sessions where seq = 21')).toBe(8);
    expect(await count(`select count(*) from public.video_analytics_events where event_type = 'video_progress'`)).toBe(
      2,
    );
  });

  it('rolls up what was written while it ran, sooner or later', async () => {
    await start(1);
    await wait();
    const jobs = Array.from({ length: 10 }, () => database.query('select public.roll_up_video_analytics(0)'));
    await Promise.all([...jobs, ...Array.from({ length: 20 }, (_, place) => update(1, 60 + place))]);
    await database.query('select public.roll_up_video_analytics(0)');
    expect(await count('select sum(total_watch_time_seconds) as count from public.video_analytics')).toBe(79);
  });
});
