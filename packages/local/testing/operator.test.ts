import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase, TestEngine } from './test-database.ts';
import { id } from './watch-messages.ts';

const CLAIMS = {
  none: '',
  empty: '{}',
  anon: '{"role": "anon"}',
  user: `{"role": "authenticated", "sub": "${id('e', 1)}"}`,
  service: '{"role": "service_role"}',
};

/** Who logs in, which role he takes, and what JWT he brings. The owner first: PGlite does not find back to him. */
const CALLERS: { login: string; role: string; claims: keyof typeof CLAIMS; isOperator: boolean }[] = [
  { login: 'owner', role: 'none', claims: 'none', isOperator: true },
  { login: 'owner', role: 'none', claims: 'service', isOperator: true },
  { login: 'owner', role: 'none', claims: 'user', isOperator: false },
  { login: 'owner', role: 'none', claims: 'empty', isOperator: false },
  { login: 'owner', role: 'anon', claims: 'none', isOperator: false },
  { login: 'owner', role: 'authenticated', claims: 'none', isOperator: false },
  { login: 'authenticator', role: 'service_role', claims: 'service', isOperator: true },
  { login: 'authenticator', role: 'none', claims: 'none', isOperator: false },
  { login: 'authenticator', role: 'anon', claims: 'none', isOperator: false },
  { login: 'authenticator', role: 'anon', claims: 'anon', isOperator: false },
  { login: 'authenticator', role: 'authenticated', claims: 'none', isOperator: false },
  { login: 'authenticator', role: 'authenticated', claims: 'user', isOperator: false },
  { login: 'authenticator', role: 'service_role', claims: 'none', isOperator: false },
];

/** What only an operator asks about a creator who is not signed in. */
const CALLS = [
  `public.get_creator_dashboard(p_creator_id => '${id('c', 1)}')`,
  `public.get_cost_report('${id('c', 1)}')`,
  `public.get_creator_keys('${id('c', 1)}')`,
  `public.rotate_creator_key('${id('c', 1)}')`,
  `public.get_video_retention('${id('f', 1)}')`,
  `public.explain_metric('views', '${id('f', 1)}', current_date)`,
  `public.export_student_data('${id('d', 1)}')`,
  `public.track_video_event('video_imported', '${id('f', 1)}')`,
  `public.set_video_status('${id('f', 1)}', 'transcribing')`,
  `public.reorder_modules('${id('b', 1)}', '{}')`,
];

const noPostgres = await whyNoPostgres();
const engines: TestEngine[] = ['pglite', 'postgres'];

for (const engine of engines) {
  describe.skipIf(engine === 'postgres' && noPostgres !== undefined)(`the operator on ${engine}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await openTestDatabase({ engine });
      await database.exec(`
        -- What definers ask, anybody may ask here.
        create function public.am_operator() returns boolean language sql security definer
        begin atomic
          select private.is_operator();
        end;
        insert into auth.users (id) values ('${id('e', 1)}');
        insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'School');
        insert into public.students (id, creator_id, external_id) values ('${id('d', 1)}', '${id('c', 1)}', 'one');
        insert into public.courses (id, creator_id, title) values ('${id('b', 1)}', '${id('c', 1)}', 'Course');
        insert into public.videos (id, creator_id, title, source_type, url, status, access)
        values ('${id('f', 1)}', '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public');`);
    }, 60_000);
    afterAll(() => database.close());

    it.for(CALLS)('%s answers the owner, whom no JWT names', async (call) => {
      await expect(database.query(`select ${call}`)).resolves.toBeDefined();
    });

    it.for(CALLERS)('$login as $role with claims $claims: $isOperator', async ({ login, role, claims, isOperator }) => {
      const found = await database.transaction(async (tx) => {
        await tx.query(`select set_config('request.jwt.claims', $1, true)`, [CLAIMS[claims]]);
        if (login !== 'owner') await tx.exec(`set local session authorization ${login}`);
        await tx.exec(`set local role ${role}`);
        const { rows } = await tx.query<{ answer: boolean }>('select public.am_operator() as answer');
        return rows[0]?.answer;
      });
      expect(found).toBe(isOperator);
    });

    it.for(CALLS)('%s refuses whoever comes by the API without a JWT', async (call) => {
      const answer = database.transaction(async (tx) => {
        await tx.exec('set local session authorization authenticator; set local role authenticated');
        await tx.query(`select ${call}`);
      });
      await expect(answer).rejects.toMatchObject({ code: 'PT403' });
    });
  });
}
