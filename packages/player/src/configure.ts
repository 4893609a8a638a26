import type { Endpoint, Identity } from '@chronos-player/tracker';

/** The part of a supabase-js client that is used: who is signed in. */
export interface SupabaseAuthClient {
  readonly auth: {
    getSession(): Promise<{ readonly data: { readonly session: { readonly access_token: string } | null } }>;
    /** Absent: a change of the viewer is noticed with the next `configure()` only. */
    onAuthStateChange?(callback: () => void): { readonly data: { readonly subscription: { unsubscribe(): void } } };
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

/** Page-wide by nature, so the page holds it: one store, however many copies of this module it loads. */
const STORE = Symbol.for('chronos-player.defaults');
/** Beside it: what ends the page's one subscription to the client's sign-ins. */
const UNSUBSCRIBE = Symbol.for('chronos-player.unsubscribe');
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
    throw new TypeError('configure(): give client or viewerToken, not both.');
  }
  const before = pageDefaults().client;
  Reflect.set(globalThis, STORE, Object.freeze({ ...defaults }));
  // On a server there is nobody to tell.
  if (typeof document === 'undefined') return;
  if (client !== before) subscribe(client);
  tell();
}

/** From now on to this client alone. What it says of the viewer is not believed but asked: see {@link identifyViewer}. */
function subscribe(client: SupabaseAuthClient | undefined): void {
  (Reflect.get(globalThis, UNSUBSCRIBE) as (() => void) | undefined)?.();
  const subscription = client?.auth.onAuthStateChange?.(tell).data.subscription;
  Reflect.set(globalThis, UNSUBSCRIBE, () => subscription?.unsubscribe());
}

function tell(): void {
  globalThis.dispatchEvent(new Event(CHANGED));
}

/** What `configure()` was last given. */
export function pageDefaults(): PlayerDefaults {
  return (Reflect.get(globalThis, STORE) as PlayerDefaults | undefined) ?? {};
}

/** The database a player talks to: its own attributes', otherwise the page's; empty where neither says. */
export function chooseBackend(own: Endpoint): Endpoint {
  const { supabaseUrl = '', supabaseKey = '' } = pageDefaults();
  // With and without a slash at its end it is the same database, and what is owed to it is owed to one.
  const url = (own.supabaseUrl || supabaseUrl).replace(/\/+$/, '');
  return { supabaseUrl: url, supabaseKey: own.supabaseKey || supabaseKey };
}

/** Calls back whenever `configure()` is called or somebody signs in or out, until the signal is aborted. */
export function onConfigured(callback: () => void, signal: AbortSignal): void {
  globalThis.addEventListener(CHANGED, callback, { signal });
}

/** Asks the page who is watching now. */
export async function identifyViewer(): Promise<Identity> {
  const { client, viewerToken } = pageDefaults();
  if (viewerToken) return { viewerToken: await viewerToken() };
  const session = (await client?.auth.getSession())?.data.session;
  return session ? { accessToken: session.access_token } : {};
}
