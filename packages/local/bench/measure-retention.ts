import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { take } from './world.ts';
import type { Taken, World } from './world.ts';

const TURNS = 5;

/** The curve of one video that all sessions of the world watch, second by second. */
export async function measureRetention({ database }: World): Promise<Figure[]> {
  const what = 'retention curve, per second, over 100,000 sessions';
  const { rows } = await database.query<{ call: string | null; id: string; creator: string }>(
    `select to_regproc('private.get_video_retention')::text as call, videos.id, creators.user_id as creator
     from public.videos inner join public.creators on creators.id = videos.creator_id
     where exists (select from public.video_watch_sessions as s where s.video_id = videos.id) limit 1`,
  );
  const [world] = rows;
  if (world === undefined || world.call === null) {
    return [{ what, wanted: '<= 1 s', reached: 'not there yet', isReached: false }];
  }
  const taken: Taken[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const turnTaken = await take(database, async (tx) => {
      // As the creator, whose figures they are.
      await tx.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ sub: world.creator, role: 'authenticated' }),
      ]);
      await tx.exec('set local role authenticated');
      await tx.query('select * from public.get_video_retention(p_video_id => $1)', [world.id]);
    });
    taken.push(turnTaken);
  }
  return [
    figure(`${what}, CPU`, median(taken.map(({ cpuMs }) => cpuMs)) / 1000, { atMost: 1, unit: ' s' }),
    figure(`${what}, by the clock`, median(taken.map(({ wallMs }) => wallMs)) / 1000, { unit: ' s' }),
  ];
}
