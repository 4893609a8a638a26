import type { FakeClock } from '@chronos-player/media/testing';
import type { Backend } from '../../src/backend.ts';
import { ARRIVAL_HEADER } from './server-clock.ts';

/** One request as its page sees it. */
export interface SentRequest {
  readonly rpc: string;
  /** When it left, ms since 1970 by the one true clock. */
  readonly atMs: number;
  readonly body: string;
  /** The messages in it: one, or those of a batch. */
  readonly messages: readonly Record<string, unknown>[];
  readonly keepalive: boolean;
  /** What came back; absent: nothing, or nothing yet. */
  status?: number;
}

/** How one page is connected. */
export interface Link {
  /** Refused: nothing gets through. */
  isDown: boolean;
  /** The page is gone: what it sent arrives, and nobody hears the answer. */
  isDead: boolean;
  /** Answers instead of the backend. */
  reply: (() => Response) | null;
  /** Changes a body on the way. */
  tamper: ((body: string) => string) | null;
  /** Where its requests come from: a network of its own. */
  readonly address: string;
  readonly requests: SentRequest[];
}

/** Pages on one side, the backend's own handler on the other, and a way that takes its time by the test's clock. */
export interface Network {
  connect(link: Link): typeof fetch;
  /** A request arrives now, whoever sent it. */
  arrive(request: Request, address: string): Promise<Response>;
  /** Resolves when the backend has dealt with all that has arrived. */
  idle(): Promise<void>;
}

/** As many as the backend has to a server: a thousand at once would wait for one longer than it lets them. */
const CONNECTIONS = 10;
/** One way. */
const LATENCY_MS = 25;

/** @param clock the server's, which is right. */
export function createNetwork({ clock, backend }: { clock: FakeClock; backend: Backend }): Network {
  const travel = (): Promise<void> => new Promise((arrive) => clock.setTimeout(arrive, LATENCY_MS));

  /** Each of these deals with one request after the other. */
  const lines: Promise<unknown>[] = Array.from({ length: CONNECTIONS }, () => Promise.resolve());
  let arrived = 0;

  const arrive = (request: Request, address: string): Promise<Response> => {
    request.headers.set(ARRIVAL_HEADER, new Date(clock.wall()).toISOString());
    request.headers.set('x-forwarded-for', address);
    const line = arrived++ % CONNECTIONS;
    const answering = lines[line]!.then(() => backend.fetch(request));
    lines[line] = answering;
    return answering;
  };
  const send = async (link: Link, input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    // Node knows no limit of a page, and takes the word for a reason to refuse a body.
    const { keepalive = false, ...rest } = init ?? {};
    // The tracker sends text, and nothing else.
    const body = init?.body as string;
    const request = new Request(input, { ...rest, body: link.tamper?.(body) ?? body });
    const args = JSON.parse(body) as Record<string, unknown> & { p_snapshots?: Record<string, unknown>[] };
    const rpc = new URL(request.url).pathname.replace('/rest/v1/rpc/', '');
    const sent: SentRequest = { rpc, atMs: clock.wall(), body, messages: args.p_snapshots ?? [args], keepalive };
    link.requests.push(sent);
    await travel();
    if (link.isDown) throw new TypeError('Failed to fetch');
    const response = link.reply?.() ?? (await arrive(request, link.address));
    await travel();
    if (link.isDead) return new Promise(() => {});
    if (link.isDown) throw new TypeError('Failed to fetch');
    sent.status = response.status;
    return response;
  };
  return {
    connect:
      (link) =>
      (...args) =>
        send(link, ...args),
    arrive,
    idle: async () => {
      await Promise.all(lines);
    },
  };
}
