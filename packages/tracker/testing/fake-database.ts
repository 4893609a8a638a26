import type { Endpoint } from '../src/transport.ts';

/** One request as the database sees it. */
export interface SeenRequest {
  readonly rpc: string;
  readonly atMs: number;
  readonly args: Record<string, unknown>;
  /** The sessions in it: one, or those of a batch. */
  readonly snapshots: readonly Record<string, unknown>[];
  readonly headers: Record<string, string>;
  readonly keepalive: boolean;
}

/** How the next requests are answered: a status, an HTTP response, nothing (the network is down), or as usual. */
export type Reply = number | Response | 'down' | 'ok' | Promise<Response>;

/** The database's side of a test. */
export interface FakeDatabase {
  readonly endpoint: Endpoint;
  readonly requests: SeenRequest[];
  /** The greatest seq of every session. */
  readonly seqs: Map<string, number>;
  /** To be replaced by the test. */
  reply: (request: SeenRequest) => Reply;
}

/** A scripted database behind `fetch`. */
export function fakeDatabase(now: () => number = () => 0): FakeDatabase {
  const requests: SeenRequest[] = [];
  const seqs = new Map<string, number>();
  const database: FakeDatabase = {
    requests,
    seqs,
    reply: () => 'ok',
    endpoint: {
      supabaseUrl: 'https://db.test',
      supabaseKey: 'sb_publishable_test',
      fetch: async (input: unknown, init: RequestInit = {}) => {
        const args = JSON.parse(init.body as string);
        const request: SeenRequest = {
          rpc: String(input).replace('https://db.test/rest/v1/rpc/', ''),
          atMs: now(),
          args,
          snapshots: args.p_snapshots ?? [args],
          headers: init.headers as Record<string, string>,
          keepalive: init.keepalive ?? false,
        };
        requests.push(request);
        const reply = await database.reply(request);
        if (reply === 'down') throw new TypeError('Failed to fetch');
        if (typeof reply === 'number') return Response.json({ code: `PT${reply}`, message: 'no' }, { status: reply });
        if (reply !== 'ok') return reply;
        const answers = request.snapshots.map(({ p_session_id, p_seq }) => {
          const seq = Math.max(seqs.get(String(p_session_id)) ?? 0, Number(p_seq));
          seqs.set(String(p_session_id), seq);
          return { session_id: p_session_id, seq, events: [], flags: [], ...(args.p_snapshots && { ok: true }) };
        });
        return Response.json(args.p_snapshots ? answers : answers[0]);
      },
    },
  };
  return database;
}
