import type { SupabaseClient } from '@supabase/supabase-js';
import type { DatabaseState } from './panel-state.ts';
import { readDay, readEvents, readProgress, readSession } from './read-database.ts';

/** What to read, as whom. */
export interface DatabaseWatchOptions {
  readonly viewer: SupabaseClient;
  readonly creator: SupabaseClient;
  readonly videoId: string;
  readonly sessionId: () => string | null;
  /** Called with what was read, or with null when the database could not be reached. */
  readonly onRead: (rows: Partial<DatabaseState> | null) => void;
}

const POLL_MS = 1_500;
/** The rollup changes about once a minute. */
const DAY_POLL_MS = 5_000;

/**
 * Reads the rows whenever the player was answered, and otherwise asks every 1.5 s for the one row that changes with
 * everything else: the viewer's progress. Silent while the page is hidden.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  #seen = '';
  #isReading = false;
  #isWanted = false;
  #dayAtMs = -Infinity;

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
  }

  /** Reads until the signal is aborted. */
  start(signal: AbortSignal): void {
    const poll = (): void => {
      if (document.visibilityState === 'visible') void this.#read();
    };
    const timer = setInterval(poll, POLL_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    document.addEventListener('visibilitychange', poll, { signal });
    poll();
  }

  /** Something changed: reads everything now, or once more after the reading under way. */
  refresh(): void {
    this.#seen = '';
    this.#isWanted = this.#isReading;
    void this.#read();
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      this.#options.onRead({ ...(await this.#readViewer()), ...(await this.#readDay()) });
    } catch {
      this.#options.onRead(null);
    }
    this.#isReading = false;
    if (!this.#isWanted) return;
    this.#isWanted = false;
    await this.#read();
  }

  async #readViewer(): Promise<Partial<DatabaseState>> {
    const { viewer, videoId, sessionId } = this.#options;
    const progress = await readProgress(viewer, videoId);
    const id = sessionId();
    const version = `${progress?.updated_at} ${id}`;
    if (version === this.#seen) return {};
    const [session, events] = await Promise.all([id ? readSession(viewer, id) : null, readEvents(viewer, videoId)]);
    this.#seen = version;
    return { progress, session, events };
  }

  async #readDay(): Promise<Partial<DatabaseState>> {
    const now = performance.now();
    if (now - this.#dayAtMs < DAY_POLL_MS) return {};
    const { creator, videoId } = this.#options;
    const day = await readDay(creator, videoId);
    this.#dayAtMs = now;
    return { day };
  }
}
