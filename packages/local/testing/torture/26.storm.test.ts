import { expect, it } from 'vitest';
import { describeItems } from './describe-items.ts';
import type { Tab } from './tab.ts';

const CLIENTS = 1_000;
const VIDEO_SECONDS = 600;
/** A minute of one processor on PGlite, which is several of a busy machine. */
const PATIENCE_MS = 600_000;
/** Timers fire at their own moment all the same; only answers are as late as that. */
const STEP_MS = 200;

describeItems('torture list 26: a storm', (world) => {
  it(
    '26. a minute of 503 for a thousand who began at once: few tries, spread out, and nothing lost',
    async () => {
      const video = await world().addVideo({ durationSeconds: VIDEO_SECONDS });
      const tabs: Tab[] = [];
      for (let client = 0; client < CLIENTS; client += 1) {
        tabs.push(await world().visit(video, { durationSeconds: VIDEO_SECONDS }));
      }
      for (const tab of tabs) void tab.play();
      await world().pass(5_000, STEP_MS);
      const before = new Map(tabs.map((tab) => [tab, tab.requests.length]));
      for (const tab of tabs) tab.link.reply = () => new Response(null, { status: 503 });
      await world().pass(25_000, STEP_MS);
      for (const tab of tabs) tab.media.pause();
      await world().pass(35_000, STEP_MS);
      for (const tab of tabs) tab.link.reply = null;
      const overMs = world().nowMs;
      await world().pass(65_000, STEP_MS);

      const tries = tabs.map((tab) => tab.requests.slice(before.get(tab)));
      const triesEach = tries.map((requests) => requests.filter(({ atMs }) => atMs < overMs).length);
      expect(Math.max(...triesEach)).toBeLessThanOrEqual(8);
      const perSecond = new Map<number, number>();
      const retries = tries.flatMap((requests) => requests.slice(1));
      for (const { atMs } of retries) {
        const second = Math.floor(atMs / 1_000);
        perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      }
      const most = Math.max(...perSecond.values());
      console.log(`26: at most ${Math.max(...triesEach)} tries; of ${retries.length} retries ${most} in one second`);
      expect(retries.length).toBeGreaterThan(CLIENTS);
      expect(most / retries.length).toBeLessThanOrEqual(0.1);
      expect(await countWatched(video, 30)).toEqual([{ sessions: CLIENTS, viewers: CLIENTS }]);
      expect(tabs.flatMap(({ errors }) => errors)).toEqual([]);
      for (const tab of tabs) tab.kill();
    },
    PATIENCE_MS,
  );

  /** Sessions, and viewers, that watched so many seconds and were believed. */
  async function countWatched(video: string, seconds: number): Promise<unknown> {
    const { rows } = await world().database.query(
      `select count(*)::integer as sessions, count(distinct viewer_id)::integer as viewers
         from public.video_watch_sessions
         where video_id = $1 and abs(watch_time_seconds - $2) <= 0.5 and abs(covered_seconds - $2) <= 0.5
           and integrity_flags = '{}'`,
      [video, seconds],
    );
    return rows;
  }
});
