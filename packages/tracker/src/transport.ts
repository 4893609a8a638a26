import type { Database } from './database.types.ts';
import type { Answer, Snapshot } from './snapshot.ts';
import type { Range } from './watched-ranges.ts';

/** Who is watching; nothing in it means an anonymous viewer. Travels only until a session is acknowledged. */
export interface Identity {
  /** A Supabase access token (JWT) of the signed-in user. */
  readonly accessToken?: string;
  /** A token the course platform's own server signed; wins over `accessToken`. */
  readonly viewerToken?: string;
}

/** The database to tell. */
export interface Endpoint {
  /** For example `https://x.supabase.co`. */
  readonly supabaseUrl: string;
  /** The publishable (anon) key. */
  readonly supabaseKey: string;
  /** Default: the page's `fetch`, looked up at every call. */
  readonly fetch?: typeof fetch;
}

/** A message that was not committed. */
export interface SendFailure {
  readonly ok: false;
  /** Whether the same message may succeed later: network, 408, 425, 429, 5xx, or an answer that is not the database's. */
  readonly retry: boolean;
  readonly retryAfterMs: number;
  /** HTTP status; 0 when nothing came back. */
  readonly status: number;
  /** The database's own code, for example `PT403`. */
  readonly reason?: string | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The outcome for one session. An answer means committed. */
export type SendResult = { readonly ok: true; readonly answer: Answer } | SendFailure;

/** One session so far, and how to prove whose it is. */
export interface Message {
  readonly snapshot: Snapshot;
  /** Some message was acknowledged: the write key proves the rest. Otherwise this opens the session, identity attached. */
  readonly opened: boolean;
  readonly identity?: Identity;
  readonly anonymousId: string | null;
}

/**
 * Sends one message, or up to 50 that open nothing, in one request; outcomes in the order sent. Never rejects, and has called
 * `fetch` when it returns. `keepalive`: outlives the page; its body counts against the browser's quota of 64 KiB.
 */
export type Send = (messages: readonly Message[], keepalive?: boolean) => Promise<readonly SendResult[]>;

/** What the database can be asked, as it declares it: a name it does not have does not compile. */
type Functions = Database['public']['Functions'];

/** A request that takes longer counts as lost. */
const LONGEST_REQUEST_MS = 30_000;

/** Speaks PostgREST (`POST /rest/v1/rpc/<name>`, named arguments). The only file that knows those names. */
export function createTransport(endpoint: Endpoint): Send {
  return async (messages, keepalive = false) => {
    try {
      const [first] = messages as [Message];
      const isOne = messages.length === 1;
      // The end of a page uses the URL of the heartbeats, because that one's preflight is cached.
      const isEnd = first.snapshot.context.close_reason && isOne && !keepalive;
      const rpc: keyof Functions = !first.opened
        ? 'start_watch_session'
        : isEnd
          ? 'end_watch_session'
          : isOne
            ? 'update_watch_session'
            : 'update_watch_sessions';
      const response = await post(endpoint, {
        rpc,
        token: first.opened ? undefined : first.identity?.accessToken,
        keepalive,
        body: isOne ? toArguments(first) : { p_snapshots: messages.map(toArguments) },
      });
      const body = await response.json().catch(() => null);
      return messages.map((_, index) => toResult(body?.[index] ?? body, response));
    } catch (error) {
      return messages.map(() => toResult({ message: String(error) }));
    }
  };
}

/** A viewer's word that he has watched a video. */
export interface Mark {
  readonly videoId: string;
  /** Whose word it is; an anonymous viewer has none to give. */
  readonly identity: Identity;
}

/** Tells the database that a viewer marks a video as watched. Answered as a message; sent again, it is the same word. Never rejects. */
export async function sendMark(endpoint: Endpoint, { videoId, identity }: Mark): Promise<SendResult> {
  try {
    const { accessToken, viewerToken } = identity;
    const args: Functions['attest_video_watched']['Args'] = {
      p_video_id: videoId,
      ...(viewerToken && { p_viewer_token: viewerToken }),
    };
    const response = await post(endpoint, { rpc: 'attest_video_watched', token: accessToken, body: args });
    return toResult(await response.json().catch(() => null), response);
  } catch (error) {
    return toResult({ message: String(error) });
  }
}

/** One call of the database. */
interface Call {
  readonly rpc: keyof Functions;
  readonly token: string | undefined;
  readonly body: object;
  readonly keepalive?: boolean;
}

function post(endpoint: Endpoint, { rpc, token, body, keepalive = false }: Call): Promise<Response> {
  const { supabaseUrl, supabaseKey, fetch: request = (...args) => fetch(...args) } = endpoint;
  return request(`${supabaseUrl.replace(/\/+$/, '')}/rest/v1/rpc/${rpc}`, {
    method: 'POST',
    keepalive,
    signal: keepalive ? null : AbortSignal.timeout(LONGEST_REQUEST_MS),
    // Exactly these: the browser caches preflights by URL, and a page that ends has no time for another.
    headers: {
      apikey: supabaseKey,
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

/** The frozen arguments: `watchTimeMs` travels as `p_watch_time_ms`, numbers whole, ranges as Postgres writes a multirange. */
function toArguments({ snapshot, opened, identity, anonymousId }: Message): object {
  const { viewerToken } = identity ?? {};
  const named = Object.entries({ ...snapshot, ...(!opened && { anonymousId, viewerToken }) });
  return Object.fromEntries(
    named.map(([name, value]) => [
      `p_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      Array.isArray(value) ? toMultirange(value) : typeof value === 'number' ? Math.round(value) : value,
    ]),
  );
}

/** `{[a,b),[c,d)}` */
function toMultirange(ranges: readonly Range[]): string {
  return `{${ranges.map((range) => `[${String(range)})`).join()}}`;
}

/**
 * Reads one answer. Within a batch every session has its own, whose status is in its code (`PT403`); any other code there
 * counts as a 500. A success that is not the database's own (a captive portal's) acknowledges nothing.
 */
function toResult(
  body: Partial<Answer & Record<'code' | 'message' | 'hint', string>> | null,
  response?: Response,
): SendResult {
  if (response?.ok && body?.session_id && !body.code) return { ok: true, answer: body as Answer };
  const { code, message, hint } = body ?? {};
  const status = response?.ok && code ? Number(/^PT(\d+)/.exec(code)?.[1] ?? 500) : (response?.status ?? 0);
  const after = response?.headers.get('retry-after') ?? '';
  return {
    ok: false,
    retry: status < 400 || status >= 500 || [408, 425, 429].includes(status),
    retryAfterMs: 1000 * Number(after) || Date.parse(after) - Date.now() || 0,
    status,
    reason: code,
    message: message ?? `HTTP ${status}`,
    hint,
  };
}
