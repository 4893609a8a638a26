/** The part of a supabase-js client that is used: who is signed in. */
export interface SupabaseAuthClient {
  readonly auth: {
    getSession(): Promise<{ readonly data: { readonly session: { readonly access_token: string } | null } }>;
  };
}

/** What every player of the page uses unless its own attributes say otherwise. */
export interface PlayerDefaults {
  /** For example `https://x.supabase.co`. */
  readonly supabaseUrl?: string;
  /** The publishable (anon) key. */
  readonly supabaseKey?: string;
  /** An existing supabase-js client: its signed-in user is the viewer. Requests are our own. */
  readonly client?: SupabaseAuthClient;
  /** Asks the page's own server for a signed viewer token (a JWT). */
  readonly viewerToken?: () => Promise<string> | string;
}

/** A database and the key to it. */
export interface Backend {
  readonly supabaseUrl: string;
  readonly supabaseKey: string;
}

/** Who is watching; nothing in it: anonymous. */
export interface ViewerIdentity {
  readonly accessToken?: string;
  readonly viewerToken?: string;
}

/** Page-wide by nature, so the page holds it: one store, however many copies of this module it loads. */
const STORE = Symbol.for('chronos-player.defaults');
const CHANGED = 'chronos-player.configured';

/**
 * Sets, once per page, what its players need to know. Players already there follow.
 *
 * @throws TypeError for an address that is none, or for two answers to who is watching.
 * @example configure({ supabaseUrl: 'https://x.supabase.co', supabaseKey: 'sb_publishable_…', client: supabase })
 */
export function configure(defaults: PlayerDefaults): void {
  const { supabaseUrl, client, viewerToken } = defaults;
  if (supabaseUrl !== undefined && !/^https?:\/\/[^/]/.test(supabaseUrl)) {
    throw new TypeError(`configure(): supabaseUrl is "${supabaseUrl}"; give the project's https address.`);
  }
  if (client && viewerToken) {
    throw new TypeError('configure(): give client (Supabase Auth) or viewerToken (your own sign-in), not both.');
  }
  Reflect.set(globalThis, STORE, Object.freeze({ ...defaults }));
  // On a server there is nobody to tell.
  globalThis.dispatchEvent?.(new Event(CHANGED));
}

/** What `configure()` was last given. */
export function pageDefaults(): PlayerDefaults {
  return (Reflect.get(globalThis, STORE) as PlayerDefaults | undefined) ?? {};
}

/** The database a player talks to: its own attributes', otherwise the page's; empty where neither says. */
export function chooseBackend(own: Backend): Backend {
  const { supabaseUrl = '', supabaseKey = '' } = pageDefaults();
  return { supabaseUrl: own.supabaseUrl || supabaseUrl, supabaseKey: own.supabaseKey || supabaseKey };
}

/** Calls back whenever `configure()` is called, until the signal is aborted. */
export function onConfigured(callback: () => void, signal: AbortSignal): void {
  globalThis.addEventListener(CHANGED, callback, { signal });
}

/** Asks the page who is watching now. */
export async function identifyViewer(): Promise<ViewerIdentity> {
  const { client, viewerToken } = pageDefaults();
  if (viewerToken) return { viewerToken: await viewerToken() };
  const session = (await client?.auth.getSession())?.data.session;
  return session ? { accessToken: session.access_token } : {};
}
