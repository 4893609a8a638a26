import fc from 'fast-check';
import { expect, it } from 'vitest';
import { id } from '../watch-messages.ts';
import { readStateAfter } from '../watch-state.ts';
import { describeItems } from './describe-items.ts';
import { near } from './expect-truth.ts';
import { forge, newestOf, rangesOf, toRows } from './messages.ts';
import type { SentRequest } from './network.ts';
import type { SessionRow } from './read-rows.ts';

/** Of each of the two: 2,400 more, of generated messages, are in watch-session-order.test.ts. */
const PERMUTATIONS = 30;
const HOUR_MS = 3_600_000;

describeItems('torture list 18 to 20: order, lateness, inflation', (world) => {
  it.each(['honest', 'forged'])(
    '18. every message of two sessions of one viewer twice, in any order: one state ($0)',
    async (kind) => {
      const profile = world().newProfile();
      const sent: SentRequest[] = [];
      const { video, tab } = await world().visitNew({ profile });
      await tab.play(27);
      tab.media.pause();
      await tab.close();
      const again = await world().visit(video, { profile });
      again.media.seek(25);
      await again.play(60);
      again.media.seek(0);
      await again.close();
      sent.push(...tab.requests, ...again.requests);
      const messages = [...toRows(sent)];
      if (kind === 'forged') {
        const claims = { p_watch_time_ms: HOUR_MS, p_content_ms: HOUR_MS, p_watched: rangesOf([0, 100]) };
        const forged = [sent[2]!, sent[5]!, sent.at(-2)!].map((request) => ({
          ...request,
          rpc: 'update_watch_session',
          messages: request.messages.map((message) => ({ ...message, ...claims, p_position_ms: 1 })),
        }));
        messages.push(...toRows(forged));
      }
      const { database } = world();
      const stateAfter = (shuffled: readonly object[]): Promise<unknown> =>
        readStateAfter(database, { video: shadow, anonymous: id('b', 1), messages: shuffled });
      const shadow = await world().addVideo();
      const state = await stateAfter(messages);
      const twice = [...messages, ...messages];
      const orders = fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length });
      await fc.assert(
        fc.asyncProperty(orders, async (order) => {
          expect(await stateAfter(order)).toEqual(state);
        }),
        { numRuns: PERMUTATIONS },
      );
      // Two sessions, one progress, two starts; and the milestones, which forgery brings to the completion time allows.
      expect(state).toHaveLength(kind === 'forged' ? 11 : 8);
    },
  );

  it('19. after the close a late lower message, then a late higher one: totals grow, the end stays', async () => {
    const { video, tab } = await world().visitNew();
    await tab.play(15);
    // Lost on the way, so that its successor says it all.
    tab.link.isDown = true;
    await tab.play(20.5);
    const lost = newestOf(tab);
    tab.link.isDown = false;
    await tab.play(30);
    await tab.close();
    const last = newestOf(tab);
    const read = async (): Promise<SessionRow> => (await world().read(video)).sessions[0] as SessionRow;
    const closed = await read();
    expect(closed).toMatchObject({ close_reason: 'removed' });
    near(closed.watch_time_seconds, 30);
    expect(lost.p_seq).toBeLessThan(Number(last.p_seq));

    await world().post('update_watch_session', lost);
    const after = await read();
    expect(after).toEqual({ ...closed, ...contactOf(after) });

    const { close_reason: _, ...context } = last.p_context as Record<string, unknown>;
    const higher = forge(last, {
      p_age_ms: 35_000,
      p_watch_time_ms: 35_000,
      p_content_ms: 35_000,
      p_watched: rangesOf([0, 35]),
      p_context: context,
    });
    await world().pass(5_000);
    await world().post('update_watch_session', higher);
    const grown = await read();
    near(grown.watch_time_seconds, 35, 0.001);
    expect(grown).toMatchObject({ session_end: closed.session_end, close_reason: 'removed', watched: [[0, 35]] });
  });

  it('19. a close and nothing before it: the whole row, late, completing nothing', async () => {
    const profile = world().newProfile();
    const { video, tab } = await world().visitNew({ profile });
    tab.link.isDown = true;
    await tab.play(100);
    await tab.close();
    tab.kill();
    expect((await world().read(video)).sessions).toEqual([]);
    const next = await world().visit(await world().addVideo(), { profile });
    await world().pass(5_000);
    expect(await summaryOf(video)).toEqual(WHOLE);

    // The same by the function that closes.
    const other = await world().addVideo();
    const replayed = next.requests.flatMap(({ messages }) => messages).find(({ p_video_id }) => p_video_id === video);
    const { status } = await world().post('end_watch_session', { ...replayed, p_video_id: other });
    expect(status).toBe(200);
    expect(await summaryOf(other)).toEqual({ ...WHOLE, viewers: 0 });
  });

  it('20. ten seconds in, an hour and all of a video are claimed: what time allows, and flagged', async () => {
    const { video, tab } = await world().visitNew({ durationSeconds: 600 });
    await tab.play(10);
    const { status } = await world().post('update_watch_session', forge(newestOf(tab), INFLATED));
    expect(status).toBe(200);
    const { sessions, events } = await world().read(video);
    const [row] = sessions as [SessionRow];
    expect(row.watch_time_seconds).toBeLessThanOrEqual(25.5);
    expect(row.counted_ms).toBeLessThanOrEqual(101_500);
    expect(row).toMatchObject({ completed: false, milestones: [10] });
    expect(row.integrity_flags).toEqual(expect.arrayContaining(['watch_bounded', 'coverage_bounded']));
    expect(events).toEqual(['video_started', 'video_progress 10']);
  });

  it('20. twenty such sessions at once: the viewer is bounded, too', async () => {
    const profile = world().newProfile();
    const video = await world().addVideo({ durationSeconds: 600 });
    const tabs = await Promise.all(
      Array.from({ length: 20 }, () => world().visit(video, { profile, durationSeconds: 600 })),
    );
    const startedMs = world().nowMs;
    for (const tab of tabs) void tab.play();
    await world().pass(10_000);
    for (const tab of tabs) await world().post('update_watch_session', forge(newestOf(tab), INFLATED));
    const { sessions, progress, events } = await world().read(video);
    const elapsed = (world().nowMs - startedMs) / 1000;
    expect(sessions).toHaveLength(20);
    expect(progress).toHaveLength(1);
    expect(progress[0]?.covered_seconds).toBeLessThanOrEqual(4 * (elapsed + 15) + 1);
    expect(progress[0]).toMatchObject({ milestones: [10], completed_at: null, sessions: 20 });
    expect(events.filter((name) => name !== 'video_started')).toEqual(['video_progress 10']);
  });

  /** What matters of a video that was watched once, whole, and heard of only afterwards. */
  async function summaryOf(video: string): Promise<object> {
    const { sessions, progress, events } = await world().read(video);
    const rows = sessions.map((row) => ({
      watch: Math.round(row.watch_time_seconds),
      percent: row.percent_complete,
      watched: row.watched.map((stretch) => stretch.map(Math.round)),
      flags: row.integrity_flags,
      reason: row.close_reason,
      completed: row.completed,
    }));
    return { rows, viewers: progress.length, completed: progress.filter((row) => row.completed_at).length, events };
  }
});

const INFLATED = {
  p_watch_time_ms: HOUR_MS,
  p_content_ms: HOUR_MS,
  p_watched: rangesOf([0, 600]),
  p_position_ms: 600_000,
};

const WHOLE = {
  rows: [{ watch: 100, percent: 100, watched: [[0, 100]], flags: ['late'], reason: 'removed', completed: false }],
  viewers: 1,
  completed: 0,
  // A sixth of the video is what a single message may count.
  events: ['video_started', 'video_progress 10', 'video_progress 25', 'video_progress 50'],
};

/** What tells when and how often messages came. */
function contactOf(row: SessionRow & { updated_at?: string }): object {
  const { last_seen_at, updated_at, messages_received } = row;
  return { last_seen_at, updated_at, messages_received };
}
