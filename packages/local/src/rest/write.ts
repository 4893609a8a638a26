import type { JsonBody } from '../request-body.ts';
import type { Column, Table } from './catalog.ts';
import { restError, unknownColumn, unreadable } from './errors.ts';
import { parseFilters } from './filters.ts';
import { qualified, quote, splitList, unquote } from './identifiers.ts';
import type { Parameters } from './identifiers.ts';
import type { RestRequest } from './rest.ts';

/** The body's rows in a statement; no table is called so. */
const BODY = '_chronos_body';

interface Write {
  request: RestRequest;
  table: Table;
  parameters: Parameters;
  /** Columns the answer reads; a write that answers nothing needs no right to read. */
  returned: readonly string[];
}

/**
 * The insert, update or delete of a request. The body stays one JSON value that Postgres itself takes apart
 * by the columns' types, as PostgREST does.
 */
export function writeStatement(write: Write): string {
  const { request, table, returned } = write;
  const columns = returned.map((name) => `${quote(table.name)}.${quote(name)}`).join(', ');
  const result = columns === '' ? '1' : columns;
  if (request.method === 'POST') return `${insert(write)} returning ${result}`;
  if (request.method === 'PATCH') return update(write, result);
  return `delete from ${target(table)}${where(write)} returning ${result}`;
}

function insert({ request, table, parameters }: Write): string {
  const body = bodyOf(request);
  const isList = Array.isArray(body.value);
  const columns = bodyColumns(request, table, isList ? (body.value as unknown[]) : [body.value]);
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const conflict = onConflict(request, table, columns);
  if (columns.length === 0) return insertEmpty(table, isList ? (body.value as unknown[]).length : 1) + conflict;
  const rows = recordset({ body, columns, parameters, withDefaults: request.preferences.missing === 'default' });
  return `insert into ${target(table)} (${names}) select ${names} from ${rows}${conflict}`;
}

/** `{}` is one row of defaults, `[]` is no row. */
function insertEmpty(table: Table, rowCount: number): string {
  if (rowCount > 1) throw restError(400, 'PGRST102', { message: 'Several empty rows cannot be inserted at once' });
  return `insert into ${target(table)} ${rowCount === 0 ? 'select where false' : 'default values'}`;
}

/** Rows of the body as a set with the columns' types. */
function recordset({
  body,
  columns,
  parameters,
  withDefaults,
}: {
  body: JsonBody;
  columns: readonly Column[];
  parameters: Parameters;
  withDefaults: boolean;
}): string {
  const list = Array.isArray(body.value) ? body.text : `[${body.text}]`;
  const types = columns.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  const value = parameters.add(list);
  if (!withDefaults) return `json_to_recordset(${value}::json) as ${BODY} (${types})`;
  const defaults = columns
    .filter((column) => column.default !== null)
    .map((column) => `${parameters.add(column.name)}::text, ${column.default}`);
  // The row's own keys win over the defaults, row by row.
  const filled = `jsonb_build_object(${defaults.join(', ')}) || element`;
  return `(select coalesce(jsonb_agg(${filled}), '[]') as list from jsonb_array_elements(${value}::jsonb) as element) as filled,
    lateral jsonb_to_recordset(filled.list) as ${BODY} (${types})`;
}

function onConflict({ query, preferences }: RestRequest, table: Table, columns: readonly Column[]): string {
  if (preferences.resolution === undefined) return '';
  const named = query.get('on_conflict');
  const names = named === null ? [...table.primaryKey] : columnNames(named, 'on_conflict');
  for (const name of names)
    if (!table.columns.some((column) => column.name === name)) throw unknownColumn(table.name, name);
  if (names.length === 0) return '';
  const target = `(${names.map(quote).join(', ')})`;
  if (preferences.resolution === 'ignore-duplicates' || columns.length === 0)
    return ` on conflict ${target} do nothing`;
  const set = columns.map(({ name }) => `${quote(name)} = excluded.${quote(name)}`).join(', ');
  return ` on conflict ${target} do update set ${set}`;
}

function update(write: Write, result: string): string {
  const { request, table, parameters } = write;
  const body = bodyOf(request);
  const rows: unknown[] = Array.isArray(body.value) ? body.value : [body.value];
  if (rows.length !== 1) throw restError(400, 'PGRST102', { message: 'An update takes one object' });
  const columns = bodyColumns(request, table, rows);
  // An update of nothing changes nothing and answers no rows.
  if (columns.length === 0) return `select ${result} from ${target(table)} where false`;
  const set = columns.map(({ name }) => `${quote(name)} = ${BODY}.${quote(name)}`).join(', ');
  const row = recordset({ body, columns, parameters, withDefaults: false });
  return `update ${target(table)} set ${set} from ${row}${where(write)} returning ${result}`;
}

/** The condition of an update or delete. Supabase runs these under pg-safeupdate, so one without filters is refused. */
function where({ request, table, parameters }: Write): string {
  const condition = parseFilters(request.query, { relation: table, alias: table.name, parameters });
  if (condition !== '') return ` where ${condition}`;
  const verb = request.method === 'PATCH' ? 'UPDATE' : 'DELETE';
  throw restError(400, '21000', { message: `${verb} requires a WHERE clause` });
}

function target(table: Table): string {
  return `${qualified(table)} as ${quote(table.name)}`;
}

function bodyOf({ body }: RestRequest): JsonBody {
  if (body !== undefined) return body;
  throw restError(400, 'PGRST102', { message: 'Empty or invalid json' });
}

/** The columns to write: those named by `columns=`, else the keys of the rows, which must then be equal. */
function bodyColumns({ query }: RestRequest, table: Table, rows: readonly unknown[]): Column[] {
  const objects = rows.filter((row) => typeof row === 'object' && row !== null && !Array.isArray(row)) as object[];
  if (objects.length !== rows.length) throw restError(400, 'PGRST102', { message: 'Empty or invalid json' });
  const named = query.get('columns');
  const names = named === null ? commonKeys(objects) : columnNames(named, 'columns');
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    throw restError(400, 'PGRST204', {
      message: `Could not find the '${name}' column of '${table.name}' in the schema cache`,
    });
  });
}

function commonKeys(rows: readonly object[]): string[] {
  const [first, ...others] = rows.map((row) => Object.keys(row));
  const isSame = others.every((keys) => keys.length === first?.length && keys.every((key) => first.includes(key)));
  if (!isSame) throw restError(400, 'PGRST102', { message: 'All object keys must match' });
  return first ?? [];
}

function columnNames(text: string, parameter: string): string[] {
  const names = splitList(text);
  if (names === undefined) throw unreadable(parameter, text);
  return names.map((name) => unquote(name.trim()));
}
