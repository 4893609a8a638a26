import type { LocalBackend } from '@chronos-player/local';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerHls } from '../../../packages/media/testing/doubles/hls/hls.ts';
import { answerLoom } from '../../../packages/media/testing/doubles/loom/loom.ts';
import { answerMux } from '../../../packages/media/testing/doubles/mux/mux.ts';
import { answerVimeo } from '../../../packages/media/testing/doubles/vimeo/vimeo.ts';
import { answerWistia } from '../../../packages/media/testing/doubles/wistia/wistia.ts';
import { answerYouTube } from '../../../packages/media/testing/doubles/youtube/youtube.ts';
import type { Embeds } from '../pages/demo-backend.ts';
import { SEEDED } from './seeded.ts';

/** Whose place is taken: the tests' doubles answer, here without the tests' proxy. */
const VENDORS = {
  'https://www.youtube.com': answerYouTube,
  'https://www.youtube-nocookie.com': answerYouTube,
  'https://www.loom.com': answerLoom,
  'https://player.vimeo.com': answerVimeo,
  'https://fast.wistia.com': answerWistia,
  'https://stream.mux.com': answerMux,
  'https://image.mux.com': answerMux,
  'https://streams.test': answerHls,
};

/** What there is to play, by who plays it. */
type EmbedName = keyof Embeds['standIns'];

const PUBLIC_STREAM = 'https://test-streams.mux.dev/x36xhzz/x36xhzz.m3u8';

type Columns = Readonly<Record<string, string>>;

/** A row of `videos`: where it is played, and its columns. */
interface Row {
  readonly id: string;
  readonly name: EmbedName;
  readonly from: 'standIns' | 'internet';
  readonly columns: Columns;
}

const stream = (url: string): Columns => ({ source_type: 'upload', url });
const mux = (id: string): Columns => ({ source_type: 'mux', mux_playback_id: id });
const youtube = (id: string): Columns => ({ source_type: 'youtube', youtube_video_id: id });
const embed = (vendor: 'loom' | 'vimeo' | 'wistia', id: string): Columns => ({
  source_type: vendor,
  embed_type: vendor,
  embed_id: id,
});
const row = (from: Row['from'], place: string, [name, columns]: readonly [EmbedName, Columns]): Row => ({
  id: `c4000000-0000-4000-8000-0000000001${place}`,
  name,
  from,
  columns,
});

/** Rows of this demo beside those of the seed. A stand-in plays the clock of thirty seconds, whatever it is asked for. */
const ROWS: readonly Row[] = [
  row('standIns', '01', ['hls', stream('https://streams.test/ladder/master.m3u8')]),
  row('standIns', '02', ['mux', mux('clock0123456789012345678901234')]),
  row('standIns', '03', ['youtube', youtube('stand-in-yt')]),
  row('standIns', '04', ['loom', embed('loom', '5'.repeat(32))]),
  row('standIns', '05', ['vimeo', embed('vimeo', '100000001')]),
  row('standIns', '06', ['wistia', embed('wistia', 'standin001')]),
  // Of YouTube itself there is one in the seed.
  row('internet', '11', ['hls', stream(PUBLIC_STREAM)]),
  row('internet', '12', ['mux', mux('DS00Spx1CV902MCtPj5WknGlR102V5HFkDe')]),
  row('internet', '14', ['loom', embed('loom', '0281766fa2d04bb788eaf19e65135184')]),
  row('internet', '15', ['vimeo', embed('vimeo', '76979871')]),
  row('internet', '16', ['wistia', embed('wistia', 'e4a27b971d')]),
];
const STAND_IN_SECONDS = 30;
const TITLES: Readonly<Record<EmbedName, string>> = {
  hls: 'A stream',
  mux: 'A video of Mux',
  youtube: 'A video of YouTube',
  loom: 'A video of Loom',
  vimeo: 'A video of Vimeo',
  wistia: 'A video of Wistia',
};

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
  for (const { id, name, from, columns } of ROWS) {
    const length = from === 'standIns' ? { duration_ms: STAND_IN_SECONDS * 1000, duration_source: 'creator' } : {};
    const values = { ...columns, ...length, title: TITLES[name], status: 'ready', access: 'public' };
    const places = Object.keys(values).map((_, index) => `$${index + 3}`);
    // oxlint-disable-next-line no-await-in-loop -- a dozen rows
    await database.query(
      `insert into public.videos (id, creator_id, ${Object.keys(values).join(', ')})
       select $1, creator_id, ${places.join(', ')} from public.videos where id = $2
       on conflict (id) do nothing`,
      [id, SEEDED.lesson, ...Object.values(values)],
    );
  }
  const idsOf = (place: Row['from']): Embeds['standIns'] =>
    Object.fromEntries(
      ROWS.filter(({ from }) => from === place).map(({ name, id }) => [name, id]),
    ) as Embeds['standIns'];
  return { origins, standIns: idsOf('standIns'), internet: { ...idsOf('internet'), youtube: SEEDED.youtube } };
}
