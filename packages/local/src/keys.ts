import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { signToken } from './auth/tokens.ts';

/** The secrets of one local backend, in Supabase's present and legacy forms. */
export interface Keys {
  /** `sb_publishable_...`: for browsers; acts as `anon`. */
  publishableKey: string;
  /** `sb_secret_...`: for servers; acts as `service_role`, past every policy. */
  secretKey: string;
  /** Legacy JWT key for `anon`. */
  anonKey: string;
  /** Legacy JWT key for `service_role`. */
  serviceRoleKey: string;
  /** HS256 secret of every token, at least 32 characters. */
  jwtSecret: string;
}

const LEGACY_KEY_SECONDS = 10 * 365 * 24 * 3600;

/** New random keys. */
export async function createKeys(): Promise<Keys> {
  const jwtSecret = randomBytes(32).toString('base64url');
  const issuedAt = Math.floor(Date.now() / 1000);
  const legacy = (role: string): Promise<string> =>
    signToken({ iss: 'supabase', role, iat: issuedAt, exp: issuedAt + LEGACY_KEY_SECONDS }, jwtSecret);
  return {
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    secretKey: `sb_secret_${randomBytes(24).toString('base64url')}`,
    anonKey: await legacy('anon'),
    serviceRoleKey: await legacy('service_role'),
    jwtSecret,
  };
}

/**
 * The keys kept in `file`, made on first use. Only the owner of the file can read it.
 *
 * @throws Error with the way out when the file is damaged: it is never replaced silently, since pages hold these keys.
 */
export async function loadKeys(file: string): Promise<Keys> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parseKeys(text, file);
  const keys = await createKeys();
  await mkdir(dirname(file), { recursive: true });
  // Renamed into place, so that a crash in the middle leaves no half-written keys.
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return keys;
}

function parseKeys(text: string, file: string): Keys {
  let keys: Partial<Keys> | null = null;
  try {
    keys = JSON.parse(text) as Partial<Keys> | null;
  } catch {
    // Told below, together with every other kind of damage.
  }
  const { publishableKey, secretKey, anonKey, serviceRoleKey, jwtSecret } = keys ?? {};
  const all = [publishableKey, secretKey, anonKey, serviceRoleKey, jwtSecret];
  if (!all.every((key) => typeof key === 'string' && key.length >= 32)) {
    throw new Error(
      `The keys in ${file} are damaged. Delete that file to get new ones; pages and sign-ins with the old keys then stop working.`,
    );
  }
  return { publishableKey, secretKey, anonKey, serviceRoleKey, jwtSecret } as Keys;
}
