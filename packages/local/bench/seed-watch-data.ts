import { readFile } from 'node:fs/promises';

import type { Database, Queryable } from '../src/database.ts';

/** Which visits to make up. */
export interface WatchSeed {
  /** Names the world: the same name gives the same rows, on any machine. */
  seed: string;
  /** How many watch sessions: a multiple of 8. */
  sessions: number;
  /** How many videos they watch. Default: half the square root of the sessions, 12 at least. */
  videos?: number;
  /** Visits lie before this moment; default 2026-10-31. */
  until?: string;
  /** Over so many days; default 180. */
  days?: number;
}

/** Visits written by one statement: enough to be quick, few enough to stay in memory. */
const CHUNK = 80_000;

/**
 * Fills a database with viewers that have habits (drop-off, skips, replays, speeds, two devices) as if they had watched:
 * creators, courses, videos, students, sessions, progress and events that agree with each other. The days' figures are the
 * rollup's to compute. Writes the tables as their owner, so it is for benches, tests and demos alone.
 */
export async function seedWatchData(database: Database, options: WatchSeed): Promise<void> {
  await database.transaction((tx) => planWatchData(tx, options));
  for (let from = 0; from < options.sessions; from += CHUNK) {
    const to = Math.min(from + CHUNK, options.sessions) - 1;
    await database.query('select watch_seed.fill($1, $2)', [from, to]);
  }
}

/** The first half of `seedWatchData`: everything but the visits, which `watch_seed.visits()` then tells one by one. */
export async function planWatchData(
  tx: Queryable,
  { seed, sessions, videos = standardVideos(sessions), until = '2026-10-31T00:00:00Z', days = 180 }: WatchSeed,
): Promise<void> {
  if (sessions % 8 !== 0) throw new RangeError(`sessions must be a multiple of 8, not ${sessions}.`);
  const courses = Math.ceil(videos / 10);
  for (const file of ['plan', 'fill'])
    await tx.exec(await readFile(new URL(`seed/${file}.sql`, import.meta.url), 'utf8'));
  await tx.query('insert into watch_seed.plan values (hashtextextended($1, 0), $2, $3, $4, $5, $6, $7)', [
    ...[seed, sessions, videos, courses, Math.min(3, courses), until, days],
  ]);
  await tx.exec(await readFile(new URL('seed/world.sql', import.meta.url), 'utf8'));
}

function standardVideos(sessions: number): number {
  return Math.max(12, Math.floor(Math.sqrt(sessions) / 2));
}
