import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLocalBackend } from '../src/backend.ts';
import { openDatabase } from '../src/database.ts';
import type { Database } from '../src/database.ts';
import { createKeys } from '../src/keys.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, writeKey } from './watch-messages.ts';

/** Torture list 22, at the REST door and behind it. A second is the most that any of it may take. */
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`Hostile input is not tested: ${reason}.`);

const SESSION = id('a', 1);
const MESSAGE = {
  p_session_id: SESSION,
  p_write_key: writeKey(1),
  p_video_id: id('f', 1),
  p_seq: 9,
  p_age_ms: 20_000,
  p_watch_time_ms: 20_000,
  p_content_ms: 20_000,
  p_watched: '{[0,20000)}',
  p_position_ms: 20_000,
};
const NUMBERS = ['p_seq', 'p_age_ms', 'p_watch_time_ms', 'p_content_ms', 'p_position_ms', 'p_duration_ms'];
const many = (count: number): string =>
  `{${Array.from({ length: count }, (_, place) => `[${2 * place},${2 * place + 1})`).join(',')}}`;
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Raw JSON of one argument, since JavaScript would mend or refuse some of it. */
const HOSTILE: [what: string, argument: string, json: string][] = [
  ...NUMBERS.flatMap((name): [string, string, string][] => [
    ['NaN', name, '"NaN"'],
    ['infinity', name, '"Infinity"'],
    ['a negative', name, '-1'],
    ['a huge number', name, '1e12'],
    ['an endless number', name, '1e400'],
    ['text', name, '"many"'],
    ['an object', name, '{}'],
  ]),
  ...['p_watched', 'p_rewatched'].flatMap((name): [string, string, string][] => [
    ['reversed ranges', name, '"{[20,10)}"'],
    ['endless ranges', name, '"{[0,)}"'],
    ['negative ranges', name, '"{[-5,10)}"'],
    ['text', name, '"all"'],
    ['513 ranges', name, `"${many(513)}"`],
  ]),
  ...['p_counters', 'p_context'].flatMap((name): [string, string, string][] => [
    ['a list', name, '[]'],
    ['a number', name, '7'],
    ['depth 3', name, '{"a":{"b":{"c":1}}}'],
    [
      'more than 4 kB',
      name,
      `{"a":"${Array.from({ length: 900 }, (_, place) => place).join('-')}${'xyz'.repeat(400)}"}`,
    ],
  ]),
  ['text', 'p_counters', '{"paused_ms":"long"}'],
  ['a negative', 'p_counters', '{"paused_ms":-1}'],
  ['1e12', 'p_counters', '{"messages_sent":1e12}'],
  ['no uuid', 'p_context', '{"course_id":"x"}'],
  ['an unknown reason', 'p_context', '{"close_reason":"boredom"}'],
  ['no uuid', 'p_session_id', '"x"'],
  ['null', 'p_session_id', 'null'],
  ['null', 'p_video_id', 'null'],
  ['a short key', 'p_write_key', '"abc"'],
  ['a key of another alphabet', 'p_write_key', `"${'z'.repeat(32)}"`],
  ['null', 'p_write_key', 'null'],
];
/** What a proxy in front of PostgREST lets through and this door does not: only the database is asked. */
const HUGE: [what: string, argument: string, json: string][] = [
  ['100,000 ranges', 'p_watched', `"${many(100_000)}"`],
  ['20,000 levels', 'p_counters', deep(20_000)],
  ['20,000 levels', 'p_context', deep(20_000)],
  ['5 MB', 'p_context', `{"a":"${'x'.repeat(5_000_000)}"}`],
  ['5 MB', 'p_write_key', `"${'ab'.repeat(2_500_000)}"`],
];

describe.skipIf(reason !== undefined)('hostile input', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let door: Database;
  let backend: ReturnType<typeof createLocalBackend>;
  let key: string;
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      values ('${id('f', 1)}', '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
      select public.start_watch_session('${SESSION}', '${writeKey(1)}', '${id('f', 1)}', 1, 5000, 5000, 5000, '{[0,5000)}',
        p_anonymous_id => '${id('b', 1)}');
      alter database chronos set statement_timeout = '1s';
    `);
    // A new connection, because the limit holds from the next one on.
    door = await openDatabase({ url: database.url ?? '' });
    const keys = await createKeys();
    key = keys.publishableKey;
    backend = createLocalBackend({ database: door, keys, onError: () => {} });
  }, 60_000);
  afterAll(async () => {
    await door.close();
    await database.close();
  });

  const post = (rpc: string, body: string): Promise<Response> =>
    backend.fetch(
      new Request(`http://local/rest/v1/rpc/${rpc}`, {
        method: 'POST',
        headers: { apikey: key, 'content-type': 'application/json' },
        body,
      }),
    );
  const withArgument = (argument: string, json: string): string => {
    const rest = Object.entries(MESSAGE).filter(([name]) => name !== argument);
    return `{${[...rest.map(([name, value]) => `"${name}":${JSON.stringify(value)}`), `"${argument}":${json}`].join(',')}}`;
  };
  /** Both rows, whole. */
  const readRows = async (): Promise<unknown> => {
    const { rows } = await database.query(
      `select to_jsonb(s) as session, to_jsonb(p) as progress
       from public.video_watch_sessions as s full join public.video_progress as p using (video_id, viewer_id)`,
    );
    return rows;
  };

  it.each(HOSTILE)('refuses %s for %s with 4xx at the door, and changes nothing', async (_, argument, json) => {
    const before = await readRows();
    for (const rpc of ['start_watch_session', 'update_watch_session', 'end_watch_session']) {
      const response = await post(rpc, withArgument(argument, json));
      expect([rpc, Math.floor(response.status / 100)]).toEqual([rpc, 4]);
      expect(await response.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
    expect(await readRows()).toEqual(before);
  });

  it.each(HOSTILE)('answers %s for %s in a batch with PT4xx and a hint', async (_, argument, json) => {
    const before = await readRows();
    const response = await post('update_watch_sessions', `{"p_snapshots":[${withArgument(argument, json)}]}`);
    const [answer] = (await response.json()) as { ok: boolean; code: string; hint: string }[];
    expect(answer).toMatchObject({ ok: false, code: expect.stringMatching(/^PT4/), hint: expect.stringMatching(/./) });
    expect(await readRows()).toEqual(before);
  });

  it.each(HUGE)('refuses %s of %s within a second, past the door too', async (_, argument, json) => {
    const before = await readRows();
    const response = await post('update_watch_session', withArgument(argument, json));
    expect(Math.floor(response.status / 100)).toBe(4);
    const args = Object.keys(MESSAGE).filter((name) => name !== argument);
    const call = `public.update_watch_session(${[...args, argument].map((name) => `${name} => a.${name}`).join(', ')})`;
    const types = `p_session_id uuid, p_write_key text, p_video_id uuid, p_seq integer, p_age_ms bigint, p_watch_time_ms bigint,
      p_content_ms bigint, p_watched int4multirange, p_position_ms integer, p_counters jsonb, p_context jsonb`;
    await expect(
      door.query(`select ${call} from json_to_record($1::json) as a (${types})`, [withArgument(argument, json)]),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(PT400|54001)$/) });
    expect(await readRows()).toEqual(before);
  });
});
