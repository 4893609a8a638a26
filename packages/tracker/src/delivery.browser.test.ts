import { expect } from '@esm-bundle/chai';
import { snapshotOf } from '../testing/snapshots.ts';
import { deliveryFor } from './delivery-for.ts';
import { createOutbox } from './outbox.ts';

type Page = Window & typeof globalThis;

/** A page of this origin that the test can end: removing a frame hides and unloads it like any other page. */
function openPage(): { readonly page: Page; readonly end: () => void } {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  return { page: frame.contentWindow as Page, end: () => frame.remove() };
}

interface SeenRequest {
  readonly rpc: string | undefined;
  readonly keepalive: boolean | undefined;
  readonly seq: number;
}

/** A database that takes what a page posts while it is up. */
function fakeEndpoint(): {
  seen: SeenRequest[];
  isUp: boolean;
  supabaseUrl: string;
  supabaseKey: string;
  fetch: typeof fetch;
} {
  const endpoint = {
    supabaseUrl: `https://db-${crypto.randomUUID()}.test`,
    supabaseKey: 'key',
    seen: [] as SeenRequest[],
    isUp: true,
    fetch: async (url: unknown, { body, keepalive }: RequestInit = {}) => {
      const { p_session_id, p_seq } = JSON.parse(body as string);
      endpoint.seen.push({ rpc: String(url).split('/').pop(), keepalive, seq: p_seq });
      if (!endpoint.isUp) throw new TypeError('Failed to fetch');
      return Response.json({ session_id: p_session_id, seq: p_seq });
    },
  };
  return endpoint;
}

const session = (sessionId: string, onLeave?: (isEnd: boolean) => ReturnType<typeof snapshotOf>) => ({
  sessionId,
  identity: () => ({}),
  onAnswer: () => {},
  onError: (error: { message: string }) => {
    throw new Error(error.message);
  },
  ...(onLeave && { onLeave }),
});

describe('delivery in a page that ends', () => {
  beforeEach(async () => {
    localStorage.clear();
    const outbox = createOutbox(globalThis, () => {});
    for (const { snapshot } of await outbox.load()) outbox.remove(snapshot.sessionId, Infinity);
  });

  it('sends the last snapshot by keepalive before pagehide is over', async () => {
    const { page, end } = openPage();
    const endpoint = fakeEndpoint();
    const delivery = deliveryFor(endpoint, page);
    delivery.join(session('a', (isEnd) => snapshotOf('a', 2, isEnd ? { closeReason: 'page_end' } : {})));
    delivery.post(snapshotOf('a', 1));
    await delivery.flush();
    end();
    expect(endpoint.seen).to.deep.equal([
      { rpc: 'start_watch_session', keepalive: false, seq: 1 },
      { rpc: 'update_watch_session', keepalive: true, seq: 2 },
    ]);
  });

  it('loses nothing when the network is refused: the next page sends it, and the disk is clear again', async () => {
    const { page, end } = openPage();
    const endpoint = fakeEndpoint();
    endpoint.isUp = false;
    const delivery = deliveryFor(endpoint, page);
    delivery.join(session('a', () => snapshotOf('a', 7, { closeReason: 'page_end' })));
    await Promise.resolve();
    end();
    expect(endpoint.seen.at(-1)).to.deep.equal({ rpc: 'start_watch_session', keepalive: true, seq: 7 });
    expect(localStorage.getItem('chronos-outboxa')).to.be.a('string');

    const next = openPage();
    endpoint.isUp = true;
    const replay = deliveryFor(endpoint, next.page);
    replay.join(session('b'));
    await waitUntil(() => endpoint.seen.length === 2);
    expect(endpoint.seen[1]).to.deep.equal({ rpc: 'start_watch_session', keepalive: false, seq: 7 });
    await waitUntil(() => localStorage.getItem('chronos-outboxa') === null);
    const outbox = createOutbox(globalThis, () => {});
    expect(await outbox.load()).to.deep.equal([]);
    next.end();
  });

  it('has what was only kept on disk when the page is gone', async () => {
    const { page, end } = openPage();
    const endpoint = fakeEndpoint();
    endpoint.isUp = false;
    const delivery = deliveryFor(endpoint, page);
    delivery.join(session('a'));
    delivery.keep(snapshotOf('a', 3));
    end();
    const outbox = createOutbox(globalThis, () => {});
    expect((await outbox.load()).map(({ snapshot }) => snapshot.seq)).to.deep.equal([3]);
  });
});

/** Waits for what another page does, frame by frame. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** The next turn of the event loop, which no timer's clamping delays. */
function nextTurn(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', resolve, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}

describe('delivery in a page that lives', () => {
  it('does not take a session of its own for a leftover, if it is refused while the disk is being read', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { page, end } = openPage();
      const errors: string[] = [];
      let requests = 0;
      // A little later each time, to meet the disk at every moment of its reading.
      const refuse = async (): Promise<Response> => {
        requests += 1;
        for (let turn = 0; turn < 3 * round; turn += 1) await nextTurn();
        return Response.json({ message: 'Invalid API key' }, { status: 401 });
      };
      const delivery = deliveryFor({ ...fakeEndpoint(), fetch: refuse }, page);
      const id = crypto.randomUUID();
      delivery.join({ ...session(id), onError: ({ message }) => void errors.push(message) });
      delivery.post(snapshotOf(id, 1));
      await delivery.flush();
      // Whoever would be sent again is found on the disk by now.
      await createOutbox(page, () => {}).load();
      await delivery.flush();
      expect([requests, errors.length]).to.deep.equal([1, 1]);
      end();
    }
  });
});
