import { notImplemented } from '../http-error.ts';
import type { Relation } from './catalog.ts';
import { restError, unknownColumn, unreadable } from './errors.ts';
import { quote, splitList, unquote } from './identifiers.ts';
import type { Parameters } from './identifiers.ts';

/** A column, or a place inside its JSON: `metadata->device->>type`. */
export interface Field {
  column: string;
  path: readonly { arrow: '->' | '->>'; key: string }[];
}

/** One output column of a request. */
export interface Selection {
  sql: string;
  /** Columns of the relation it reads; a write returns only these, since column grants may hide the rest. */
  columns: readonly string[];
}

/** Reads `column->key->>key`. */
export function parseField(text: string): Field {
  const [column = '', ...rest] = text.split(/(->>?)/);
  const path: { arrow: '->' | '->>'; key: string }[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const key = rest[index + 1] ?? '';
    if (key === '') throw unreadable('column', text);
    path.push({ arrow: rest[index] as '->' | '->>', key: unquote(key) });
  }
  if (column === '') throw unreadable('column', text);
  return { column: unquote(column), path };
}

/** Where a field's SQL is made: the relation its columns must belong to, the alias it has, the statement's values. */
export interface FieldContext {
  relation: Relation;
  alias: string;
  parameters: Parameters;
}

/**
 * SQL of a field. The column comes quoted from the catalog, JSON keys travel as values.
 *
 * @throws HttpError 400 42703 when the relation has no such column.
 */
export function fieldSql(field: Field, { relation, alias, parameters }: FieldContext): string {
  const column = relation.columns.find(({ name }) => name === field.column);
  if (column === undefined) throw unknownColumn(relation.name, field.column);
  const base = `${quote(alias)}.${quote(column.name)}`;
  if (field.path.length === 0) return base;
  const document = /^jsonb?$/.test(column.type) ? base : `to_jsonb(${base})`;
  // A number counts array elements, as in PostgREST; Postgres tells index from key by the type.
  const step = ({ arrow, key }: Field['path'][number]): string =>
    `${arrow} ${parameters.add(key)}::${/^-?\d{1,9}$/.test(key) ? 'int' : 'text'}`;
  return `(${document} ${field.path.map(step).join(' ')})`;
}

/** A cast's type is one plain word (`text`, `int8`), so it needs no quoting; anything else is refused. */
const CAST_TYPE = /^[A-Za-z_][A-Za-z0-9_]*(\[\])?$/;
const AGGREGATE = /(^|\.)(count|sum|avg|min|max)\(\)$/;

/**
 * Reads `select=`: columns, renames `alias:column`, casts `column::text`, JSON paths, `*`.
 *
 * @throws HttpError 501 for embedded tables, 400 for aggregates (off on Supabase too) and unknown columns.
 */
export function parseSelect(text: string | null, context: FieldContext): Selection[] {
  const items = splitList(text === null || text === '' ? '*' : text);
  if (items === undefined) throw unreadable('select parameter', text ?? '');
  return items.map((item) => selection(item.trim(), context));
}

function selection(item: string, context: FieldContext): Selection {
  if (item === '*') {
    return { sql: `${quote(context.alias)}.*`, columns: context.relation.columns.map(({ name }) => name) };
  }
  const [, alias, fieldText = '', cast] =
    /^(?:("(?:\\.|[^"\\])*"|[^:"(]+):(?!:))?(.*?)(?:::([^:]*))?$/s.exec(item) ?? [];
  if (AGGREGATE.test(fieldText))
    throw restError(400, 'PGRST123', { message: 'Use of aggregate functions is not allowed' });
  if (fieldText.includes('(')) {
    throw notImplemented(`Embedding related tables (${fieldText}) is not part of chronos-local; ask for each table.`);
  }
  const field = parseField(fieldText);
  const value = fieldSql(field, context);
  if (cast !== undefined && !CAST_TYPE.test(cast)) throw unreadable('cast', cast);
  const typed = cast === undefined ? value : `cast(${value} as ${cast})`;
  const name = alias === undefined ? nameOf(field) : unquote(alias);
  return { sql: `${typed} as ${quote(name)}`, columns: [field.column] };
}

/** `data->a->>b` is called `b`; `data->tags->0` is called `tags`. */
function nameOf(field: Field): string {
  return field.path.findLast(({ key }) => !/^-?\d+$/.test(key))?.key ?? field.column;
}

/** Reads `order=column.desc.nullslast,...` into the text after `order by`; empty when there is none. */
export function parseOrder(text: string | null, context: FieldContext): string {
  const terms = splitList(text ?? '');
  if (terms === undefined) throw unreadable('order', text ?? '');
  return terms.map((term) => orderTerm(term.trim(), context)).join(', ');
}

function orderTerm(term: string, context: FieldContext): string {
  if (term.includes('(')) throw notImplemented(`Ordering by a related table (${term}) is not part of chronos-local.`);
  const match = /^(.+?)(?:\.(asc|desc))?(?:\.nulls(first|last))?$/s.exec(term);
  if (match === null) throw unreadable('order', term);
  const [, field = '', direction, nulls] = match;
  const value = fieldSql(parseField(field), context);
  return [value, direction, nulls === undefined ? undefined : `nulls ${nulls}`].filter(Boolean).join(' ');
}
