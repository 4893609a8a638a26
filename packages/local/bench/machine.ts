import { cpus, release, totalmem } from 'node:os';

import type { Queryable } from '../src/database.ts';
import { SETTINGS } from './world.ts';

/** What the figures were measured on: enough to judge them, nothing that names the machine. */
export async function describeMachine(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ version: string }>(`select current_setting('server_version') as version`);
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `- ${cpu?.model.trim()}, ${cpus().length} cores, ${memory} GB, ${process.platform} ${release()}`,
    `- Postgres ${rows[0]?.version}; ${SETTINGS.map((setting) => `\`${setting}\``).join(', ')}`,
    `- ${new Date().toISOString().slice(0, 10)}`,
  ].join('\n');
}
