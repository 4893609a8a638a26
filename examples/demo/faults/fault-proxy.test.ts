import { serve, type Served } from '@chronos-player/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy.ts';

describe('startFaultProxy', () => {
  let server: Served;
  let proxy: FaultProxy;
  /** What the database committed, in order. */
  const committed: number[] = [];

  beforeEach(async () => {
    committed.length = 0;
    server = await serve(
      async (request) => {
        const { p_seq } = (await request.json()) as { p_seq: number };
        committed.push(p_seq);
        return Response.json({ session_id: 's', seq: p_seq }, { headers: { 'x-from': 'database' } });
      },
      { port: 0, host: '127.0.0.1' },
    );
    proxy = await startFaultProxy(server.url);
  });
  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  const post = (seq: number): Promise<Response> =>
    fetch(`${proxy.url}/rest/v1/rpc/update_watch_session`, {
      method: 'POST',
      body: JSON.stringify({ p_session_id: 's', p_seq: seq }),
    });
  /** What the client hears: a status and the answer, or that there was none. */
  const hear = async (seq: number): Promise<unknown> => {
    try {
      const response = await post(seq);
      return [response.status, await response.json().catch(() => 'no JSON')];
    } catch {
      return 'no answer';
    }
  };
  const meet = (fault: Fault): void => {
    proxy.choose = ({ snapshots }) => (snapshots[0]?.p_seq === 1 ? fault : undefined);
  };

  it('passes on what nothing is chosen for, and notes it', async () => {
    const response = await post(1);
    expect(response.headers.get('x-from')).toBe('database');
    expect(await response.json()).toEqual({ session_id: 's', seq: 1 });
    expect(proxy.requests).toMatchObject([
      { method: 'POST', rpc: 'update_watch_session', snapshots: [{ p_session_id: 's', p_seq: 1 }], status: 200 },
    ]);
  });

  it.each<[Fault, unknown, number[]]>([
    [{ kind: 'status', status: 503, retryAfter: 2 }, [503, expect.anything()], []],
    [{ kind: 'dropped' }, 'no answer', []],
    [{ kind: 'lost' }, 'no answer', [1]],
    [{ kind: 'torn' }, [200, 'no JSON'], [1]],
    [{ kind: 'truncated' }, [200, 'no JSON'], [1]],
    [{ kind: 'twice' }, [200, { session_id: 's', seq: 1 }], [1, 1]],
    [{ kind: 'late' }, 'no answer', []],
  ])('can do to a request: %o', async (fault, heard, reached) => {
    meet(fault);
    expect(await hear(1)).toEqual(heard);
    expect(committed).toEqual(reached);
    expect(proxy.requests[0]?.fault).toBe(fault.kind);
  });

  it('lets a request that came too late arrive after a newer one', async () => {
    meet({ kind: 'late' });
    await hear(1);
    expect(await hear(2)).toEqual([200, { session_id: 's', seq: 2 }]);
    await proxy.settle();
    expect(committed).toEqual([2, 1]);
  });

  it('answers slowly what is long since committed', async () => {
    let resolve = (): void => {};
    const until = new Promise<void>((done) => (resolve = done));
    meet({ kind: 'slow', until });
    const heard = hear(1);
    await expect.poll(() => committed).toEqual([1]);
    expect(proxy.requests[0]?.endedAt).toBe(Infinity);
    resolve();
    expect(await heard).toEqual([200, { session_id: 's', seq: 1 }]);
  });

  it('refuses connections until it accepts them again, at the same address', async () => {
    const { url } = proxy;
    await proxy.refuse();
    expect(await hear(1)).toBe('no answer');
    expect(proxy.requests).toEqual([]);
    await proxy.accept();
    expect(await hear(2)).toEqual([200, { session_id: 's', seq: 2 }]);
    expect(proxy.url).toBe(url);
  });
});
