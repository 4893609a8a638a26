import { readFile } from 'node:fs/promises';

/** One file of `supabase/schemas`, in the order in which the schema is told. */
export interface SchemaFile {
  /** As `supabase/config.toml` writes it: `./schemas/videos.sql`. */
  path: string;
  /** The comment above it in `schema_paths`: `People: creators and students.` Empty above the first. */
  part: string;
  sql: string;
}

/**
 * Reads `supabase/schemas` in the order of `schema_paths` in `config.toml`, which is the one place that knows it.
 *
 * @throws Error when `config.toml` has no `schema_paths`, or names a file that is missing.
 */
export async function readSchemaFiles(supabaseDir: URL): Promise<SchemaFile[]> {
  const config = await readFile(new URL('config.toml', supabaseDir), 'utf8');
  const list = /^schema_paths = \[([^\]]*)\]/m.exec(config)?.[1];
  if (list === undefined) throw new Error(`No schema_paths in ${new URL('config.toml', supabaseDir).pathname}.`);
  let part = '';
  const files: Omit<SchemaFile, 'sql'>[] = [];
  for (const [, comment, path] of list.matchAll(/# (.*)|"([^"]+)"/g)) {
    if (path === undefined) part = comment as string;
    else files.push({ path, part });
  }
  return Promise.all(
    files.map(async (file) => ({ ...file, sql: await readFile(new URL(file.path, supabaseDir), 'utf8') })),
  );
}
