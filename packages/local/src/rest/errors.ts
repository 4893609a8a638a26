import { HttpError } from '../http-error.ts';

/** What PostgREST answers besides the code; absent parts are null. */
export interface RestErrorText {
  message: string;
  details?: string | null;
  hint?: string | null;
}

/** An error in PostgREST's shape `{code, details, hint, message}`. */
export function restError(status: number, code: string, text: RestErrorText): HttpError {
  const { message, details = null, hint = null } = text;
  const body = { code, details, hint, message };
  return new HttpError(status, body, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
}

/** A column named in the request that the relation does not have. Postgres' own code and words. */
export function unknownColumn(relation: string, column: string): HttpError {
  return restError(400, '42703', { message: `column ${relation}.${column} does not exist` });
}

/** A query parameter that cannot be read. */
export function unreadable(what: string, value: string): HttpError {
  return restError(400, 'PGRST100', {
    message: `"failed to parse ${what} (${value})"`,
    details: `The value of ${what} does not follow PostgREST's grammar.`,
  });
}

/** The fields of a Postgres error that both drivers carry. */
interface SqlError {
  code: string;
  message: string;
  detail?: string;
  hint?: string;
}

/** Node's codes for a server that cannot be reached or went away. */
const CONNECTION_CODES = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_)/;

/**
 * Turns whatever a request threw into PostgREST's answer.
 *
 * @param isAnonymous whether the caller had no token of their own: 42501 is then 401, otherwise 403.
 * @returns undefined for an error that is neither ours nor the database's: a bug here, to be logged by the router.
 */
export function toRestError(error: unknown, isAnonymous: boolean): HttpError | undefined {
  if (error instanceof HttpError) return error;
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string' && CONNECTION_CODES.test(code)) {
    return restError(503, 'PGRST001', { message: 'Database client error. Retrying the connection.', details: code });
  }
  // node-postgres gives it no code.
  if (message === 'timeout exceeded when trying to connect') {
    return restError(504, 'PGRST003', { message: 'Timed out acquiring connection from connection pool.' });
  }
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  const sqlError: SqlError = { ...(error as SqlError), code, message: message ?? '' };
  if (code === 'PGRST') return raisedResponse(sqlError);
  return restError(statusOf(sqlError, isAnonymous), code, {
    message: sqlError.message,
    details: sqlError.detail ?? null,
    hint: sqlError.hint ?? null,
  });
}

/** Exact codes first, then classes: the table of PostgREST's `Error.hs`. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  '21000': 500,
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '57P01': 503,
  P0001: 400,
};
const STATUS_OF_CLASS: Readonly<Record<string, number>> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

function statusOf({ code, message }: SqlError, isAnonymous: boolean): number {
  if (code === '42501') return isAnonymous ? 401 : 403;
  if (code === '21000' && message.endsWith('requires a WHERE clause')) return 400;
  if (code.startsWith('PT')) return httpStatus(code.slice(2));
  return STATUS_OF_CODE[code] ?? STATUS_OF_CLASS[code.slice(0, 2)] ?? 400;
}

/** `PT429` is 429; a code that is no HTTP status, or one that cannot carry a body, is the function's mistake: 500. */
function httpStatus(text: string): number {
  const status = Number(text);
  return Number.isInteger(status) && status >= 200 && status <= 599 && ![204, 205, 304].includes(status) ? status : 500;
}

/** `raise sqlstate 'PGRST'`: message holds the body, detail the status and headers (Retry-After travels this way). */
function raisedResponse({ message, detail = '' }: SqlError): HttpError {
  try {
    const body = JSON.parse(message) as RestErrorText & { code: string };
    const { status, headers } = JSON.parse(detail) as { status: number; headers: Record<string, string> };
    const error = restError(httpStatus(String(status)), body.code, body);
    return new HttpError(error.status, error.body, { ...error.headers, ...headers });
  } catch {
    return restError(500, 'PGRST121', { message: 'Could not parse JSON in the "RAISE SQLSTATE \'PGRST\'" error' });
  }
}
