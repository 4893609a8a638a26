import { request as httpRequest } from 'node:http';

import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { refusal } from '../testing/rest-fixture.ts';
import { startTestBackend } from '../testing/test-backend.ts';
import type { TestBackend } from '../testing/test-backend.ts';
import { signToken } from './auth/tokens.ts';
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from './request-body.ts';

const SCHEMA = `
  create function keep(p_data jsonb) returns integer language sql immutable as 'select length(p_data::text)';
  create function ping() returns integer language sql immutable as 'select 1';
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend(SCHEMA);
}, 60_000);
afterAll(() => backend.close());

const ping = (headers: Record<string, string> = {}): Promise<Response> =>
  backend.post('/rest/v1/rpc/ping', '{}', headers);

describe('createLocalBackend: the gateway', { timeout: 30_000 }, () => {
  it('asks for an API key in the words of Supabase`s gateway', async () => {
    const missing = await fetch(`${backend.url}/rest/v1/rpc/ping`, { method: 'POST', body: '{}' });
    expect([missing.status, (await missing.json()).message]).toEqual([401, 'No API key found in request']);
    const wrong = await ping({ apikey: 'sb_publishable_guess' });
    expect([wrong.status, (await wrong.json()).message]).toEqual([401, 'Invalid API key']);
  });

  it('takes the key from the address too, as a beacon needs', async () => {
    const url = `${backend.url}/rest/v1/rpc/ping?apikey=${backend.keys.publishableKey}`;
    expect(await (await fetch(url)).json()).toBe(1);
  });

  it('answers a preflight for any page, to be kept for a day', async () => {
    const response = await fetch(`${backend.url}/rest/v1/rpc/ping`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://course.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,content-type,content-profile',
      },
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': 'apikey,content-type,content-profile',
      'access-control-max-age': '86400',
    });
  });

  it('lets a page read every answer, refusals included', async () => {
    for (const response of [await ping(), await ping({ apikey: 'wrong' }), await backend.get('/storage/v1/object/x')]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['Content-Range', 'Retry-After']));
    }
  });

  it.each([
    '/storage/v1/object/x',
    '/realtime/v1/websocket',
    '/functions/v1/api',
    '/graphql/v1',
    '/rest/v1/',
    '/auth/v1/otp',
  ])('says plainly that %s is not here', async (path) => {
    const response = await backend.get(path);
    expect([response.status, (await response.json()).message]).toEqual([
      501,
      expect.stringMatching(/not part of chronos-local/),
    ]);
  });

  it('answers 404 to what Supabase has not either', async () => {
    expect((await backend.get('/nowhere')).status).toBe(404);
    expect(await refusal(await backend.get('/rest/v1/a/b'))).toBe('404 PGRST125');
    expect(await refusal(await backend.get('/rest/v1/%E0%A4%A'))).toBe('404 PGRST125');
  });

  it('introduces itself at the root', async () => {
    expect((await (await fetch(backend.url)).json()).message).toContain('/rest/v1');
  });

  it('answers HEAD without a body, errors included', async () => {
    const response = await backend.send('/rest/v1/nope', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  it('refuses media types it does not make', async () => {
    expect(await refusal(await ping({ accept: 'text/csv' }))).toBe('406 PGRST107');
    expect(await refusal(await ping({ 'content-type': 'text/plain' }))).toBe('400 PGRST102');
  });
});

describe('createLocalBackend: tokens', { timeout: 30_000 }, () => {
  const later = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
  const withToken = (token: string): Promise<Response> => ping({ authorization: `Bearer ${token}` });
  const signed = (claims: Record<string, unknown>, secret = backend.keys.jwtSecret): Promise<string> =>
    signToken({ role: 'authenticated', exp: later(60), ...claims }, secret);

  it('takes the API key itself, and other schemes, for no token', async () => {
    expect((await withToken(backend.keys.publishableKey)).status).toBe(200);
    expect((await ping({ authorization: 'Basic abc' })).status).toBe(200);
  });

  it('accepts a signed one, up to 30 s late', async () => {
    expect((await withToken(await signed({ sub: backend.uuid(1) }))).status).toBe(200);
    expect((await withToken(await signed({ exp: later(-20) }))).status).toBe(200);
  });

  it('answers 401 PGRST303 to one that is over or not yet begun, by the backend`s clock', async () => {
    expect(await refusal(await withToken(await signed({ exp: later(-40) })))).toBe('401 PGRST303');
    expect(await refusal(await withToken(await signed({ nbf: later(50) })))).toBe('401 PGRST303');
    const token = await signed({ exp: later(600) });
    backend.clock.offsetMs = 700_000;
    const response = await withToken(token);
    backend.clock.offsetMs = 0;
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="JWT expired"',
    );
    expect(await refusal(response)).toBe('401 PGRST303');
  });

  it.each([
    ['nonsense', async () => 'nonsense'],
    ['nothing', async () => ''],
    ['another secret', () => signed({}, 'another-secret-another-secret-another')],
    ['the secret key of another gateway', async () => backend.keys.secretKey],
    [
      'another algorithm',
      () =>
        new SignJWT({ role: 'anon' })
          .setProtectedHeader({ alg: 'HS512' })
          .sign(new TextEncoder().encode(backend.keys.jwtSecret)),
    ],
    ['no signature', async () => `${btoa('{"alg":"none"}')}.${btoa('{"role":"service_role"}')}.`.replaceAll('=', '')],
    [
      'a changed payload',
      async () => (await signed({})).replace(/\.[^.]+\./, `.${btoa('{"role":"service_role"}').replaceAll('=', '')}.`),
    ],
  ])('answers 401 PGRST301 to %s', async (_name, token) => {
    const response = await withToken(await token());
    expect(response.headers.get('www-authenticate')).toContain('Bearer error="invalid_token"');
    expect(await refusal(response)).toBe('401 PGRST301');
  });

  it.each(['postgres', 'chronos_owner', 'authenticator', '', 7])('never takes the role %o', async (role) => {
    expect(await refusal(await withToken(await signed({ role })))).toBe('401 22023');
  });
});

