import { access, readFile } from 'node:fs/promises';

import { openDatabase } from '../../src/database.ts';
import { missing } from '../missing.ts';
import { startPostgres } from '../postgres-server.ts';

/** A throwaway Postgres 15 with the extensions of a Supabase project that our checks need, and no migration yet. */
export interface DebianPostgres {
  /** As the one who applies migrations: no superuser, as `postgres` on Supabase. */
  ownerUrl: string;
  /** Stops it and removes everything it wrote. */
  stop(): Promise<void>;
}

const BINARIES = '/usr/lib/postgresql/15/bin';
const EXTENSIONS = '/usr/share/postgresql/15/extension';
const DATABASE = 'chronos';

/** What a Debian package must have brought; one of each is enough to know. */
const PACKAGES = {
  'postgresql-15': `${BINARIES}/postgres`,
  'postgresql-15-plpgsql-check': `${EXTENSIONS}/plpgsql_check.control`,
  'postgresql-15-cron': `${EXTENSIONS}/pg_cron.control`,
  'postgresql-15-pgtap': `${EXTENSIONS}/pgtap.control`,
  'libtap-parser-sourcehandler-pgtap-perl': '/usr/bin/pg_prove',
};

/** What is not tested for want of Debian packages and how to get them, or undefined when all are here. */
export async function whyNoDebianPostgres(): Promise<string | undefined> {
  const absent: string[] = [];
  for (const [name, file] of Object.entries(PACKAGES)) {
    await access(file).catch(() => absent.push(name));
  }
  if (absent.length === 0) return undefined;
  return missing(
    'migrations, pgTAP, plpgsql_check, lints, advisors, cron jobs and types on Postgres 15; on Debian 12 run ' +
      `\`apt-get install --no-install-recommends ${absent.join(' ')}\`, then \`npm test -- database\`.`,
  );
}

export async function startDebianPostgres(): Promise<DebianPostgres> {
  const server = await startPostgres({
    binaries: BINARIES,
    settings: [
      'shared_preload_libraries=pg_cron,plpgsql_check',
      `cron.database_name=${DATABASE}`,
      // Jobs are kept, but never start by themselves: a minute that ends amid a test would change what it sees.
      'cron.max_running_jobs=0',
    ],
  });
  const maintenance = await openDatabase({ url: server.url('postgres') });
  await maintenance.exec(`create database ${DATABASE}`);
  await maintenance.close();
  const admin = await openDatabase({ url: server.url(DATABASE) });
  await admin.exec(await readFile(new URL('../../src/database/supabase-shim.sql', import.meta.url), 'utf8'));
  await admin.exec(PROJECT);
  await admin.close();
  const ownerUrl = new URL(server.url(DATABASE));
  ownerUrl.username = 'chronos_owner';
  return { ownerUrl: ownerUrl.href, stop: () => server.stop() };
}

/** What else `postgres` may do and finds in a Supabase project where these extensions are switched on. */
const PROJECT = `
  alter role chronos_owner login;
  grant anon, authenticated, service_role to chronos_owner;
  alter database ${DATABASE} set search_path = "$user", public, extensions;
  create extension pg_cron schema pg_catalog;
  grant usage on schema cron to chronos_owner;
  create extension plpgsql_check schema extensions;
  create extension pgtap schema extensions;
`;
