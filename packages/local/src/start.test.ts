import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createClient } from '@supabase/supabase-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findEngines } from '../testing/engines.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { startLocalBackend } from './start.ts';
import type { LocalBackend, StartOptions } from './start.ts';

/** The lesson of seed.sql. */
const LESSON = 'c4000000-0000-4000-8000-000000000001';

let parent: string;
/** A seeded folder, made once; each test works on a copy. */
let template: string;
let folder: string;
let running: LocalBackend[] = [];

const start = async (options: StartOptions = {}): Promise<LocalBackend> => {
  const backend = await startLocalBackend({ port: 0, jobsEveryMs: 0, ...options });
  running.push(backend);
  return backend;
};
const clientOf = ({ url, publishableKey }: LocalBackend) =>
  createClient(url, publishableKey, { auth: { persistSession: false } });
const count = async (backend: LocalBackend, table: string): Promise<number> =>
  (await backend.database.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'chronos-start-'));
  template = join(parent, 'template');
  await (await startLocalBackend({ port: 0, dataDir: template, seed: true, jobsEveryMs: 0 })).close();
}, 120_000);
afterAll(() => rm(parent, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(parent, crypto.randomUUID());
  await cp(template, folder, { recursive: true });
});
afterEach(async () => {
  await Promise.all(running.map((backend) => backend.close()));
  running = [];
});

