import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readSchemaFiles } from '../src/database/schema-files.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, writeKey } from './watch-messages.ts';

const GUIDE = new URL('../../../docs/guides/install-supabase.md', import.meta.url);
const SECRET = 'at least 32 random bytes, kept by your server';

type Sign = (options: Record<'secret' | 'kid' | 'studentId' | 'videoId', string>) => string;

/** What the guide shows is what runs: its blocks, in their order, as an operator would paste them. */
describe('docs/guides/install-supabase.md', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let guide: string;
  const blocks = (language: string): string[] =>
    [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code ?? '');

  beforeAll(async () => {
    guide = await readFile(GUIDE, 'utf8');
    database = await openTestDatabase({ engine: 'pglite' });
    await database.exec(`insert into auth.users (id, email) values ('${id('e', 1)}', 'me@example.com')`);
  }, 60_000);
  afterAll(() => database.close());

  it('goes from nothing to the first row and its figures', async () => {
    const [creator = '', key = '', firstRow = '', figures = '', ...more] = blocks('sql');
    expect(more).toEqual([]);
    await database.exec(creator);
    await database.exec(key);
    expect(key).toContain(SECRET);
    const { rows: videos } = await database.query<{ id: string }>('select id from public.videos');
    const videoId = videos[0]?.id ?? '';

    const [code = ''] = blocks('js');
    const { signViewerToken } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
    )) as { signViewerToken: Sign };
    const token = signViewerToken({ secret: SECRET, kid: 'key-2026', studentId: 'student 7', videoId });
    await database.transaction(async (tx) => {
      await tx.exec('set local role anon');
      await tx.query(
        `select public.start_watch_session(p_session_id => $1, p_write_key => $2, p_video_id => $3, p_seq => 1,
           p_age_ms => 10000, p_watch_time_ms => 10000, p_content_ms => 10000, p_watched => '{[0,10000)}', p_viewer_token => $4)`,
        [id('a', 1), writeKey(1), videoId, token],
      );
    });

    const { rows } = await database.query<{ watch_time_seconds: string }>(firstRow.replace(';', ''));
    expect(rows.map((row) => Number(row.watch_time_seconds))).toEqual([10]);
    const { rows: students } = await database.query('select external_id from public.students');
    expect(students).toEqual([{ external_id: 'student 7' }]);
    await database.exec('select public.roll_up_video_analytics(p_rebuild => true)');
    const { rows: days } = await database.query<{ views: number }>(figures.replace(';', ''));
    expect(days.map(({ views }) => views)).toEqual([1]);
  });

  it('says where all jobs are scheduled, for whoever turns on pg_cron later', async () => {
    const files = await readSchemaFiles(new URL('../../../supabase/', import.meta.url));
    const scheduling = files.filter(({ sql }) => sql.includes('cron.schedule('));
    expect(scheduling.map(({ path }) => path)).toEqual(['./schemas/jobs.sql']);
    const block = /\ndo \$\$\n(?:(?!\n\$\$;).)*\n\$\$;\n$/s.exec(scheduling[0]?.sql ?? '')?.[0] ?? '';
    expect(block.split('cron.schedule(').length).toBe(scheduling[0]?.sql.split('cron.schedule(').length);
    expect(guide.replace(/\s+/g, ' ')).toContain('`do` block at the end of `supabase/schemas/jobs.sql`');
    // Without pg_cron it does nothing, and that without an error.
    await database.exec(block);
  });

  it('names buckets and hook that the migration makes', async () => {
    for (const name of ['chronos-videos', 'chronos-thumbnails', 'public.check_request']) expect(guide).toContain(name);
    const { rows } = await database.query<{ id: string }>('select id from storage.buckets order by id');
    expect(rows.map((bucket) => bucket.id)).toEqual(['chronos-thumbnails', 'chronos-videos']);
  });
});
