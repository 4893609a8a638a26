import { createClient, type SupabaseClient } from '@supabase/supabase-js';

/** What `start.ts` says at `/config.json`. */
export interface DemoConfig {
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  /** Ids of the seeded videos. */
  readonly videos: { readonly lesson: string };
  /** Signs this page in as the seeded creator. A secret in earnest; here because this is a demo on localhost. */
  readonly creatorToken: string;
}

/** The backend as this page uses it: two clients with nothing but the publishable key and a token each. */
export interface DemoBackend extends DemoConfig {
  /** Signed in anonymously, and the same viewer at the next visit. */
  readonly viewer: SupabaseClient;
  readonly creator: SupabaseClient;
}

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
  const viewer = createClient(supabaseUrl, publishableKey);
  const creator = createClient(supabaseUrl, publishableKey, {
    accessToken: async () => {
      if (Date.now() - readAtMs > TOKEN_MS) [config, readAtMs] = [await readConfig(), Date.now()];
      return config.creatorToken;
    },
  });
  await signIn(viewer);
  return { ...config, viewer, creator };
}

async function readConfig(): Promise<DemoConfig> {
  const response = await fetch('/config.json');
  return (await response.json()) as DemoConfig;
}

/** A viewer known to a backend that was started afresh is unknown to it: then he becomes a new one. */
async function signIn(viewer: SupabaseClient): Promise<void> {
  const { data } = await viewer.auth.getUser();
  if (!data.user) await viewer.auth.signInAnonymously();
}
