import { writeFile } from 'node:fs/promises';

import { readSchemaFiles } from '../../src/database/schema-files.ts';
import { openTestDatabase } from '../test-database.ts';
import { readChapter } from './chapters.ts';
import { readCatalogForDocs } from './read-catalog.ts';
import { writeDocs } from './write-docs.ts';

/** The database explained in the words of its own comments. */
export const DATABASE_DOCS: URL = new URL('../../../../docs/database.md', import.meta.url);

const SUPABASE = new URL('../../../../supabase/', import.meta.url);

/** `docs/database.md` as it should be now. */
export async function makeDocs(): Promise<string> {
  const chapters = (await readSchemaFiles(SUPABASE)).map(readChapter);
  const database = await openTestDatabase({ engine: 'pglite' });
  try {
    return writeDocs(chapters, await readCatalogForDocs(database));
  } finally {
    await database.close();
  }
}

if (import.meta.main) await writeFile(DATABASE_DOCS, await makeDocs());
