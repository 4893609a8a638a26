import type { SupabaseAuthClient } from '../src/configure.ts';

/** A supabase-js client whose viewers sign in and out by a script. */
export interface ScriptedClient extends SupabaseAuthClient {
  /** Another one is signed in (null: nobody), or the same one has another token; tells whoever listens. */
  signIn(sub: string | null): void;
  /** How many listen. */
  readonly listenerCount: number;
}

/** A token of this subject; never the same text twice, as tokens are. */
export function createToken(sub: string): string {
  return `e30.${btoa(JSON.stringify({ sub, jti: crypto.randomUUID() })).replace(/=+$/, '')}.x`;
}

/** @param sub who is signed in at first; null: nobody. */
export function scriptClient(sub: string | null): ScriptedClient {
  const listeners = new Set<() => void>();
  const openSession = (who: string | null): { access_token: string } | null =>
    who === null ? null : { access_token: createToken(who) };
  let session = openSession(sub);
  return {
    signIn(who) {
      session = openSession(who);
      for (const listener of listeners) listener();
    },
    get listenerCount() {
      return listeners.size;
    },
    auth: {
      getSession: async () => ({ data: { session } }),
      onAuthStateChange(listener) {
        listeners.add(listener);
        return { data: { subscription: { unsubscribe: () => void listeners.delete(listener) } } };
      },
    },
  };
}
