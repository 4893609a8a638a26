import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { MILESTONES } from '../../tracker/src/milestones.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, send } from './watch-messages.ts';
import type { WatchMessage } from './watch-messages.ts';

const VIDEO = id('f', 1);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ engine: 'pglite' });
  await database.exec(`
    insert into auth.users (id) values ('${id('e', 1)}');
    insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
    insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
    values ('${VIDEO}', '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
  `);
}, 60_000);
afterAll(() => database.close());

interface Visit {
  session: number;
  seconds: number;
  viewer?: number;
}

/** A message of a visit that has watched so many seconds of a hundred from the start. */
function tell(kind: WatchMessage['kind'], { session, seconds, viewer }: Visit): Promise<number[]> {
  const ms = seconds * 1000;
  const times = { ageMs: ms, watchMs: ms, contentMs: ms, positionMs: ms, durationMs: 100_000, arrivesMs: ms };
  const watched = seconds === 0 ? [] : [[0, ms] as const];
  const message = { kind, session, seq: seconds, ...times, watched, rewatched: [], counters: {}, context: {} };
  const anonymous = viewer === undefined ? {} : { anonymous: id('b', viewer) };
  return send(database, { message, video: VIDEO, ...anonymous }).then((answer) =>
    (answer['events'] as { percent_complete?: number; event_type: string }[])
      .filter(({ event_type }) => event_type === 'video_progress')
      .map(({ percent_complete = 0 }) => percent_complete),
  );
}

/** A whole visit; answers the milestones it reached, in the order in which they are told. */
async function watch(session: number, viewer: number, seconds: number): Promise<number[]> {
  return [...(await tell('start', { session, seconds: 0, viewer })), ...(await tell('update', { session, seconds }))];
}

/** As a migration would; connections keep what they have planned. */
function setMilestones(percents: string): Promise<void> {
  return database.exec(`
    create or replace function private.milestone_percents() returns integer[]
    language sql immutable set search_path = '' as $$ select '${percents}'::integer[] $$;
    discard plans;
  `);
}

describe('private.milestone_percents', () => {
  it('lists what the tracker lists; in SQL the newest stands last', async () => {
    const { rows } = await database.query<{ percents: number[] }>('select private.milestone_percents() as percents');
    expect(rows[0]?.percents.toSorted((a, b) => a - b)).toEqual(MILESTONES);
  });

  it('takes a new milestone at its end, and every other keeps its meaning', async () => {
    expect(await watch(1, 1, 80)).toEqual([10, 25, 50, 75]);
    await setMilestones('{10,25,50,75,90,60}');
    expect(await watch(2, 2, 55)).toEqual([10, 25, 50]);
    expect(await watch(3, 3, 65)).toEqual([10, 25, 50, 60]);
    expect(await watch(4, 4, 95)).toEqual([10, 25, 50, 60, 75, 90]);
    expect(await watch(5, 1, 80), 'of what he had crossed before it existed, only the new one is news').toEqual([60]);
    await database.exec('select public.roll_up_video_analytics(0, true)');
    const { rows } = await database.query(
      'select reached_10, reached_25, reached_50, reached_75, reached_90 from public.video_analytics',
    );
    expect(rows).toEqual([{ reached_10: 5, reached_25: 5, reached_50: 5, reached_75: 3, reached_90: 1 }]);
  });

  it('gives up, once the viewer of a session is known, exactly what he had reached before', async () => {
    await setMilestones('{10,25,50,75,90}');
    await watch(6, 6, 80);
    await setMilestones('{10,25,50,75,90,60}');
    await tell('update', { session: 7, seconds: 0 });
    await tell('update', { session: 7, seconds: 80 });
    await tell('start', { session: 7, seconds: 80, viewer: 6 });
    const { rows } = await database.query(
      `select (metadata ->> 'percent_complete')::integer as percent from public.video_analytics_events
       where event_type = 'video_progress' and session_id = '${id('a', 7)}'`,
    );
    expect(rows).toEqual([{ percent: 60 }]);
  });
});
