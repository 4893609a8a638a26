/** A refusal with its final HTTP answer. Thrown anywhere below the router, which turns it into a response. */
export class HttpError extends Error {
  readonly status: number;
  /** Sent as JSON, in the shape of whichever Supabase service refuses (gateway, PostgREST, Auth). */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(typeof body['message'] === 'string' ? body['message'] : `HTTP ${status}`);
    this.name = 'HttpError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Says plainly that a part of Supabase is outside this development backend. */
export function notImplemented(sentence: string): HttpError {
  return new HttpError(501, {
    code: 'not_implemented',
    message: sentence,
    details: null,
    hint: 'chronos-local is a development backend. Set DATABASE_URL and a real Supabase project for the rest.',
  });
}

/** A JSON response. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
