import { notImplemented } from '../http-error.ts';
import { restError, unreadable } from './errors.ts';
import { fieldSql, parseField } from './fields.ts';
import type { FieldContext } from './fields.ts';
import { splitList, unquote } from './identifiers.ts';

/** Query parameters that are not filters. */
export const RESERVED_PARAMETERS: ReadonlySet<string> = new Set([
  'select',
  'order',
  'limit',
  'offset',
  'columns',
  'on_conflict',
  'apikey',
]);

/** Operators that are one SQL operator between column and value. */
const OPERATORS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxr: '&<',
  nxl: '&>',
  adj: '-|-',
  isdistinct: 'is distinct from',
};
const IS_VALUES: ReadonlySet<string> = new Set(['null', 'true', 'false', 'unknown']);

/** How deep `or=(and(or(...)))` may nest. */
const MAX_NESTING = 16;

/**
 * The `where` condition of a request's query parameters; empty when there is none.
 *
 * @param skip names that mean something else (the arguments of a function called by GET).
 */
export function parseFilters(
  query: URLSearchParams,
  context: FieldContext,
  skip: ReadonlySet<string> = new Set(),
): string {
  const conditions: string[] = [];
  for (const [name, value] of query) {
    if (RESERVED_PARAMETERS.has(name) || skip.has(name)) continue;
    const logic = /^(not\.)?(and|or)$/.exec(name);
    conditions.push(logic === null ? condition(name, value, context) : group(`${name}${value}`, context, 1));
  }
  return conditions.join(' and ');
}

/** `or(a.eq.1,not.and(b.gt.2,c.is.null))`, with or without `not.` in front. */
function group(text: string, context: FieldContext, depth: number): string {
  const [, not, operator, list] = /^(not\.)?(and|or)\((.*)\)$/s.exec(text) ?? [];
  const members = list === undefined ? undefined : splitList(list);
  if (members === undefined || members.length === 0 || depth > MAX_NESTING) throw unreadable('logic tree', text);
  const conditions = members.map((member) => {
    const trimmed = member.trim();
    return /^(not\.)?(and|or)\(/.test(trimmed) ? group(trimmed, context, depth + 1) : leaf(trimmed, context);
  });
  return `${not === undefined ? '' : 'not '}(${conditions.join(` ${operator} `)})`;
}

/** `column.op.value` inside a logic tree, where a value with commas or brackets stands in double quotes. */
function leaf(text: string, context: FieldContext): string {
  const match = /^((?:"[^"]*"|[^."])+)\.((?:not\.)?[a-z]+(?:\([^)]*\))?)\.(.*)$/s.exec(text);
  if (match === null) throw unreadable('logic tree', text);
  const [, field = '', operator, value = ''] = match;
  return condition(field, `${operator}.${unquote(value)}`, context);
}

/** One `column=[not.]op[(any|all)].value`. */
function condition(name: string, text: string, context: FieldContext): string {
  const match = /^(not\.)?([a-z]+)(?:\(([^)]*)\))?\.(.*)$/s.exec(text);
  if (match === null) throw unreadable('filter', text);
  const [, not, operator = '', modifier, value = ''] = match;
  const field = fieldSql(parseField(name), context);
  const sql = comparison(field, { operator, modifier, value, text }, context);
  return not === undefined ? sql : `not (${sql})`;
}

interface Operation {
  operator: string;
  modifier: string | undefined;
  value: string;
  /** The whole, for messages. */
  text: string;
}

function comparison(field: string, operation: Operation, { parameters }: FieldContext): string {
  const { operator, modifier, value, text } = operation;
  if (/^(fts|plfts|phfts|wfts)$/.test(operator)) {
    throw notImplemented('Full text search filters are not part of chronos-local.');
  }
  if (operator === 'is') return `${field} is ${isOperand(value, text)}`;
  if (operator === 'in') return `${field} = any (${parameters.add(arrayLiteral(listOf(value, text)))})`;
  const symbol = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (symbol === undefined) throw unreadable('filter', text);
  // In a pattern PostgREST reads * as %, which a URL need not escape.
  const operand = operator.endsWith('like') ? value.replaceAll('*', '%') : value;
  if (modifier === undefined) return `${field} ${symbol} ${parameters.add(operand)}`;
  if (modifier !== 'any' && modifier !== 'all') throw unreadable('filter', text);
  return `${field} ${symbol} ${modifier} (${parameters.add(operand)})`;
}

function isOperand(value: string, text: string): string {
  const word = value.toLowerCase();
  if (word === 'not_null') return 'not null';
  if (!IS_VALUES.has(word)) throw unreadable('filter', text);
  return word;
}

/** `(a,"b,c")` as its members; a quote counts only at the start of one. */
function listOf(value: string, text: string): string[] {
  if (!/^\(.*\)$/s.test(value)) throw unreadable('filter', text);
  const list = value.slice(1, -1);
  if (list === '') return [];
  return Array.from(`${list},`.matchAll(/("(?:\\.|[^"\\])*"|[^,]*),/gs), ([, member = '']) => unquote(member));
}

function arrayLiteral(members: readonly string[]): string {
  return `{${members.map((member) => `"${member.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** Reads `limit` and `offset`. */
export function parsePage(query: URLSearchParams, maxRows: number): { limit: number; offset: number } {
  const number = (name: string, fallback: number): number => {
    const text = query.get(name);
    if (text === null || text === '') return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw unreadable(name, text);
    if (value < 0) {
      const details = 'Limit should be greater than or equal to zero.';
      throw restError(416, 'PGRST103', { message: 'Requested range not satisfiable', details });
    }
    return value;
  };
  return { limit: Math.min(number('limit', maxRows), maxRows), offset: number('offset', 0) };
}
