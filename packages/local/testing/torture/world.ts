import { createFakeClock, type FakeClock } from '@chronos-player/media/testing';
import type { TrackOptions } from '@chronos-player/tracker';
import { signToken, type Claims } from '../../src/auth/tokens.ts';
import { createLocalBackend } from '../../src/backend.ts';
import { createKeys, type Keys } from '../../src/keys.ts';
import { settle } from '../../../tracker/testing/fake-page.ts';
import { openTestDatabase, type TestDatabase, type TestEngine } from '../test-database.ts';
import { installStateAfter } from '../watch-state.ts';
import { createNetwork, type Network } from './network.ts';
import { readRows, type Rows } from './read-rows.ts';
import { installServerClock } from './server-clock.ts';
import { createProfile, Tab, type Profile } from './tab.ts';

/** What a video is like. */
export interface VideoOptions {
  /** null: not stored. Default 100. */
  readonly durationSeconds?: number | null;
  /** Hosted where positions have to be asked for. */
  readonly isPolled?: boolean;
  readonly timeZone?: string;
  readonly access?: 'public' | 'enrolled';
}

/** A visit to a video. */
export interface VisitOptions extends Partial<Omit<TrackOptions, 'videoId'>> {
  /** Default: a browser that nobody has used yet. */
  readonly profile?: Profile;
  /** What the media says its length is, seconds. Default 100. */
  readonly durationSeconds?: number;
  readonly isPolled?: boolean;
}

/** A visit to a new video. */
export interface NewVisitOptions extends VisitOptions {
  /** What the database says its length is; null: nothing. Default: what the media says. */
  readonly storedSeconds?: number | null;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The address of whoever is no tab. */
const STRANGER = '198.19.0.1';
const BACKEND_URL = 'http://chronos.test';
/** Promises settle between steps; timers fire at their own moment within one. */
const STEP_MS = 50;

/**
 * Everything from the viewer's hand to the rows: any number of tabs that track scripted media by the public API, a network,
 * the backend's own request handler and a database with all its migrations. All of it on time that passes only in `pass`.
 */
export class World {
  readonly keys: Keys;
  readonly database: TestDatabase;
  /** The server's clock, which is right. */
  readonly #clock: FakeClock;
  readonly #network: Network;
  readonly #failures: unknown[];
  readonly #tabs = new Set<Tab>();
  #current: Tab | undefined;
  #videos = 0;
  #profiles = 0;

