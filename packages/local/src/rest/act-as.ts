import type { Caller } from '../auth/caller.ts';
import type { Queryable } from '../database.ts';
import { quote } from './identifiers.ts';

/** Names found without a schema, as in a new Supabase project. */
const EXTRA_SEARCH_PATH = '"extensions"';

/** The function named by `alter role authenticator set pgrst.db_pre_request = 'schema.function'`; run before every request. */
const PRE_REQUEST = `
  select split_part(setting, '=', 2)
  from pg_catalog.pg_db_role_setting s
  join pg_catalog.pg_roles r on r.oid = s.setrole
  cross join unnest(s.setconfig) as setting
  where r.rolname = 'authenticator' and setting like 'pgrst.db_pre_request=%'
    and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
  order by s.setdatabase desc
  limit 1`;

const SET_CONFIG = `
  select
    set_config('search_path', $1, true),
    set_config('role', $2, true),
    set_config('request.jwt.claims', $3, true),
    set_config('request.method', $4, true),
    set_config('request.path', $5, true),
    set_config('request.headers', $6, true),
    set_config('request.cookies', '{}', true),
    (${PRE_REQUEST}) as pre_request`;

/**
 * Makes the rest of the transaction the caller's: role, claims and the facts of the request, all gone at its end.
 * Then runs the project's pre-request function, which may refuse.
 */
export async function actAs(
  tx: Queryable,
  caller: Caller,
  { request, schema }: { request: Request; schema: string },
): Promise<void> {
  const { rows } = await tx.query<{ pre_request: string | null }>(SET_CONFIG, [
    `${quote(schema)}, ${EXTRA_SEARCH_PATH}`,
    caller.role,
    JSON.stringify(caller.claims),
    request.method,
    new URL(request.url).pathname.replace(/^\/rest\/v1/, ''),
    JSON.stringify(Object.fromEntries(request.headers)),
  ]);
  const preRequest = rows[0]?.pre_request;
  if (preRequest === null || preRequest === undefined) return;
  await tx.query(`select ${preRequest.split('.').map(quote).join('.')}()`);
}
