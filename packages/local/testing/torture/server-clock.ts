import type { Queryable } from '../../src/database.ts';

/** The header by which a request says when it arrives. */
export const ARRIVAL_HEADER = 'x-test-arrives-at';

const SERVER_CLOCK = `
  create schema test;
  grant usage on schema test to anon, authenticated, service_role;
  create function test.now() returns timestamptz language sql stable set search_path = '' as $$
    select coalesce((nullif(current_setting('request.headers', true), '')::json ->> '${ARRIVAL_HEADER}')::timestamptz, now());
  $$;
  do $$
  declare
    v_of record;
    c_default constant text := 'p_now timestamp with time zone DEFAULT now()';
  begin
    for v_of in
      select pg_get_functiondef(oid) as definition from pg_proc
      where pronamespace = 'private'::regnamespace and prokind = 'f' and strpos(pg_get_function_arguments(oid), c_default) > 0
    loop
      execute replace(v_of.definition, c_default, 'p_now timestamp with time zone DEFAULT test.now()');
    end loop;
  end;
  $$;
`;

/**
 * Gives a test's database the test's time. Everything that happens at a moment takes that moment from the default of its
 * argument `p_now`; this default is all that is replaced.
 */
export function installServerClock(database: Queryable): Promise<void> {
  return database.exec(SERVER_CLOCK);
}