  private constructor(parts: { keys: Keys; database: TestDatabase }) {
    const { keys, database } = parts;
    this.keys = keys;
    this.database = database;
    this.#clock = createFakeClock();
    this.#failures = [];
    const onError = (error: unknown): void => void this.#failures.push(error);
    const backend = createLocalBackend({ database, keys, now: this.#clock.wall, onError });
    this.#network = createNetwork({ clock: this.#clock, backend });
    // The tracker asks the page it runs in: here the one whose turn it was last.
    const visibilityState = (): string => (this.#current?.isHidden ? 'hidden' : 'visible');
    globalThis.document = {
      referrer: '',
      get visibilityState() {
        return visibilityState();
      },
    } as Document;
  }

  static async open(engine: TestEngine): Promise<World> {
    const database = await openTestDatabase({ engine });
    await installServerClock(database);
    await installStateAfter(database);
    return new World({ keys: await createKeys(), database });
  }

  /** Ms since 1970. */
  get nowMs(): number {
    return this.#clock.wall();
  }

  /** Every error that the backend called a mistake of its own: none, if all is well. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  async close(): Promise<void> {
    Reflect.deleteProperty(globalThis, 'document');
    await this.database.close();
  }

  /** A ready video of a creator of its own. */
  async addVideo({
    durationSeconds = 100,
    isPolled,
    timeZone = 'UTC',
    access = 'public',
  }: VideoOptions = {}): Promise<string> {
    const number = (this.#videos += 1);
    const [user, creator, video] = ['e', 'c', 'f'].map((kind) => idOf(kind, number)) as [string, string, string];
    await this.database.query('insert into auth.users (id) values ($1)', [user]);
    await this.database.query(
      `insert into public.creators (id, user_id, name, time_zone) values ($1, $2, 'Creator', $3)`,
      [creator, user, timeZone],
    );
    await this.database.query(
      `insert into public.videos (id, creator_id, title, source_type, url, youtube_video_id, status, access, duration_ms, duration_source)
       values ($1, $2, 'Video', $3, $4, $5, 'ready', $6, $7::integer, case when $7::integer is not null then 'pipeline' end)`,
      [
        video,
        creator,
        isPolled ? 'youtube' : 'upload',
        isPolled ? null : '/x.mp4',
        isPolled ? 'aqz-KE-bpKQ' : null,
        access,
        durationSeconds === null ? null : durationSeconds * 1000,
      ],
    );
    return video;
  }

  /** A browser that nobody has used yet. */
  newProfile(): Profile {
    return createProfile((this.#profiles += 1));
  }

  /** A user who is signed in, and his tokens. */
  async signIn(number: number): Promise<{ readonly identity: () => Promise<{ accessToken: string }> }> {
    const sub = idOf('d', number);
    await this.database.query('insert into auth.users (id) values ($1) on conflict do nothing', [sub]);
    const claims = (): Claims => ({ sub, role: 'authenticated', exp: Math.floor(this.nowMs / 1000) + 3600 });
    return { identity: async () => ({ accessToken: await signToken(claims(), this.keys.jwtSecret) }) };
  }

  /** A page with the video, its media ready and tracked. */
  async visit(videoId: string, options: VisitOptions = {}): Promise<Tab> {
    const { profile = this.newProfile(), durationSeconds = 100, isPolled = false, ...tracking } = options;
    const tab = new Tab({
      profile,
      durationSeconds,
      isPolled,
      wallMs: this.nowMs,
      connect: this.#network.connect,
      tracking: {
        videoId,
        supabaseUrl: BACKEND_URL,
        supabaseKey: this.keys.publishableKey,
        evidence: isPolled ? 'polled' : 'measured',
        ...tracking,
      },
      pass: (ms) => this.pass(ms),
    });
    this.#tabs.add(tab);
    this.#current = tab;
    await settle();
    return tab;
  }

  /** A new video, and a page with it. */
  async visitNew(options: NewVisitOptions = {}): Promise<{ readonly video: string; readonly tab: Tab }> {
    const { durationSeconds = 100, isPolled = false, storedSeconds = durationSeconds, ...visit } = options;
    const video = await this.addVideo({ durationSeconds: storedSeconds, isPolled });
    return { video, tab: await this.visit(video, { ...visit, durationSeconds, isPolled }) };
  }

  /** Lets time pass, for every tab that lives and for the server. */
  async pass(ms: number, stepMs: number = STEP_MS): Promise<void> {
    await this.#settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      const step = Math.min(stepMs, ms - passed);
      // The server's first, so that nothing arrives before it was sent.
      this.#clock.advance(step);
      for (const tab of this.#tabs) {
        if (tab.link.isDead) this.#tabs.delete(tab);
        else this.#passIn(tab, step);
      }
      await this.#settle();
    }
  }

  /** The tab's machine sleeps; all others live on. `monotonic`: its monotonic clock goes on, as on Windows. */
  async sleep(tab: Tab, ms: number, options: { readonly monotonic: boolean }): Promise<void> {
    this.#tabs.delete(tab);
    await this.pass(ms, 1_000);
    tab.clock.sleep(ms, options);
    this.#tabs.add(tab);
  }

  /** Calls a function past every tracker, as anybody can. */
  async post(rpc: string, args: object, { identity }: Pick<TrackOptions, 'identity'> = {}): Promise<Reply> {
    const { accessToken } = (await identity?.()) ?? {};
    const headers = {
      apikey: this.keys.publishableKey,
      'content-type': 'application/json',
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    };
    const request = new Request(`${BACKEND_URL}/rest/v1/rpc/${rpc}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(args),
    });
    const response = await this.#network.arrive(request, STRANGER);
    return { status: response.status, body: await response.json() };
  }

  read(videoId: string): Promise<Rows> {
    return readRows(this.database, videoId);
  }

  #passIn(tab: Tab, ms: number): void {
    this.#current = tab;
    // A page that is kept does not run, and its clock goes on.
    if (tab.isFrozen) tab.clock.sleep(ms, { monotonic: true });
    else tab.clock.advance(ms);
  }

  async #settle(): Promise<void> {
    await settle();
    await this.#network.idle();
    await settle();
  }
}

/** A uuid that says what it is. */
function idOf(kind: string, number: number): string {
  return `00000000-0000-4000-8000-${kind}${String(number).padStart(11, '0')}`;
}
