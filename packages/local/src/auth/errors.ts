import { HttpError, json } from '../http-error.ts';

/** The first API version in which Auth answers `{code, message}` with a word for code. */
const VERSION = '2024-01-01';
const VERSION_HEADER = 'x-supabase-api-version';

/** A refusal of Supabase Auth; `code` is the word clients branch on. */
export class AuthRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'AuthRefusal';
    this.status = status;
    this.code = code;
  }

  /** The answer, in the older shape `{code: status, error_code, msg}` for clients that name no API version. */
  toResponse(request: Request): Response {
    const { status, code, message } = this;
    const version = request.headers.get(VERSION_HEADER) ?? '';
    if (version < VERSION) return json(status, { code: status, error_code: code, msg: message });
    return json(status, { code, message }, { [VERSION_HEADER]: VERSION });
  }
}

/** What Auth answers to anything about passwords, e-mail or telephones. */
export function passwordless(): HttpError {
  return new HttpError(501, {
    code: 'not_implemented',
    message:
      'Signing in with a password, e-mail or telephone is not part of chronos-local yet; use signInAnonymously().',
  });
}