describe('startLocalBackend', { timeout: 60_000 }, () => {
  it('serves the project`s schema to unmodified supabase-js', async () => {
    const supabase = clientOf(await start({ dataDir: folder }));
    const { data, error } = await supabase.rpc('get_player_video', { p_video_id: LESSON });
    expect([error, (data as { duration_ms: number }).duration_ms]).toEqual([null, 88_000]);
    const unknown = await supabase.rpc('get_player_video', { p_video_id: crypto.randomUUID() });
    expect([unknown.status, unknown.error?.code]).toEqual([403, 'PT403']);
    expect((await supabase.auth.signInAnonymously()).error).toBeNull();
  });

  it('keeps data, keys and sign-ins over a restart of at most 5 s', async () => {
    const first = await start({ dataDir: folder });
    const supabase = clientOf(first);
    const { data } = await supabase.auth.signInAnonymously();
    const id = crypto.randomUUID();
    const opened = await supabase.rpc('start_watch_session', {
      p_session_id: id,
      p_write_key: 'ab'.repeat(16),
      p_video_id: LESSON,
      p_seq: 1,
    });
    expect(opened.error).toBeNull();
    await first.close();

    const startedAt = performance.now();
    const second = await start({ dataDir: folder });
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect([second.isNew, second.keys]).toEqual([false, first.keys]);
    const { rows } = await second.database.query('select from public.video_watch_sessions where id = $1', [id]);
    expect(rows).toHaveLength(1);
    const again = await clientOf(second).auth.refreshSession({ refresh_token: data.session?.refresh_token ?? '' });
    expect(again.data.user?.id).toBe(data.user?.id);
  });

  it('applies the seed twice with the same rows', async () => {
    const first = await start({ dataDir: folder });
    const before = [await count(first, 'public.videos'), await count(first, 'public.module_lessons')];
    expect(before[0]).toBeGreaterThan(0);
    await first.close();
    const second = await start({ dataDir: folder, seed: true });
    expect([await count(second, 'public.videos'), await count(second, 'public.module_lessons')]).toEqual(before);
  });

  it('mints tokens that the backend believes', async () => {
    const backend = await start({ dataDir: folder });
    const token = await backend.mintToken({ sub: 'c0000000-0000-4000-8000-000000000001' });
    const creator = createClient(backend.url, backend.publishableKey, { accessToken: async () => token });
    expect((await creator.from('videos').select('id').eq('id', LESSON)).data).toEqual([{ id: LESSON }]);
  });

  it('runs the project`s jobs', async () => {
    const results = await (await start({ dataDir: folder })).runJobs();
    expect(results.map(({ name }) => name)).toContain('roll_up_video_analytics');
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('lives in memory without a folder', async () => {
    const backend = await start({ seed: true });
    expect([backend.location, backend.isNew, await count(backend, 'public.creators')]).toEqual(['memory', true, 1]);
  });
});

describe('startLocalBackend, misused', { timeout: 60_000 }, () => {
  it('says which port is taken and what to do, and leaves the folder free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ dataDir: folder, port })).rejects.toThrow(
      `Port ${port} is taken. Stop the program that uses it (perhaps another chronos-local), or choose another port: --port ${port + 1}`,
    );
    await new Promise((resolve) => other.close(resolve));
    expect((await start({ dataDir: folder, port })).url).toBe(`http://127.0.0.1:${port}`);
  });

  it('refuses a folder that is in use', async () => {
    await start({ dataDir: folder });
    await expect(start({ dataDir: folder })).rejects.toThrow(/The data folder .* is in use by process \d+/);
  });

  it('refuses a folder of another schema and offers to move it aside, which deletes nothing', async () => {
    const old = await start({ dataDir: folder });
    await old.database.exec(`update supabase_migrations.chronos_checksums set sha256 = 'older'`);
    await old.close();
    await expect(start({ dataDir: folder })).rejects.toThrow(
      /another version of Chronos Player[^]*start with --fresh: .* is then moved aside, nothing is deleted/,
    );
    const news: string[] = [];
    const fresh = await start({ dataDir: folder, fresh: true, log: (line) => news.push(line) });
    expect(fresh.isNew).toBe(true);
    const [aside = ''] = /\S+\.old-\w+/.exec(news.join()) ?? [];
    expect((await readdir(aside)).toSorted()).toEqual(['database', 'keys.json']);
  });

  it('refuses damaged keys', async () => {
    await writeFile(join(folder, 'keys.json'), '{');
    await expect(start({ dataDir: folder })).rejects.toThrow(/The keys in .*keys\.json are damaged\. Delete that file/);
  });

  it('says when the database server is out of reach, without its password', async () => {
    const url = 'postgres://me:hush@127.0.0.1:1/db';
    const error = await start({ databaseUrl: url }).catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(
      /^Cannot reach Postgres at postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/db: .*ECONNREFUSED.* Is it running\?$/,
    );
    await expect(start({ databaseUrl: 'not a url' })).rejects.toThrow('Cannot reach Postgres at (a malformed URL)');
    await expect(start({ databaseUrl: url, fresh: true })).rejects.toThrow('a database given by URL is yours to empty');
  });

  it('says what a database folder that is no database is', async () => {
    await rm(join(folder, 'database', 'PG_VERSION'));
    await writeFile(join(folder, 'database', 'PG_VERSION'), '9\n');
    await expect(start({ dataDir: folder })).rejects.toThrow('start with --fresh');
    expect((await stat(folder)).isDirectory()).toBe(true);
  });
});

const server = (await findEngines()).find(({ name }) => name !== 'PGlite');

describe.skipIf(server === undefined)('startLocalBackend on a Postgres by URL', { timeout: 60_000 }, () => {
  it('prepares it, keeps its keys in the folder, and finds everything again', async () => {
    const database = await openTestDatabase({ engine: 'postgres', with: 'nothing' });
    try {
      const options = { databaseUrl: database.url ?? '', dataDir: join(parent, 'keys-only'), seed: true };
      const first = await start(options);
      expect(first.location).not.toContain('supabase_admin');
      expect((await clientOf(first).rpc('get_player_video', { p_video_id: LESSON })).error).toBeNull();
      await first.close();
      const second = await start(options);
      expect(second.keys).toEqual(first.keys);
      expect(await count(second, 'public.creators')).toBe(1);
      await second.close();
    } finally {
      await database.close();
    }
  });
});
