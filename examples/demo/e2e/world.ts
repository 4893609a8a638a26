import { randomUUID } from 'node:crypto';
import { startLocalBackend, type LocalBackend } from '@chronos-player/local';
import {
  test as base,
  type Page,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test';
import { openPageServer, type PageServer } from './page-server.ts';
import { PlayedVideo } from './played-video.ts';

/** A row of `video_watch_sessions`, as the tests look at it. */
export interface SessionRow {
  readonly id: string;
  readonly watch: number;
  readonly covered: number;
  readonly percent: number;
  readonly closed: boolean;
  readonly close_reason: string | null;
  readonly evidence: string;
  readonly flags: string[];
}

/** Everything one test needs: a database, a site, and a video nobody has watched yet. */
export class World {
  readonly backend: LocalBackend;
  readonly site: PageServer;
  readonly videoId: string = randomUUID();

  constructor(backend: LocalBackend, site: PageServer) {
    this.backend = backend;
    this.site = site;
  }

  /** Adds the clock clip as a video of its own. */
  async addVideo(): Promise<void> {
    await this.sql(
      `with creator_user as (insert into auth.users (id) values (gen_random_uuid()) returning id),
       creator as (insert into public.creators (user_id, name) select id, 'Ada' from creator_user returning id)
       insert into public.videos (id, creator_id, title, source_type, url, duration_ms, duration_source, status, access)
       select $1, id, 'Clock', 'upload', $2, 30000, 'pipeline', 'ready', 'public' from creator`,
      [this.videoId, `${this.site.url}/clips/clock.mp4`],
    );
  }

  /** Makes it a vendor's video: 30 s long, where the length is known. */
  async moveTo(columns: Record<string, unknown>): Promise<void> {
    const none = { url: null, youtube_video_id: null, mux_playback_id: null, embed_type: null, embed_id: null };
    const source: Record<string, unknown> = { ...none, ...columns };
    const names = Object.keys(source);
    const set = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
    await this.sql(`update public.videos set ${set} where id = $1`, [this.videoId, ...Object.values(source)]);
  }

  async sql<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.backend.database.query<Row>(text, values);
    return rows;
  }

  /** Opens the page; attributes override those of a tracked player, empty ones are left out. */
  async goto(page: Page, attributes: Record<string, string> = {}): Promise<void> {
    const all = {
      'video-id': this.videoId,
      'supabase-url': this.backend.url,
      'supabase-key': this.backend.publishableKey,
      ...attributes,
    };
    const written = Object.entries(all).filter(([, value]) => value !== '');
    await page.goto(`${this.site.url}/player?${new URLSearchParams(written).toString()}`);
  }

  /** Opens the page and waits until its video can play. */
  async open(page: Page, attributes: Record<string, string> = {}): Promise<PlayedVideo> {
    await this.goto(page, attributes);
    return PlayedVideo.on(page);
  }

  sessions(): Promise<SessionRow[]> {
    return this.sql<SessionRow>(
      `select id, watch_time_seconds::float8 as watch, covered_seconds::float8 as covered, percent_complete as percent,
         session_end is not null as closed, close_reason, evidence, integrity_flags as flags
       from public.video_watch_sessions where video_id = $1 order by session_start`,
      [this.videoId],
    );
  }

  /** `video_started`, `video_progress 10`, ... in the order recorded. */
  async events(): Promise<string[]> {
    const rows = await this.sql<{ name: string }>(
      `select concat_ws(' ', event_type, case when event_type = 'video_progress' then metadata ->> 'percent_complete' end) as name
       from public.video_analytics_events where video_id = $1 order by "timestamp", (metadata ->> 'percent_complete')::int nulls first`,
      [this.videoId],
    );
    return rows.map(({ name }) => name);
  }
}

/** A backend and a site per worker, a video per test. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & { world: World },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & { backend: LocalBackend; site: PageServer }
> = base.extend<{ world: World }, { backend: LocalBackend; site: PageServer }>({
  backend: [
    async ({}, use) => {
      const backend = await startLocalBackend({ port: 0, jobsEveryMs: 0 });
      await use(backend);
      await backend.close();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({}, use) => {
      const site = await openPageServer();
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  world: async ({ backend, site }, use) => {
    const world = new World(backend, site);
    await world.addVideo();
    await use(world);
  },
});

export { expect } from '@playwright/test';
