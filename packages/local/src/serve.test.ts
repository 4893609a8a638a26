import { request as httpRequest } from 'node:http';

import { describe, expect, it } from 'vitest';

import { serve } from './serve.ts';

const HERE = { port: 0, host: '127.0.0.1' };

describe('serve', () => {
  it('hands over method, address, headers and body, and gives back the response', async () => {
    const server = await serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = `${request.method} ${pathname}${search} ${request.headers.get('x-a')} ${await request.text()}`;
      return new Response(body, { status: 201, headers: { 'x-b': 'c' } });
    }, HERE);
    const response = await fetch(`${server.url}/a%20b?c=d`, {
      method: 'PATCH',
      body: 'hello',
      headers: { 'x-a': 'z' },
    });
    expect([response.status, response.headers.get('x-b'), await response.text()]).toEqual([
      201,
      'c',
      'PATCH /a%20b?c=d z hello',
    ]);
    await server.close();
  });

  it('adds the address of the client to those that forwarded', async () => {
    const server = await serve(async (request) => new Response(request.headers.get('x-forwarded-for')), HERE);
    expect(await (await fetch(server.url)).text()).toBe('127.0.0.1');
    expect(await (await fetch(server.url, { headers: { 'x-forwarded-for': '10.0.0.9' } })).text()).toBe(
      '10.0.0.9, 127.0.0.1',
    );
    await server.close();
  });

  it('listens on this machine only', async () => {
    const server = await serve(async () => new Response('here'), HERE);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });

  it('finishes the request under way before it closes', async () => {
    let finish: (response: Response) => void = () => undefined;
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const server = await serve(() => {
      arrived();
      return new Promise((resolve) => (finish = resolve));
    }, HERE);
    const answer = fetch(server.url);
    await arrival;
    const closed = server.close();
    finish(new Response('done'));
    expect(await (await answer).text()).toBe('done');
    await closed;
  });

  it('survives a client that leaves in the middle', async () => {
    const server = await serve(async (request) => new Response(await request.text()), HERE);
    await new Promise((resolve) => {
      const leaving = httpRequest(server.url, { method: 'POST', headers: { 'content-length': 100 } });
      leaving.on('error', resolve);
      leaving.write('half', () => leaving.destroy(new Error('gone')));
    });
    expect(await (await fetch(server.url, { method: 'POST', body: 'next' })).text()).toBe('next');
    await server.close();
  });
});
