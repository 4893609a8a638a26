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
  readonly retryAfterMs?: number;
  /** HTTP status; 0 when nothing came back. */
  readonly status: number;
  /** The database's code, or `network`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The outcome for one session. An answer means committed. */
export type SendResult = { readonly ok: true; readonly answer: Answer } | SendFailure;

/** How a request goes out. */
export interface RequestOptions {
  /** Outlives the page; its body counts against the page's keepalive quota of 64 KiB. */
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

/** How one session goes out. */
export interface SendOptions extends RequestOptions {
  /** Not acknowledged yet: opens the session, with the identity attached. */
  readonly open?: boolean;
  readonly identity?: Identity;
  readonly anonymousId?: string | null;
}

/** The wire to one database. Nothing here rejects; each call reaches `fetch` before it returns. */
export interface Transport {
  send(snapshot: Snapshot, options?: SendOptions): Promise<SendResult>;
  /** Up to 50 sessions that were acknowledged before, in one request; outcomes in the order sent. */
  sendAll(snapshots: readonly Snapshot[], options?: RequestOptions): Promise<readonly SendResult[]>;
}

/** Speaks PostgREST (`POST /rest/v1/rpc/<name>`, named arguments). The only file that knows those names. */
export function createTransport({
  supabaseUrl,
  supabaseKey,
  fetch: request = (...args) => fetch(...args),
}: Endpoint): Transport {
  const call = async (
    rpc: string,
    args: object,
    { token, ...init }: RequestOptions & { token?: string | undefined },
  ) => {
    try {
      const response = await request(`${supabaseUrl.replace(/\/+$/, '')}/rest/v1/rpc/${rpc}`, {
        ...init,
        method: 'POST',
        // Exactly these: the browser caches preflights by URL, and a page that ends has no time for a new one.
        headers: {
          apikey: supabaseKey,
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        // The database takes whole milliseconds only.
        body: JSON.stringify(args, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) : value)),
      });
      return toResult(response, await response.json().catch(() => null));
    } catch (error) {
      return toResult({ status: 0 }, { code: 'network', message: `${error}` });
    }
  };
}
