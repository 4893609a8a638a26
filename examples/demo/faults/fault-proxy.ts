import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createForward, type Forwarded } from './forward.ts';

/**
 * What goes wrong with one request. Those that reach the database are committed there, whatever the client hears.
 *
 * - `status`: answered in the database's place, as by a gateway in trouble; `retryAfter` in seconds.
 * - `dropped`: the connection is reset before the database hears of it.
 * - `lost`: committed, then the connection is reset instead of an answer.
 * - `torn`: committed, and the connection is reset in the middle of the answer.
 * - `truncated`: committed, and half of the answer arrives as if it were all.
 * - `slow`: committed, and answered only when `until` settles.
 * - `twice`: the same request reaches the database twice at once.
 * - `late`: the client sees a reset connection; the database gets the request after a newer one (reordering).
 */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'dropped' | 'lost' | 'torn' | 'truncated' | 'twice' | 'late' }
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };

/** One request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** The function called, for example `update_watch_session`. */
  readonly rpc: string;
  readonly headers: IncomingMessage['headers'];
  /** The snapshots in it: one, or those of a batch. */
  readonly snapshots: readonly { readonly p_session_id: string; readonly p_seq: number }[];
  readonly fault: Fault['kind'] | undefined;
  /** `performance.now()` of this process. */
  readonly startedAt: number;
  /** When the client had its answer, or lost its connection; Infinity until then. */
  endedAt: number;
  /** HTTP status of the answer; 0 until then and where there was none. */
  status: number;
  /** How long the database took, ms; absent until then and where it never heard of it. */
  databaseMs?: number;
}

/** Between a browser and its database. Passes everything on unless told otherwise. */
export interface FaultProxy {
  readonly url: string;
  /** Every request in the order of arrival, preflights among them. */
  readonly requests: readonly SeenRequest[];
  /** Asked for each request but preflights, which only a proxy that refuses refuses. */
  choose: (request: SeenRequest) => Fault | undefined;
  /** Nobody listens any more: connections are refused, those that are open are reset. */
  refuse(): Promise<void>;
  /** Listens again. */
  accept(): Promise<void>;
  /** Passes on whatever is still held back, and resolves when the database has answered all of it. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one in front of the database at that address. */
export async function startFaultProxy(backendUrl: string): Promise<FaultProxy> {
  const forward = createForward(backendUrl);
  const requests: SeenRequest[] = [];
  const late = createLate();
  const passing = new Set<Promise<void>>();
  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '/', headers } = incoming;
    const startedAt = performance.now();
    const body = await buffer(incoming);
    const seen = { ...describeRequest(incoming, body), startedAt };
    const fault = method === 'OPTIONS' ? undefined : proxy.choose(seen);
    const request: SeenRequest = { ...seen, fault: fault?.kind };
    requests.push(request);
    outgoing.once('close', () => (request.endedAt = performance.now()));
    outgoing.once('finish', () => (request.status = outgoing.statusCode));
    const send = async (): Promise<Forwarded> => {
      const sentAt = performance.now();
      const answer = await forward({ method, path, headers, body });
      request.databaseMs = performance.now() - sentAt;
      return answer;
    };
    if (fault?.kind === 'late') {
      late.hold(request, send);
      outgoing.destroy();
    } else {
      await act(fault, send, outgoing);
      await late.release(request);
    }
  }
  const server = createServer((incoming, outgoing) => {
    const work = handle(incoming, outgoing)
      .catch(() => void outgoing.destroy())
      .finally(() => passing.delete(work));
    passing.add(work);
  });
  const proxy: FaultProxy = {
    url: '',
    requests,
    choose: () => undefined,
    refuse: () => stop(server),
    accept: () => listen(server, Number(new URL(proxy.url).port)),
    settle: async () => void (await Promise.all([...passing, late.release()])),
    close: async () => {
      await stop(server);
      await proxy.settle().finally(() => forward.close());
    },
  };
  await listen(server, 0);
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function describeRequest({ method = '', url = '', headers }: IncomingMessage, body: Buffer): SeenRequest {
  const rpc = url.split('/').pop() ?? '';
  const snapshots = readSnapshots(body);
  return { method, rpc, headers, snapshots, fault: undefined, startedAt: 0, endedAt: Infinity, status: 0 };
}

/** Requests that are held back until a newer one of the same session has passed. */
function createLate(): {
  hold(request: SeenRequest, send: () => Promise<unknown>): void;
  /** Sends those that are older than this one, or all. */
  release(newer?: SeenRequest): Promise<unknown>;
} {
  const held = new Map<SeenRequest, () => Promise<unknown>>();
  return {
    hold: (request, send) => void held.set(request, send),
    release: (newer) => {
      const sessions = new Set(newer?.snapshots.map(({ p_session_id: id }) => id));
      const due = [...held].filter(
        ([{ snapshots }]) => !newer || snapshots.some((one) => sessions.has(one.p_session_id)),
      );
      for (const [request] of due) held.delete(request);
      return Promise.all(due.map(([, send]) => send()));
    },
  };
}

/** Does to one request what was chosen for it. */
async function act(fault: Fault | undefined, send: () => Promise<Forwarded>, outgoing: ServerResponse): Promise<void> {
  if (fault?.kind === 'dropped') return void outgoing.destroy();
  if (fault?.kind === 'status') return refuseWith(fault, outgoing);
  const [{ status, headers, body }] = await Promise.all([send(), fault?.kind === 'twice' && send()]);
  if (fault?.kind === 'lost') return void outgoing.destroy();
  if (fault?.kind === 'slow') await fault.until;
  const half = body.subarray(0, body.length >> 1);
  const sent = fault?.kind === 'truncated' ? half : body;
  outgoing.writeHead(status, { ...headers, 'content-length': sent.length });
  // Told how long it will be, given half of it.
  if (fault?.kind === 'torn') outgoing.write(half, () => outgoing.destroy());
  else outgoing.end(sent);
}

function refuseWith({ status, retryAfter }: Fault & { kind: 'status' }, outgoing: ServerResponse): void {
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'Retry-After',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
  outgoing.end(JSON.stringify({ code: null, message: 'The gateway is in trouble.' }));
}

function readSnapshots(body: Buffer): SeenRequest['snapshots'] {
  try {
    const given = JSON.parse(body.toString()) as { p_snapshots?: SeenRequest['snapshots'] };
    return given.p_snapshots ?? [given as unknown as SeenRequest['snapshots'][number]];
  } catch {
    return [];
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
