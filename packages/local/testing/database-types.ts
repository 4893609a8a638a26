import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { supabase } from './supabase-cli.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';

/** What TypeScript knows of the database: `Database['public']['Functions']['update_watch_session']['Args']`. */
export const DATABASE_TYPES: URL = new URL('../../tracker/src/database.types.ts', import.meta.url);

const OXFMT = fileURLToPath(new URL('../../../node_modules/oxfmt/bin/oxfmt', import.meta.url));
const HEADER =
  '// Written by `pnpm --filter @chronos-player/local run generate` from the database itself. Not to be edited.\n\n';

/** The types `supabase gen types` makes of the schema the API serves, formatted as everything here. */
export async function writeTypes(url: string): Promise<string> {
  const { stdout } = await supabase(['gen', 'types', '--schema', 'public'], url);
  const run = promisify(execFile)(process.execPath, [OXFMT, `--stdin-filepath=${fileURLToPath(DATABASE_TYPES)}`]);
  run.child.stdin?.end(HEADER + stdout);
  return (await run).stdout;
}

async function writeFromPostgres17(): Promise<void> {
  const database = await openTestDatabase({ engine: 'postgres' });
  try {
    // The CLI takes a superuser for one of Supabase's own, and looks for their roles.
    await database.exec('alter role chronos_owner login');
    const url = new URL(database.url as string);
    url.username = 'chronos_owner';
    await writeFile(DATABASE_TYPES, await writeTypes(url.href));
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  // Elsewhere the file stays as it is; the check `database` of a machine that can will say so.
  if ((await whyNoPostgres()) === undefined) await writeFromPostgres17();
}
