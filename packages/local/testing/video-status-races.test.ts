import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id } from './watch-messages.ts';

/** What only several connections at once can show of the pipeline. */
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`Races of the pipeline are not tested: ${reason}.`);

const VIDEO = id('f', 1);
const AT_ONCE = 12;

let database: TestDatabase;

/** Calls as service_role, on a connection of its own; answers the value, or the SQLSTATE of the refusal. */
async function asServer(sql: string): Promise<string> {
  try {
    return await database.transaction(async (tx) => {
      await tx.exec(`set local role service_role; set local request.jwt.claims = '{"role": "service_role"}'`);
      const { rows } = await tx.query<{ answer: string }>(`select (${sql})::text as answer`);
      return rows[0]?.answer ?? 'null';
    });
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const atOnce = (sql: (place: number) => string): Promise<string[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, place) => asServer(sql(place))));

async function count(sql: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(`select count(*) from ${sql}`);
  return Number(rows[0]?.count);
}

describe.skipIf(reason !== undefined)('the pipeline under races', () => {
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
    `);
  }, 60_000);
  afterAll(() => database?.close());
  beforeEach(() =>
    database.exec(`
      delete from public.video_analytics_events;
      delete from public.videos;
      insert into public.videos (id, creator_id, title, source_type, youtube_video_id)
      values ('${VIDEO}', '${id('c', 1)}', 'Video', 'youtube', 'aqz-KE-bpKQ');
    `),
  );

  it('gives a step to one worker of many, and records one import', async () => {
    const answers = await atOnce(() => `public.set_video_status('${VIDEO}', 'transcribing') ->> 'status'`);
    expect(answers.toSorted()).toEqual([...Array.from({ length: AT_ONCE - 1 }, () => 'PT409'), 'transcribing']);
    expect(await count(`public.video_analytics_events where event_type = 'video_imported'`)).toBe(1);
  });

  it('records one import, whoever tells it', async () => {
    const answers = await atOnce((place) =>
      place % 2 === 0
        ? `public.track_video_event('video_imported', '${VIDEO}')`
        : `public.set_video_status('${VIDEO}', 'ready') ->> 'status'`,
    );
    expect(new Set(answers.filter((_, place) => place % 2 === 1))).toEqual(new Set(['ready', 'PT409']));
    expect(await count(`public.video_analytics_events where event_type = 'video_imported'`)).toBe(1);
  });

  it('makes one video of a lesson that many syncs bring', async () => {
    const answers = await atOnce(
      (place) =>
        `public.upsert_whop_lesson('one', 'Title ${place}', 'vimeo', '76979871', p_creator_id => '${id('c', 1)}')`,
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^[\da-f-]{36}$/);
    expect(await count(`public.videos where whop_lesson_id = 'one'`)).toBe(1);
  });

  it('leaves one source when syncs disagree', async () => {
    const answers = await atOnce(
      (place) =>
        `public.upsert_whop_lesson('one', 'Title', 'vimeo', '${1000 + (place % 3)}', p_creator_id => '${id('c', 1)}')`,
    );
    expect(new Set(answers).size).toBe(1);
    expect(await count(`public.videos where whop_lesson_id = 'one' and embed_id ~ '^100[012]$'`)).toBe(1);
  });
});
