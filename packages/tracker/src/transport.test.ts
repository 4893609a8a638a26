import { describe, expect, it, vi } from 'vitest';
import { fakeDatabase } from '../testing/fake-database.ts';
import { snapshotOf } from '../testing/snapshots.ts';
import type { Database } from './database.types.ts';
import { createTransport, type Message } from './transport.ts';

const message = (given: Partial<Message> = {}): Message => ({
  snapshot: snapshotOf('s', 3),
  opened: true,
  anonymousId: null,
  ...given,
});

/** Every argument the database takes, and no other: `tsc` sees to both. */
const ARGUMENTS: Record<keyof Database['public']['Functions']['start_watch_session']['Args'], true> = {
  p_session_id: true,
  p_write_key: true,
  p_video_id: true,
  p_seq: true,
  p_age_ms: true,
  p_watch_time_ms: true,
  p_content_ms: true,
  p_watched: true,
  p_rewatched: true,
  p_position_ms: true,
  p_duration_ms: true,
  p_counters: true,
  p_context: true,
  p_anonymous_id: true,
  p_viewer_token: true,
};

describe('createTransport', () => {
  it('uses every argument the database takes, and no other', async () => {
    const { endpoint, requests } = fakeDatabase();
    await createTransport(endpoint)([message({ opened: false, identity: { viewerToken: 'token' } })]);
    expect(Object.keys(requests[0]?.args ?? {}).toSorted()).toEqual(Object.keys(ARGUMENTS).toSorted());
  });

  it('sends exactly the frozen arguments: whole numbers, ranges as Postgres writes them, no duration as null', async () => {
    const { endpoint, requests } = fakeDatabase();
    const snapshot = snapshotOf('s', 3, {
      ageMs: 3000.6,
      watched: [
        [0, 1000],
        [2000, 3000],
      ],
      durationMs: null,
    });
    await createTransport(endpoint)([message({ snapshot })]);
    expect(requests[0]?.args).toEqual({
      p_session_id: 's',
      p_write_key: '0'.repeat(32),
      p_video_id: snapshot.videoId,
      p_seq: 3,
      p_age_ms: 3001,
      p_watch_time_ms: 3000,
      p_content_ms: 3000,
      p_watched: '{[0,1000),[2000,3000)}',
      p_rewatched: '{}',
      p_position_ms: 3000,
      p_duration_ms: null,
      p_counters: snapshot.counters,
      p_context: snapshot.context,
    });
    expect(requests[0]?.headers).toEqual({ apikey: 'sb_publishable_test', 'content-type': 'application/json' });
  });

  it('ignores slashes at the end of the URL', async () => {
    const { endpoint, requests } = fakeDatabase();
    await createTransport({ ...endpoint, supabaseUrl: 'https://db.test//' })([message()]);
    expect(requests[0]?.rpc).toBe('update_watch_session');
  });

  it("uses the page's fetch of the moment, not of the time it was made", async () => {
    const { endpoint, requests } = fakeDatabase();
    const { fetch, ...ownFetch } = endpoint;
    const send = createTransport(ownFetch);
    vi.stubGlobal('fetch', fetch);
    await send([message()]);
    vi.unstubAllGlobals();
    expect(requests).toHaveLength(1);
  });

  it('reads the outcome of every session of a batch from its own entry', async () => {
    const database = fakeDatabase();
    const entries = [
      { ok: true, session_id: 'a', seq: 3 },
      { ok: false, session_id: 'b', code: 'PT403', message: 'no' },
      { ok: false, session_id: 'c', code: '40P01', message: 'deadlock' },
    ];
    database.reply = () => Response.json(entries);
    const results = await createTransport(database.endpoint)(entries.map(() => message()));
    expect(results).toMatchObject([
      { ok: true, answer: { session_id: 'a' } },
      { ok: false, status: 403, retry: false, reason: 'PT403' },
      { ok: false, status: 500, retry: true, reason: '40P01' },
    ]);
  });

  it('never rejects, and leaves it to the database to refuse what makes no sense', async () => {
    const { endpoint, requests } = fakeDatabase();
    const snapshot = { ...snapshotOf('s', 3), watched: [null] } as never;
    expect(await createTransport(endpoint)([message({ snapshot })])).toMatchObject([{ ok: true }]);
    expect(requests[0]?.args['p_watched']).toBe('{[null)}');
    expect(await createTransport(endpoint)([{} as never])).toMatchObject([{ ok: false }]);
  });

  it('takes an answer that is too short for none', async () => {
    const database = fakeDatabase();
    database.reply = () => Response.json([{ ok: true, session_id: 'a', seq: 3 }]);
    const results = await createTransport(database.endpoint)([message(), message()]);
    expect(results).toMatchObject([{ ok: true }, { ok: false, retry: true }]);
  });

  it.each([
    ['30', 30_000, 30_000],
    [new Date(Date.now() + 60_000).toUTCString(), 55_000, 60_000],
    ['soon', 0, 0],
  ])('understands Retry-After: %s', async (value, least, most) => {
    const database = fakeDatabase();
    database.reply = () => new Response('{}', { status: 429, headers: { 'retry-after': value } });
    const [result] = await createTransport(database.endpoint)([message()]);
    const { retryAfterMs } = result as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });
});
