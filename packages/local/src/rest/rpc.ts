import type { Queryable } from '../database.ts';
import { answer, appliedHeader, pageStatus } from './answer.ts';
import type { Shape, Statement } from './answer.ts';
import { findRoutines } from './catalog.ts';
import type { Argument, Relation, Routine } from './catalog.ts';
import { restError } from './errors.ts';
import { RESERVED_PARAMETERS } from './filters.ts';
import { createParameters, qualified, quote } from './identifiers.ts';
import type { Parameters } from './identifiers.ts';
import type { RestRequest } from './rest.ts';
import { readStatement } from './table.ts';

/** A function and the arguments it is called with. */
export interface Call {
  routine: Routine;
  /** The arguments that were given, in the function's order. */
  given: readonly Argument[];
  values: Values;
}

/** Argument values: one JSON object (POST), or texts by name (GET), which Postgres reads differently. */
type Values = { json: string } | { texts: ReadonlyMap<string, string> };

/**
 * Finds the function of a request by its name and the names of the arguments.
 *
 * @throws HttpError 404 PGRST202 when none fits, 300 PGRST203 when several do, 405 PGRST101 for other methods.
 */
export async function resolveCall(tx: Queryable, request: RestRequest): Promise<Call> {
  const { method, schema, name } = request;
  if (!['GET', 'HEAD', 'POST'].includes(method)) {
    throw restError(405, 'PGRST101', { message: `Cannot use the ${method} method on RPC` });
  }
  const routines = await findRoutines(tx, schema, name);
  const { keys, values } = method === 'POST' ? bodyArguments(request) : queryArguments(request, routines);
  const fitting = routines.filter((routine) => fits(routine, keys));
  const [routine] = fitting;
  if (routine === undefined) throw unknownRoutine(request, keys, routines);
  if (fitting.length > 1) throw ambiguous(fitting);
  return { routine, values, given: routine.arguments.filter((argument) => keys.includes(argument.name)) };
}

/** Calls the function and answers its result: one value, one row, a list of either, or 204 for void. */
export async function handleCall(tx: Queryable, request: RestRequest, call: Call): Promise<Response> {
  const { routine } = call;
  const { isSingular, method, preferences } = request;
  const parameters = createParameters();
  const { offset, ...statement } = callStatement(request, call, parameters);
  const answered = await answer(tx, { ...statement, parameters }, { shape: shapeOf(routine), isSingular });
  if (routine.returns === 'void') return request.respond(answered.status ?? 204, null, answered.headers);
  const { status, contentRange } = pageStatus(answered, offset);
  return request.respond(answered.status ?? status, method === 'HEAD' ? null : answered.body, {
    'content-range': contentRange,
    ...appliedHeader(preferences),
    ...answered.headers,
  });
}

function shapeOf({ returns, returnsSet }: Routine): Shape {
  if (returns === 'composite') return returnsSet ? 'list' : 'row';
  return returnsSet ? 'values' : 'value';
}

const CALLED = '_chronos_called';

function callStatement(
  request: RestRequest,
  { routine, given, values }: Call,
  parameters: Parameters,
): Omit<Statement, 'parameters'> & { offset: number } {
  const call = callExpression({ routine, given, values }, parameters);
  if (routine.returns !== 'composite') {
    const alias = `${CALLED} (value)`;
    const rows = `select ${CALLED}.value from ${call} as ${alias}`;
    const page = `select value from ${CALLED} limit ${request.maxRows}`;
    return { ctes: [`${CALLED} as materialized (${rows})`], page, offset: 0 };
  }
  const relation: Relation = routine;
  const argumentNames = new Set(given.map(({ name }) => name));
  const read = readStatement(
    CALLED,
    { relation, alias: routine.name, parameters },
    { ...request, skip: argumentNames },
  );
  return { ...read, ctes: [`${CALLED} as materialized (select ${CALLED}.* from ${call} as ${CALLED})`] };
}

const ARGUMENTS = '_chronos_arguments';

/** What stands behind `from`: the function with its arguments by name. */
function callExpression({ routine, given, values }: Call, parameters: Parameters): string {
  if ('texts' in values) {
    const list = given.map(({ name, type }) => {
      const text = parameters.add(values.texts.get(name) ?? '');
      return `${quote(name)} => ${text}::text::${type}`;
    });
    return `${qualified(routine)}(${list.join(', ')})`;
  }
  if (given.length === 0) return `${qualified(routine)}()`;
  const list = given.map(({ name }) => `${quote(name)} => ${ARGUMENTS}.${quote(name)}`).join(', ');
  const types = given.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  // Postgres itself casts each JSON value to the argument's type: arrays, ranges, uuids, composites.
  const record = `json_to_record(${parameters.add(values.json)}::json) as ${ARGUMENTS} (${types})`;
  return `${record}, lateral ${qualified(routine)}(${list})`;
}

function bodyArguments({ body }: RestRequest): { keys: string[]; values: Values } {
  if (body === undefined) return { keys: [], values: { json: '{}' } };
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value)) {
    throw restError(400, 'PGRST102', {
      message: 'Empty or invalid json',
      details: 'Arguments come as one JSON object.',
    });
  }
  return { keys: Object.keys(body.value), values: { json: body.text } };
}

/** By GET every parameter that names an argument is one; the others filter the result. */
function queryArguments({ query }: RestRequest, routines: readonly Routine[]): { keys: string[]; values: Values } {
  const isFilterable = routines.some(({ returns }) => returns === 'composite');
  const names = new Set(routines.flatMap((routine) => routine.arguments.map(({ name }) => name)));
  const isArgument = ([name]: [string, string]): boolean =>
    names.has(name) || (!isFilterable && !RESERVED_PARAMETERS.has(name));
  const given = [...query].filter((pair) => isArgument(pair));
  return { keys: given.map(([name]) => name), values: { texts: new Map(given) } };
}

function fits(routine: Routine, keys: readonly string[]): boolean {
  const names = routine.arguments.map(({ name }) => name);
  const required = routine.arguments.filter(({ isRequired }) => isRequired);
  return keys.every((key) => names.includes(key)) && required.every(({ name }) => keys.includes(name));
}

function unknownRoutine(
  { schema, name, method }: RestRequest,
  keys: readonly string[],
  routines: readonly Routine[],
): Error {
  const called = keys.length === 0 ? ' without parameters' : `(${keys.join(', ')})`;
  const searched = keys.length === 0 ? called : ` with parameter${keys.length > 1 ? 's' : ''} ${keys.join(', ')}`;
  const unnamed = method === 'POST' ? ' or with a single unnamed json/jsonb parameter' : '';
  const [nearest] = routines;
  return restError(404, 'PGRST202', {
    message: `Could not find the function ${schema}.${name}${called} in the schema cache`,
    details: `Searched for the function ${schema}.${name}${searched}${unnamed}, but no matches were found in the schema cache.`,
    hint: nearest === undefined ? null : `Perhaps you meant to call the function ${signature(nearest)}`,
  });
}

function signature({ schema, name, arguments: parameters }: Routine): string {
  return `${schema}.${name}(${parameters.map((argument) => argument.name).join(', ')})`;
}

function ambiguous(routines: readonly Routine[]): Error {
  const candidates = routines.map(
    ({ schema, name, arguments: parameters }) =>
      `${schema}.${name}(${parameters.map((argument) => `${argument.name} => ${argument.type}`).join(', ')})`,
  );
  return restError(300, 'PGRST203', {
    message: `Could not choose the best candidate function between: ${candidates.join(', ')}`,
    hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
  });
}