describe('createLocalBackend: bounds of a body', { timeout: 30_000 }, () => {
  const nested = (depth: number): string => `{"p_data": ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

  it('answers 413 to more than 256 kB, and serves on', async () => {
    const fitting = JSON.stringify({ p_data: 'x'.repeat(MAX_BODY_BYTES - 13) });
    expect(Buffer.byteLength(fitting)).toBe(MAX_BODY_BYTES);
    expect((await backend.post('/rest/v1/rpc/keep', fitting)).status).toBe(200);
    expect((await backend.post('/rest/v1/rpc/keep', `${fitting} `)).status).toBe(413);
    expect((await backend.post('/rest/v1/rpc/keep', 'x'.repeat(5_000_000))).status).toBe(413);
    expect((await ping()).status).toBe(200);
  });

  it('answers 413 to a body whose end never comes', async () => {
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(`${backend.url}/rest/v1/rpc/keep`, {
        method: 'POST',
        headers: { apikey: backend.keys.publishableKey, 'content-length': 10_000_000 },
      });
      sending.on('response', (response) => resolve(response.statusCode));
      sending.on('error', reject);
      sending.write('x'.repeat(MAX_BODY_BYTES + 1));
    });
    expect(status).toBe(413);
  });

  it('answers 400 to JSON deeper than 32, brackets in strings not counted', async () => {
    expect((await backend.post('/rest/v1/rpc/keep', nested(MAX_JSON_DEPTH))).status).toBe(200);
    expect(await refusal(await backend.post('/rest/v1/rpc/keep', nested(MAX_JSON_DEPTH + 1)))).toBe('400 PGRST102');
    expect(await refusal(await backend.post('/rest/v1/rpc/keep', nested(20_000)))).toBe('400 PGRST102');
    expect((await backend.post('/rest/v1/rpc/keep', `{"p_data": "${'[\\"{'.repeat(50)}"}`)).status).toBe(200);
  });

  it.each([
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['cut short', '{"p_data": "'],
    ['not a number Postgres knows', '{"p_data": NaN}'],
    ['an escaped zero byte', '{"p_data": "\\u0000"}'],
  ])('answers 400 to what is %s', async (_name, body) => {
    expect((await backend.send('/rest/v1/rpc/keep', { method: 'POST', body })).status).toBe(400);
  });

  it('never called any of this a mistake of its own', () => {
    expect(backend.failures).toEqual([]);
  });
});

describe('createLocalBackend: a database that is gone', { timeout: 30_000 }, () => {
  it('answers 500 with the console told, not a hanging request', async () => {
    const other = await startTestBackend();
    await other.database.close();
    const response = await other.get('/rest/v1/anything');
    expect([response.status >= 500, (await response.json()).message]).toEqual([true, expect.any(String)]);
    await other.close().catch(() => undefined);
  });
});
