import { expect, it } from 'vitest';
import { describeItems, SOURCES } from './describe-items.ts';
import { expectTruth, near } from './expect-truth.ts';

describeItems('torture list 1 to 6: playing', (world) => {
  it.each(SOURCES)(
    '1. play, seek ahead, back, and on at 2x: what was watched once and twice ($name)',
    async (source) => {
      const { video, tab } = await world().visitNew(source);
      await tab.play(30);
      tab.media.seek(50);
      await tab.play(60);
      tab.media.seek(20);
      tab.media.setRate(2);
      await tab.play(40.5);
      await tab.close();
      const rows = await world().read(video);
      expectTruth(
        { tab, rows, source },
        {
          watch: 50.25,
          content: 60.5,
          watched: [
            [0, 40.5],
            [50, 60],
          ],
          rewatched: [[20, 30]],
          percent: 50,
          milestones: [10, 25, 50],
        },
      );
    },
  );

  it.each(SOURCES)('2. play to the end: everything once and in order, completed at 90 ($name)', async (source) => {
    const { video, tab } = await world().visitNew(source);
    const startedMs = world().nowMs;
    await tab.play(100);
    await tab.close();
    const rows = await world().read(video);
    const milestones = [10, 25, 50, 75, 90];
    expectTruth({ tab, rows, source }, { watch: 100, watched: [[0, 100]], percent: 100, milestones, completed: true });
    expect(tab.heard).toEqual(['started', '10', '25', '50', '75', '90', 'completed', 'end: removed']);
    near((Date.parse(rows.progress[0]?.completed_at ?? '') - startedMs) / 1000, 90, 1.5);
  });

  it.each(SOURCES)(
    '3. five seconds, then a seek to the last five: `ended` completes nothing ($name)',
    async (source) => {
      const { video, tab } = await world().visitNew(source);
      await tab.play(5);
      tab.media.seek(95);
      await tab.play(100);
      expect(tab.media.ended).toBe(true);
      await tab.close();
      const rows = await world().read(video);
      const watched = [
        [0, 5],
        [95, 100],
      ] as const;
      expectTruth({ tab, rows, source }, { watch: 10, watched, percent: 10, milestones: [10] });
    },
  );

  it.each(SOURCES)('4. to the end, and 20 s again: rewatched once, completed once ($name)', async (source) => {
    const { video, tab } = await world().visitNew(source);
    await tab.play(100);
    await tab.play();
    await world().pass(20_000);
    tab.media.pause();
    await tab.close();
    const rows = await world().read(video);
    expectTruth(
      { tab, rows, source },
      {
        watch: 120,
        watched: [[0, 100]],
        rewatched: [[0, 20]],
        percent: 100,
        milestones: [10, 25, 50, 75, 90],
        completed: true,
        more: ['rewatched'],
      },
    );
  });

  it.each(SOURCES)('5. three passes of a loop: one session, completed once ($name)', async (source) => {
    const { video, tab } = await world().visitNew({ ...source, durationSeconds: 60 });
    tab.media.loop = true;
    await tab.play();
    await world().pass(180_000);
    await tab.close();
    const rows = await world().read(video);
    expectTruth(
      { tab, rows, source },
      {
        watch: 180,
        watched: [[0, 60]],
        rewatched: [[0, 60]],
        percent: 100,
        milestones: [10, 25, 50, 75, 90],
        completed: true,
        more: ['rewatched'],
      },
    );
  });

  it.each(SOURCES)('6. three speeds: time is the clock`s, content the video`s ($name)', async (source) => {
    const { video, tab } = await world().visitNew({ ...source, durationSeconds: 200 });
    await tab.play(40);
    tab.media.setRate(1.5);
    await tab.play(100);
    tab.media.setRate(2);
    await tab.play(140);
    await tab.close();
    const rows = await world().read(video);
    const truth = { watch: 100, content: 140, watched: [[0, 140]], percent: 70, milestones: [10, 25, 50] } as const;
    expectTruth({ tab, rows, source }, truth);
  });
});
