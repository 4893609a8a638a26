import type { Queryable } from '../database.ts';
import { answer, appliedHeader, pageStatus, selectList } from './answer.ts';
import type { Relation, Table } from './catalog.ts';
import { findTable } from './catalog.ts';
import { restError } from './errors.ts';
import { parseOrder, parseSelect } from './fields.ts';
import type { FieldContext } from './fields.ts';
import { parseFilters, parsePage } from './filters.ts';
import { createParameters, qualified, quote } from './identifiers.ts';
import type { RestRequest } from './rest.ts';
import { writeStatement } from './write.ts';

/** The select of a page: columns, filters, order and bounds of the request over `from`, and the count behind it. */
export function readStatement(
  from: string,
  context: FieldContext,
  {
    query,
    maxRows,
    preferences,
    skip,
  }: Pick<RestRequest, 'query' | 'maxRows' | 'preferences'> & { skip?: ReadonlySet<string> },
): { page: string; total?: string; offset: number } {
  const columns = selectList(parseSelect(query.get('select'), context));
  const where = parseFilters(query, context, skip);
  const order = parseOrder(query.get('order'), context);
  const { limit, offset } = parsePage(query, maxRows);
  const source = `from ${from} as ${quote(context.alias)}${where === '' ? '' : ` where ${where}`}`;
  const page = `select ${columns} ${source}${order === '' ? '' : ` order by ${order}`} limit ${limit} offset ${offset}`;
  return { page, offset, ...(preferences.count ? { total: `select count(*) ${source}` } : {}) };
}

/** `GET|HEAD|POST|PATCH|DELETE /rest/v1/<table>` within the caller's transaction. */
export async function handleTable(tx: Queryable, request: RestRequest): Promise<Response> {
  const table = await findTable(tx, request.schema, request.name);
  if (table === undefined) throw unknownTable(request);
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return readTable(tx, request, table);
    case 'POST':
    case 'PATCH':
    case 'DELETE':
      return writeTable(tx, request, table);
    default:
      throw restError(405, 'PGRST117', { message: `Unsupported HTTP method: ${request.method}` });
  }
}

async function readTable(tx: Queryable, request: RestRequest, table: Table): Promise<Response> {
  const parameters = createParameters();
  const context = contextOf(table, table.name, parameters);
  const { offset, ...statement } = readStatement(qualified(table), context, request);
  const answered = await answer(
    tx,
    { ctes: [], ...statement, parameters },
    { shape: 'list', isSingular: request.isSingular },
  );
  const { status, contentRange } = pageStatus(answered, offset);
  return request.respond(status, request.method === 'HEAD' ? null : answered.body, { 'content-range': contentRange });
}

async function writeTable(tx: Queryable, request: RestRequest, table: Table): Promise<Response> {
  const parameters = createParameters();
  const { preferences, query, isSingular } = request;
  const isRepresented = preferences.return === 'representation';
  const result = contextOf(table, 'written', parameters);
  const selections = isRepresented ? parseSelect(query.get('select'), result) : [];
  const returned = [...new Set(selections.flatMap(({ columns }) => columns))];
  const write = writeStatement({ request, table, parameters, returned });
  const order = isRepresented && request.method !== 'POST' ? parseOrder(query.get('order'), result) : '';
  const page = `select ${isRepresented ? selectList(selections) : '1 as done'} from "written"${order === '' ? '' : ` order by ${order}`}`;
  const total = preferences.count ? { total: 'select count(*) from "written"' } : {};
  const answered = await answer(
    tx,
    { ctes: [`"written" as (${write})`], page, parameters, ...total },
    { shape: 'list', isSingular },
  );
  const status = request.method === 'POST' ? 201 : isRepresented ? 200 : 204;
  return request.respond(status, isRepresented ? answered.body : null, {
    'content-range': writtenRange(request.method, answered),
    ...appliedHeader(preferences),
  });
}

/** An update tells the rows it changed, the others only the count that was asked for. */
function writtenRange(method: string, { rowCount, total }: { rowCount: number; total: number | undefined }): string {
  const rows = method === 'PATCH' && rowCount > 0 ? `0-${rowCount - 1}` : '*';
  return `${rows}/${total ?? '*'}`;
}

function contextOf(relation: Relation, alias: string, parameters: FieldContext['parameters']): FieldContext {
  return { relation, alias, parameters };
}

function unknownTable({ schema, name }: RestRequest): Error {
  return restError(404, 'PGRST205', { message: `Could not find the table '${schema}.${name}' in the schema cache` });
}
