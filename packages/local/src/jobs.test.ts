import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startTestBackend } from '../testing/test-backend.ts';
import type { TestBackend } from '../testing/test-backend.ts';
import { startJobs } from './jobs.ts';
import type { Every, JobResult } from './jobs.ts';

/** Two of the jobs; one fails. The table notes who ran what. */
const SCHEMA = `
  create table runs (job text, role text, settle integer);
  grant insert on runs to service_role;
  create function close_stale_watch_sessions() returns integer language plpgsql as $$ begin raise 'a poison row'; end $$;
  create function roll_up_video_analytics(p_settle_seconds integer default 60) returns void language sql as
    $$ insert into runs values ('roll_up_video_analytics', current_user, p_settle_seconds) $$;
  create function settle_video_durations(p_required integer) returns void language sql as
    $$ insert into runs values ('settle_video_durations', current_user) $$;
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend(SCHEMA);
}, 60_000);
afterAll(() => backend.close());
beforeEach(() => backend.database.exec('truncate runs'));

/** A clock that ticks by hand. */
function handClock(): { every: Every; tick: () => void; isRunning: () => boolean } {
  let work: (() => void) | undefined;
  return {
    every: (_milliseconds, tick) => {
      work = tick;
      return () => (work = undefined);
    },
    tick: () => work?.(),
    isRunning: () => work !== undefined,
  };
}

const runs = async (): Promise<unknown[]> => (await backend.database.query('select * from runs')).rows;

describe('startJobs', { timeout: 30_000 }, () => {
  it('runs the jobs that exist and need no argument, as service_role, past one that fails', async () => {
    const jobs = startJobs(backend.database, { everyMs: 0, onError: () => undefined });
    expect(await jobs.run()).toEqual([
      { name: 'close_stale_watch_sessions', error: 'a poison row' },
      { name: 'roll_up_video_analytics', error: undefined },
    ]);
    expect(await runs()).toEqual([{ job: 'roll_up_video_analytics', role: 'service_role', settle: 60 }]);
  });

  it('lets the rollup take what has just happened, where nothing else can be under way', async () => {
    await startJobs(backend.database, { everyMs: 0, settleSeconds: 0, onError: () => undefined }).run();
    expect(await runs()).toEqual([{ job: 'roll_up_video_analytics', role: 'service_role', settle: 0 }]);
  });

  it('runs them once for callers at the same moment', async () => {
    const jobs = startJobs(backend.database, { everyMs: 0, onError: () => undefined });
    const [one, other] = await Promise.all([jobs.run(), jobs.run()]);
    expect(one).toBe(other);
    expect(await runs()).toHaveLength(1);
  });

  it('runs by the clock, tells what failed, and stops after the run under way', async () => {
    const clock = handClock();
    const failed: JobResult[] = [];
    const jobs = startJobs(backend.database, {
      everyMs: 5,
      every: clock.every,
      onError: (result) => failed.push(result),
    });
    clock.tick();
    await jobs.stop();
    expect(clock.isRunning()).toBe(false);
    expect(await runs()).toHaveLength(1);
    expect(failed).toEqual([{ name: 'close_stale_watch_sessions', error: 'a poison row' }]);
  });

  it('outlives a database that cannot be asked', async () => {
    const other = await startTestBackend();
    const clock = handClock();
    const failed: JobResult[] = [];
    const jobs = startJobs(other.database, {
      everyMs: 5,
      every: clock.every,
      onError: (result) => failed.push(result),
    });
    await other.close();
    clock.tick();
    await jobs.stop();
    expect(failed).toEqual([{ name: 'jobs', error: expect.any(String) }]);
  });
});
