import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Database } from './database.ts';

/** Who owns the project's tables where the shim made the roles; a real Supabase project has no such role. */
const OWNER = 'chronos_owner';

/**
 * Applies `seed.sql` in one transaction, as the owner of the tables. Applied again, it changes nothing.
 *
 * @throws Error naming the file.
 */
export async function applySeed(database: Database, { supabaseDir }: { supabaseDir: URL }): Promise<void> {
  const file = new URL('seed.sql', supabaseDir);
  try {
    const sql = await readFile(file, 'utf8');
    const { rows } = await database.query('select from pg_catalog.pg_roles where rolname = $1', [OWNER]);
    await database.transaction(async (tx) => {
      if (rows.length > 0) await tx.exec(`set local role ${OWNER}`);
      await tx.exec(sql);
    });
  } catch (error) {
    throw new Error(`${fileURLToPath(file)} could not be applied: ${(error as Error).message}`, { cause: error });
  }
}
