import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase, TestEngine } from './test-database.ts';

/** supabase/tests/*.test.sql on both engines. On a Supabase project the same files run by `supabase test db`. */
const TESTS = new URL('../../../supabase/tests/', import.meta.url);
const files = (await readdir(TESTS)).filter((file) => file.endsWith('.test.sql')).toSorted();
const noPostgres = await whyNoPostgres();
const engines: TestEngine[] = ['pglite', 'postgres'];
if (noPostgres !== undefined) console.warn(`pgTAP runs on the embedded engine only: ${noPostgres}.`);

for (const engine of engines) {
  describe.skipIf(engine === 'postgres' && noPostgres !== undefined)(`pgTAP on ${engine}`, { timeout: 30_000 }, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await openTestDatabase({ engine });
      if (engine === 'postgres') await installPgTap(database);
    }, 60_000);
    afterAll(() => database.close());

    it.for(files)('%s', async (file) => {
      const test = await readFile(new URL(file, TESTS), 'utf8');
      const results = await database.script(engine === 'postgres' ? onServer(test) : test).catch(async (error) => {
        await database.exec('rollback');
        throw error;
      });
      const lines = results.flat().flatMap(Object.values).filter(isTap);
      const plan = lines.find((line) => /^1\.\.\d+$/.test(line));
      expect(plan, 'a plan').toBeDefined();
      expect(lines.filter((line) => line.startsWith('not ok') || line.startsWith('# '))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('ok ')).length).toBe(Number(plan?.slice(3)));
    });
  });
}

function isTap(value: unknown): value is string {
  return typeof value === 'string' && /^(ok|not ok|1\.\.|#)/.test(value);
}

/** The server has pgTAP in a schema, but not as an extension. */
function onServer(test: string): string {
  return `set search_path = public, tap; ${test.replace('create extension if not exists pgtap;', '')}`;
}

/** pgTAP is pure SQL: the server takes it from the archive that the embedded engine brings along. */
async function installPgTap(database: TestDatabase): Promise<void> {
  const archive = fileURLToPath(new URL('./pgtap.tar.gz', import.meta.resolve('@electric-sql/pglite-pgtap')));
  const tar = gunzipSync(await readFile(archive));
  const install = untar(tar, /\/pgtap--\d+\.\d+\.\d+\.sql$/).replaceAll(/^\\.*$/gm, '');
  await database.script(`create schema tap; grant usage on schema tap to public; set search_path = tap; ${install}`);
}

/** The one file of a tar archive whose name matches. */
function untar(tar: Buffer, name: RegExp): string {
  const BLOCK = 512;
  for (let offset = 0; offset + BLOCK <= tar.length;) {
    const entry = tar.toString('latin1', offset, offset + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', offset + 124, offset + 136), 8);
    if (Number.isNaN(size)) break;
    if (name.test(entry)) return tar.toString('utf8', offset + BLOCK, offset + BLOCK + size);
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`No ${name.source} in the archive of pgTAP.`);
}
