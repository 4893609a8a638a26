import { openDatabase } from '../src/database.ts';
import type { Database } from '../src/database.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';

/** A Postgres that the same rules are tested on; each `open` is an empty database, gone at `close`. */
export interface Engine {
  name: string;
  open: () => Promise<Database>;
}

/** The engines at hand: the embedded one, and a real server (reached by its URL) where there is one. */
export async function findEngines(): Promise<Engine[]> {
  const embedded: Engine = { name: 'PGlite', open: () => openDatabase({}) };
  const reason = await whyNoPostgres();
  if (reason !== undefined) {
    console.warn(`Only on PGlite: ${reason}.`);
    return [embedded];
  }
  return [embedded, { name: 'Postgres 17', open: () => openTestDatabase({ engine: 'postgres', with: 'nothing' }) }];
}
