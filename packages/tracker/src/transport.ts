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

/** A request that brought no answer. */
export interface SendFailure {
  readonly ok: false;
  /** Whether the same message may succeed later: network, 408, 425, 429, 5xx. */
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

/** How a message goes out. */
export interface SendOptions {
  /** Not acknowledged yet: the session is opened, with the identity attached. */
  readonly open?: boolean;
  readonly identity?: Identity;
  readonly anonymousId?: string | null;
  /** Outlives the page; counts against the page's 64 KiB quota. */
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}
