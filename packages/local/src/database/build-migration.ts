import { writeFile } from 'node:fs/promises';
import { readSchemaFiles } from './schema-files.ts';

/**
 * Until the first release the schema is one migration, built from `supabase/schemas`; after it, this file goes and every
 * change gets a migration of its own.
 */
export const INITIAL_MIGRATION = '20261101000000_chronos.sql';

const HEADER = `-- Built from supabase/schemas by \`pnpm --filter @chronos-player/local run migration\`. Edit the schemas, not this file.
`;

/** The text of the one migration: every schema file in its order, under its name. */
export async function buildMigration(supabaseDir: URL): Promise<string> {
  const files = await readSchemaFiles(supabaseDir);
  return HEADER + files.map(({ path, sql }) => `\n-- ${path}\n\n${sql}`).join('');
}

if (import.meta.main) {
  const supabaseDir = new URL('../../../../supabase/', import.meta.url);
  await writeFile(new URL(`migrations/${INITIAL_MIGRATION}`, supabaseDir), await buildMigration(supabaseDir));
}
