import type { Queryable } from '../database.ts';
import { restError } from './errors.ts';
import type { Selection } from './fields.ts';
import type { Parameters } from './identifiers.ts';
import type { Preferences } from './preferences.ts';

/** A statement whose rows are the answer; `Statement.sql` is everything between `with` and the final select. */
export interface Statement {
  /** Common table expressions before the page, each `name as (...)`. */
  ctes: readonly string[];
  /** The rows of the answer: a select, already filtered, ordered and cut. */
  page: string;
  /** A select of one number: how many rows there are in all; absent when not asked for. */
  total?: string;
  parameters: Parameters;
}

/** What the final select gives, JSON text built by Postgres. */
export interface Answer {
  body: string;
  rowCount: number;
  total: number | undefined;
  /** `response.status` and `response.headers`, when a function set them. */
  status: number | undefined;
  headers: Record<string, string>;
}

/** How the rows become a body: rows or values of a function, as a list or the only one. */
export type Shape = 'list' | 'row' | 'values' | 'value';

/** A name no column has: `json_agg(_chronos_page)` must mean the row. */
const PAGE = '_chronos_page';

interface AnswerRow {
  body: string | null;
  row_count: string;
  total: string | null;
  status: string | null;
  headers: string | null;
}

/**
 * Runs the statement and answers its rows as JSON.
 *
 * @throws HttpError 406 PGRST116 when `isSingular` and there is not exactly one row; the transaction rolls back.
 */
export async function answer(
  tx: Queryable,
  statement: Statement,
  options: { shape: Shape; isSingular: boolean },
): Promise<Answer> {
  const { ctes, page, total, parameters } = statement;
  const body = {
    list: `coalesce(json_agg(${PAGE}), '[]')`,
    values: `coalesce(json_agg(${PAGE}.value), '[]')`,
    row: `coalesce(json_agg(${PAGE}) -> 0, 'null')`,
    value: `coalesce(json_agg(${PAGE}.value) -> 0, 'null')`,
  }[options.isSingular && options.shape === 'list' ? 'row' : options.shape];
  const { rows } = await tx.query<AnswerRow>(
    `with ${[...ctes, `${PAGE} as (${page})`].join(', ')}
    select
      ${body}::text as body,
      count(*)::text as row_count,
      ${total === undefined ? 'null' : `(${total})::text`} as total,
      nullif(current_setting('response.status', true), '') as status,
      nullif(current_setting('response.headers', true), '') as headers
    from ${PAGE}`,
    parameters.values,
  );
  const row = rows[0];
  if (row === undefined) throw new TypeError('An aggregate without groups has one row.');
  if (options.isSingular && row.row_count !== '1') {
    throw restError(406, 'PGRST116', {
      message: 'Cannot coerce the result to a single JSON object',
      details: `The result contains ${row.row_count} rows`,
    });
  }
  return {
    body: row.body ?? 'null',
    rowCount: Number(row.row_count),
    total: row.total === null ? undefined : Number(row.total),
    ...responseSettings(row),
  };
}

function responseSettings({ status, headers }: AnswerRow): Pick<Answer, 'status' | 'headers'> {
  const list = headers === null ? [] : (JSON.parse(headers) as Record<string, string>[]);
  return {
    status: status === null ? undefined : Number(status),
    headers: Object.assign({}, ...list) as Record<string, string>,
  };
}

/** The columns of a select list, as SQL. */
export function selectList(selections: readonly Selection[]): string {
  return selections.map(({ sql }) => sql).join(', ');
}

/**
 * `Content-Range` and status of a page: 206 when there is more than it shows, 416 when it begins behind the end.
 *
 * @throws HttpError 416 PGRST103.
 */
export function pageStatus(
  answered: Pick<Answer, 'rowCount' | 'total'>,
  offset: number,
): { status: number; contentRange: string } {
  const { rowCount, total } = answered;
  if (total !== undefined && offset > total) {
    const details = `An offset of ${offset} was requested, but there are only ${total} rows.`;
    throw restError(416, 'PGRST103', { message: 'Requested range not satisfiable', details });
  }
  const shown = rowCount === 0 ? '*' : `${offset}-${offset + rowCount - 1}`;
  return { status: total !== undefined && rowCount < total ? 206 : 200, contentRange: `${shown}/${total ?? '*'}` };
}

/** `Preference-Applied`, when there is something to say. */
export function appliedHeader({ applied }: Preferences): Record<string, string> {
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') };
}
