import type { Caller } from '../auth/caller.ts';
import type { Database } from '../database.ts';
import { HttpError, notImplemented } from '../http-error.ts';
import { readJson } from '../request-body.ts';
import type { JsonBody } from '../request-body.ts';
import { actAs } from './act-as.ts';
import { restError, toRestError } from './errors.ts';
import { parsePreferences } from './preferences.ts';
import type { Preferences } from './preferences.ts';
import { handleCall, resolveCall } from './rpc.ts';
import { handleTable } from './table.ts';

/** What the REST part needs to know. */
export interface RestOptions {
  database: Database;
  /** Schemas whose tables and functions can be reached; the first is the default. */
  schemas: readonly string[];
  /** No answer has more rows than this. */
  maxRows: number;
}

/** One request, read as far as the headers and the address go. */
export interface RestRequest {
  method: string;
  /** Name of the table or function. */
  name: string;
  schema: string;
  query: URLSearchParams;
  body: JsonBody | undefined;
  preferences: Preferences;
  /** `single()`: exactly one row, answered as an object. */
  isSingular: boolean;
  maxRows: number;
  /** Makes the response; a null body has no content type. */
  respond(status: number, body: string | null, headers?: Record<string, string>): Response;
}

const PREFIX = /^\/rest\/v1\//;

/**
 * Answers `/rest/v1/...` as PostgREST does: one transaction with the caller's role and claims.
 *
 * @throws whatever is neither a refusal nor an error of the database.
 */
export async function handleRest(request: Request, caller: Caller, options: RestOptions): Promise<Response> {
  try {
    const { isCall, ...restRequest } = await readRequest(request, options);
    return await options.database.transaction(async (tx) => {
      const isReadMethod = request.method === 'GET' || request.method === 'HEAD';
      // The function is looked up before the role changes, and the access mode still can.
      const call = isCall ? await resolveCall(tx, restRequest) : undefined;
      if (isReadMethod || call?.routine.isReadOnly === true) await tx.exec('set transaction read only');
      await actAs(tx, caller, { request, schema: restRequest.schema });
      return call === undefined ? handleTable(tx, restRequest) : handleCall(tx, restRequest, call);
    });
  } catch (error) {
    throw toRestError(error, caller.role === 'anon') ?? error;
  }
}

async function readRequest(request: Request, options: RestOptions): Promise<RestRequest & { isCall: boolean }> {
  const url = new URL(request.url);
  const isReadMethod = request.method === 'GET' || request.method === 'HEAD';
  const segments = pathSegments(url);
  const isCall = segments.length === 2 && segments[0] === 'rpc';
  const name = segments.at(-1) ?? '';
  if (name === '') throw notImplemented('The OpenAPI description of the schema is not part of chronos-local.');
  if (!isCall && segments.length !== 1) {
    throw restError(404, 'PGRST125', { message: 'Invalid path specified in request URL' });
  }
  const isSingular = singular(request);
  return {
    isCall,
    method: request.method,
    name,
    schema: schemaOf(request.headers.get(isReadMethod ? 'accept-profile' : 'content-profile'), options.schemas),
    query: url.searchParams,
    body: isReadMethod || request.method === 'DELETE' ? undefined : await readJson(request),
    preferences: parsePreferences(request.headers.get('prefer')),
    isSingular,
    maxRows: options.maxRows,
    respond: (status, body, headers = {}) => respond({ status, body, headers, isSingular }),
  };
}

function pathSegments(url: URL): string[] {
  try {
    return url.pathname.replace(PREFIX, '').split('/').map(decodeURIComponent);
  } catch {
    throw restError(404, 'PGRST125', { message: 'Invalid path specified in request URL' });
  }
}

function schemaOf(profile: string | null, schemas: readonly string[]): string {
  const schema = profile ?? schemas[0] ?? 'public';
  if (schemas.includes(schema)) return schema;
  throw restError(406, 'PGRST106', {
    message: `Invalid schema: ${schema}`,
    hint: `Only the following schemas are exposed: ${schemas.join(', ')}`,
  });
}

const SINGULAR = /^application\/vnd\.pgrst\.object(\+json)?$/;
const LIST = /^(application\/json|application\/\*|\*\/\*|application\/vnd\.pgrst\.array(\+json)?)?$/;

/** Whether one object is asked for; other media types than JSON are refused. */
function singular(request: Request): boolean {
  const types = (request.headers.get('accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  if (types.some((type) => SINGULAR.test(type))) return true;
  if (types.some((type) => LIST.test(type))) return false;
  throw restError(406, 'PGRST107', { message: `None of these media types are available: ${types.join(', ')}` });
}

function respond({
  status,
  body,
  headers,
  isSingular,
}: {
  status: number;
  body: string | null;
  headers: Record<string, string>;
  isSingular: boolean;
}): Response {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new HttpError(
      500,
      restError(500, 'PGRST112', { message: 'response.status guc must be a valid status code' }).body,
    );
  }
  const type = isSingular ? 'application/vnd.pgrst.object+json' : 'application/json';
  return new Response(body, {
    status,
    headers: { ...(body === null ? {} : { 'content-type': `${type}; charset=utf-8` }), ...headers },
  });
}
