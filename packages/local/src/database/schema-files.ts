import { readFile } from 'node:fs/promises';

/** One file of `supabase/schemas`, in the order in which the schema is told. */
export interface SchemaFile {
  /** As `supabase/config.toml` writes it: `./schemas/videos.sql`. */
  path: string;
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
  const paths = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string);
  return Promise.all(paths.map(async (path) => ({ path, sql: await readFile(new URL(path, supabaseDir), 'utf8') })));
}
