import type { SentRequest } from './network.ts';

/** The arguments of a message, as they travel. */
export type Message = SentRequest['messages'][number];

const KINDS: Readonly<Record<string, 'start' | 'update' | 'end'>> = {
  start_watch_session: 'start',
  update_watch_session: 'update',
  update_watch_sessions: 'update',
  end_watch_session: 'end',
};

/** The newest message of a page. */
export function newestOf({ requests }: { readonly requests: readonly SentRequest[] }): Message {
  const message = requests.at(-1)?.messages.at(-1);
  if (!message) throw new Error('The page has sent nothing.');
  return message;
}

/** The same message, claiming something else, and newer. */
export function forge(message: Message, claims: Message): Message {
  return { ...message, p_seq: Number(message.p_seq) + 1, ...claims };
}

/** Ranges in seconds as they travel. */
export function rangesOf(...stretches: readonly (readonly [number, number])[]): string {
  return `{${stretches.map(([start, end]) => `[${start * 1000},${end * 1000})`).join()}}`;
}

/** What a page sent, each message as a row for `readStateAfter`, with the moment at which it arrived. */
export function toRows(requests: readonly SentRequest[]): readonly object[] {
  return requests.flatMap(({ rpc, atMs, messages }) =>
    messages.map((message) => ({
      kind: KINDS[rpc],
      session: message.p_session_id,
      key: message.p_write_key,
      seq: message.p_seq,
      age: message.p_age_ms,
      watch: message.p_watch_time_ms,
      content: message.p_content_ms,
      watched: message.p_watched,
      rewatched: message.p_rewatched,
      position: message.p_position_ms,
      duration: message.p_duration_ms,
      counters: message.p_counters,
      context: message.p_context,
      arrives: new Date(atMs).toISOString(),
    })),
  );
}
