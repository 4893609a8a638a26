import { id, multirange, writeKey } from './watch-messages.ts';

/** What a session has watched so far. */
export interface Watch {
  session: number;
  /** Watched from the start, without a pause; also the number of the message. */
  seconds: number;
  video?: string;
  /** An anonymous viewer; by default one per session. */
  viewer?: number;
  /** How much older than that the session is. */
  agoSeconds?: number;
}

/** Sends the newest message of a session through the API, from this connection. */
export async function watch(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  { session, seconds, video = id('f', 1), viewer = session, agoSeconds = 0 }: Watch,
): Promise<void> {
  const ms = seconds * 1000;
  await client.query(
    `select public.start_watch_session($1, $2, $3, $4, $5, $6::bigint, $6::bigint, $7, '{}', $6::integer, null, '{}', '{}', $8)`,
    [
      ...[id('a', session), writeKey(session), video, seconds],
      ...[ms + agoSeconds * 1000, ms, multirange([[0, ms]]), id('b', viewer)],
    ],
  );
}
