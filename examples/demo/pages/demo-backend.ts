import { createNetworkSwitch, type NetworkSwitch } from './network-switch.ts';
import { createClient, isAuthRetryableFetchError, type SupabaseClient } from '@supabase/supabase-js';

/** Videos of other services, by the service: ids of rows. */
type EmbedVideos = Readonly<Record<'hls' | 'mux' | 'youtube' | 'loom' | 'vimeo' | 'wistia', string>>;

/** What there is to play of other services. */
export interface Embeds {
  /** A vendor's origin -> the one that stands in for it on this machine. */
  readonly origins: Readonly<Record<string, string>>;
  /** Played by the stand-ins. */
  readonly standIns: EmbedVideos;
  /** Played by the services themselves. */
  readonly internet: EmbedVideos;
}

/** What `start.ts` says at `/config.json`. */
export interface DemoConfig {
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  /** Ids of the seeded videos. */
  readonly videos: { readonly lesson: string };
  readonly embeds: Embeds;
  /** Signs this page in as the seeded creator. A secret in earnest; here because this is a demo on localhost. */
  readonly creatorToken: string;
}

/** The backend as this page uses it: two clients with nothing but the publishable key and a token each. */
export interface DemoBackend extends DemoConfig {
  /** Signed in anonymously, and the same viewer at the next visit. */
  readonly viewer: SupabaseClient;
  readonly creator: SupabaseClient;
  /** Tries again what failed while the backend could not be reached. */
  readonly signIn: () => Promise<void>;
  /** Between this page and the backend. */
  readonly network: NetworkSwitch;
}

/** The panel asks every other second anyway, and wants to know at once that nobody answers. */
const ASKED_AGAIN = { retry: false };
/** The creator's token lasts a quarter of an hour and is asked for again before that. */
const TOKEN_MS = 10 * 60_000;

/**
 * Connects to the backend and signs the viewer in. Without an answer to that he watches as an anonymous one.
 *
 * @throws TypeError when the demo itself is not running.
 */
export async function connectDemo(): Promise<DemoBackend> {
  let config = await readConfig();
  let readAtMs = Date.now();
  const { supabaseUrl, publishableKey } = config;
  const network = createNetworkSwitch(supabaseUrl);
  const viewer = createClient(supabaseUrl, publishableKey, { db: ASKED_AGAIN });
  const creator = createClient(supabaseUrl, publishableKey, {
    db: ASKED_AGAIN,
    accessToken: async () => {
      if (Date.now() - readAtMs > TOKEN_MS) [config, readAtMs] = [await readConfig(), Date.now()];
      return config.creatorToken;
    },
  });
  await signIn(viewer);
  await reloadForAnother(viewer);
  return { ...config, viewer, creator, network, signIn: () => signIn(viewer) };
}

async function readConfig(): Promise<DemoConfig> {
  const response = await fetch('/config.json');
  return (await response.json()) as DemoConfig;
}

/** Whom a backend begun afresh does not know becomes a new viewer; while it cannot be reached, nobody does. */
async function signIn(viewer: SupabaseClient): Promise<void> {
  const { data, error } = await viewer.auth.getUser();
  if (!data.user && !isAuthRetryableFetchError(error)) await viewer.auth.signInAnonymously();
}

/** Another viewer, perhaps become so in another tab, begins with a page of his own. */
async function reloadForAnother(viewer: SupabaseClient): Promise<void> {
  let userId = (await viewer.auth.getSession()).data.session?.user.id;
  viewer.auth.onAuthStateChange((_event, session) => {
    if (userId && session && session.user.id !== userId) location.reload();
    userId ??= session?.user.id;
  });
}
