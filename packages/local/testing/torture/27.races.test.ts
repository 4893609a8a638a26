import { expect, it } from 'vitest';
import { describeItems } from './describe-items.ts';
import { near } from './expect-truth.ts';
import { newestOf, type Message } from './messages.ts';
import type { SessionRow } from './read-rows.ts';
import type { Tab } from './tab.ts';

describeItems('torture list 27: races', (world) => {
  it('27. fifty messages of one session at once: the greatest wins, nothing twice', async () => {
    const { video, tab } = await world().visitNew();
    const messages = await playInBits(tab, 50);
    await tab.close();
    const [truth] = (await world().read(video)).sessions as [SessionRow];
    const other = await world().addVideo();
    const retold = messages.map((message): Message => ({ ...message, p_video_id: other }));
    await world().post('start_watch_session', { ...retold[0], p_seq: 0, ...NOTHING_YET });
    await world().pass(60_000);
    const answers = await Promise.all(shuffled(retold).map((message) => world().post('update_watch_session', message)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { sessions, events } = await world().read(other);
    expect(sessions).toHaveLength(1);
    const [row] = sessions as [SessionRow];
    near(row.watch_time_seconds, truth.watch_time_seconds, 0.001);
    expect(row).toMatchObject({ watched: truth.watched, messages_received: 51 });
    expect(row.seq).toBe(Math.max(...messages.map((message) => Number(message.p_seq))));
    expect(events.toSorted()).toEqual(['video_progress 10', 'video_progress 25', 'video_progress 50', 'video_started']);
  });

  it('27. batches of the same sessions in crossed order: no deadlock, the greatest wins', async () => {
    const { video, tab: one } = await world().visitNew();
    const two = await world().visit(video);
    const [ofOne, ofTwo] = await Promise.all([playInBits(one, 12), playInBits(two, 12)]);
    const batches = ofOne.flatMap((message, place) => {
      const pair = [message, ofTwo[place]!];
      return [pair, pair.toReversed()];
    });
    const answers = await Promise.all(
      shuffled(batches).map((p_snapshots) => world().post('update_watch_sessions', { p_snapshots })),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.flatMap(({ body }) => body as { ok: boolean }[]).filter(({ ok }) => !ok)).toEqual([]);
    const { sessions, events } = await world().read(video);
    const greatest = [newestOf(one), newestOf(two)].map(({ p_seq }) => p_seq);
    expect(new Set(sessions.map(({ seq }) => seq))).toEqual(new Set(greatest));
    expect(events.filter((name) => name === 'video_progress 10')).toHaveLength(2);
  });

  /** Plays a second and pauses, again and again: the messages of that, newest last. */
  async function playInBits(tab: Tab, bits: number): Promise<readonly Message[]> {
    for (let bit = 0; bit < bits; bit += 1) {
      void tab.media.play();
      await world().pass(1_100);
      tab.media.pause();
      await world().pass(100);
    }
    await world().pass(2_000);
    return tab.requests.flatMap(({ messages }) => messages).slice(-bits);
  }
});

const NOTHING_YET = {
  p_age_ms: 0,
  p_watch_time_ms: 0,
  p_content_ms: 0,
  p_watched: '{}',
  p_rewatched: '{}',
  p_counters: {},
};

/** In an order that is nobody's. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item, place) => ({ item, at: (place * 37) % 101 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
