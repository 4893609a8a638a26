import type { LocalBackend } from '@chronos-player/local';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerLoom } from '../../../packages/media/testing/doubles/loom/loom.ts';
import { answerYouTube } from '../../../packages/media/testing/doubles/youtube/youtube.ts';
import type { Embeds } from '../pages/demo-backend.ts';
import { SEEDED } from './seeded.ts';

/** Whose place is taken: the tests' doubles answer, here without the tests' proxy. */
const VENDORS = {
  'https://www.youtube.com': answerYouTube,
  'https://www.youtube-nocookie.com': answerYouTube,
  'https://www.loom.com': answerLoom,
};

/** Rows of this demo beside those of the seed. A stand-in plays the clock of thirty seconds, whatever it is asked for. */
const ROWS = [
  { id: 'c4000000-0000-4000-8000-0000000000d1', title: 'YouTube, stood in for', youtube: 'stand-in-yt', ms: 30_000 },
  { id: 'c4000000-0000-4000-8000-0000000000d2', title: 'Loom, stood in for', loom: '5'.repeat(32), ms: 30_000 },
  { id: 'c4000000-0000-4000-8000-0000000000d3', title: "Loom's own example", loom: '0281766fa2d04bb788eaf19e65135184' },
] as const;

/** Stand-ins for the vendors' servers, each on a port of its own. */
export interface StandIns {
  /** A vendor's origin -> the one that stands in for it. */
  readonly origins: Readonly<Record<string, string>>;
  close(): void;
}

/** Starts them on free ports. */
export async function openStandIns(): Promise<StandIns> {
  const servers: Server[] = [];
  const opened = Object.entries(VENDORS).map(async ([origin, answer]) => {
    const server = createServer((request, response) => {
      const answered = answer(new URL(request.url ?? '/', origin), request, response);
      Promise.resolve(answered).catch(() => response.destroy());
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return [origin, `http://localhost:${(server.address() as AddressInfo).port}`] as const;
  });
  const origins = Object.fromEntries(await Promise.all(opened));
  return {
    origins,
    close() {
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

/** Adds this demo's own rows, once, and says which videos there are to choose from. */
export async function addEmbeds({ database }: LocalBackend, { origins }: StandIns): Promise<Embeds> {
  for (const { id, title, ...row } of ROWS) {
    const source = 'youtube' in row ? 'youtube' : 'loom';
    // oxlint-disable-next-line no-await-in-loop -- three rows
    await database.query(
      `insert into public.videos (id, creator_id, title, source_type, youtube_video_id, embed_type, embed_id,
         duration_ms, duration_source, status, access)
       select $1, creator_id, $2, $3, $4, $3, $5, $6, $7, 'ready', 'public' from public.videos where id = $8
       on conflict (id) do nothing`,
      [
        id,
        title,
        source,
        'youtube' in row ? row.youtube : null,
        'loom' in row ? row.loom : null,
        'ms' in row ? row.ms : null,
        'ms' in row ? 'creator' : null,
        SEEDED.lesson,
      ],
    );
  }
  return {
    origins,
    standIns: { youtube: ROWS[0].id, loom: ROWS[1].id },
    internet: { youtube: SEEDED.youtube, loom: ROWS[2].id },
  };
}
