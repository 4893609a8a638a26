import { readFile } from 'node:fs/promises';

import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';

import type { Claims } from '../src/auth/tokens.ts';
import { signToken } from '../src/auth/tokens.ts';
import { createLocalBackend } from '../src/backend.ts';
import { openDatabase } from '../src/database.ts';
import type { Database } from '../src/database.ts';
import { createKeys } from '../src/keys.ts';
import type { Keys } from '../src/keys.ts';
import { serve } from '../src/serve.ts';
import type { Engine } from './engines.ts';

/** A backend over real HTTP for the tests of `packages/local`, with the test's own schema on the bare shim. */
export interface TestBackend {
  url: string;
  keys: Keys;
  database: Database;
  /** The clock tokens are judged by; a test moves it by hand. */
  clock: { offsetMs: number };
  /** Everything the backend called a mistake of its own; a test that leaves something here has found a bug. */
  failures: unknown[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  send(path: string, init: RequestInit): Promise<Response>;
  /** A client signed in with these claims; role `authenticated` unless said. */
  as(claims: Claims): SupabaseClient;
  /** A uuid that ends in the number. */
  uuid(number: number): string;
  close(): Promise<void>;
}

const SHIM = new URL('../src/database/supabase-shim.sql', import.meta.url);

/** Starts one on an embedded database in memory, or on the engine's. */
export async function startTestBackend(schema = '', engine?: Engine): Promise<TestBackend> {
  const database = await (engine?.open() ?? openDatabase({}));
  await database.exec(await readFile(SHIM, 'utf8'));
  await database.exec(schema);
  const keys = await createKeys();
  const clock = { offsetMs: 0 };
  const failures: unknown[] = [];
  const now = (): number => Date.now() + clock.offsetMs;
  const backend = createLocalBackend({ database, keys, now, onError: (error) => failures.push(error) });
  const server = await serve(backend.fetch, { port: 0, host: '127.0.0.1' });

  const send: TestBackend['send'] = (path, init) =>
    fetch(server.url + path, {
      ...init,
      headers: {
        apikey: keys.publishableKey,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string>),
      },
    });
  return {
    url: server.url,
    keys,
    database,
    clock,
    failures,
    send,
    get: (path, headers) => send(path, { headers: headers ?? {} }),
    post: (path, body, headers) => send(path, { method: 'POST', body, headers: headers ?? {} }),
    as: (claims) =>
      createClient(server.url, keys.publishableKey, {
        accessToken: () =>
          signToken({ role: 'authenticated', exp: Math.floor(now() / 1000) + 60, ...claims }, keys.jwtSecret),
      }),
    uuid: (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    async close() {
      await server.close();
      await database.close();
    },
  };
}
