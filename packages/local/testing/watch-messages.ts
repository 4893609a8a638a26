import fc from 'fast-check';

import type { Queryable } from '../src/database.ts';

/** One message of a watch session as the merge takes it, with the moment it arrives. Times in ms. */
export interface WatchMessage {
  kind: 'start' | 'update' | 'end';
  session: number;
  seq: number;
  ageMs: number;
  watchMs: number;
  contentMs: number;
  watched: readonly (readonly [number, number])[];
  rewatched: readonly (readonly [number, number])[];
  positionMs: number;
  durationMs: number;
  counters: Record<string, number>;
  context: Record<string, string | boolean>;
  /** After `EPOCH`. */
  arrivesMs: number;
}

/** Noon of some day. */
const EPOCH = Date.UTC(2026, 2, 2, 12);

/** A uuid that says what it is: `id('a', 1)` is a session, `b` an anonymous id, `f` a video. */
export function id(kind: string, number: number): string {
  return `00000000-0000-4000-8000-00000000${kind}${String(number).padStart(3, '0')}`;
}

/** Sends one message past the API, so that it arrives when the test says. */
export async function send(
  tx: Queryable,
  { message, video, anonymous }: { message: WatchMessage; video: string; anonymous?: string },
): Promise<Record<string, unknown>> {
  const { rows } = await tx.query<{ answer: Record<string, unknown> }>(
    `select private.merge_watch_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, null,
       p_now => $16) as answer`,
    [
      message.kind,
      id('a', message.session),
      writeKey(message.session),
      video,
      message.seq,
      message.ageMs,
      message.watchMs,
      message.contentMs,
      multirange(message.watched),
      multirange(message.rewatched),
      message.positionMs,
      message.durationMs,
      JSON.stringify(message.counters),
      JSON.stringify(message.context),
      anonymous ?? null,
      new Date(EPOCH + message.arrivesMs).toISOString(),
    ],
  );
  return rows[0]?.answer ?? {};
}

/** The same message as a row of JSON, for a test that sends many at once. */
export function toRow(message: WatchMessage): Record<string, unknown> {
  const { kind, session, seq, counters, context } = message;
  return {
    ...{ kind, seq, counters, context, session: id('a', session), key: writeKey(session) },
    ...{ age: message.ageMs, watch: message.watchMs, content: message.contentMs, duration: message.durationMs },
    ...{ watched: multirange(message.watched), rewatched: multirange(message.rewatched), position: message.positionMs },
    arrives: new Date(EPOCH + message.arrivesMs).toISOString(),
  };
}

/** The write key of a test session. */
export function writeKey(session: number): string {
  return session.toString(16).padStart(32, '0');
}

/** Ranges as Postgres writes them. */
export function multirange(ranges: readonly (readonly [number, number])[]): string {
  return `{${ranges.map(([start, end]) => `[${start},${end})`).join(',')}}`;
}

const seconds = (max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: max * 10 }).map((tenths) => tenths * 100);
const range: fc.Arbitrary<readonly [number, number]> = fc
  .tuple(seconds(110), seconds(40))
  .map(([start, length]) => [start, start + length] as const);

/** An honest snapshot: it watched what time allowed. A forged one: it claims anything. */
function message(session: number): fc.Arbitrary<WatchMessage> {
  return fc
    .record({
      kind: fc.constantFrom<WatchMessage['kind']>('start', 'update', 'update', 'update', 'end'),
      forged: fc.boolean(),
      seq: fc.integer({ min: 0, max: 9 }),
      ageMs: seconds(150),
      latencyMs: seconds(30),
      watched: fc.array(range, { maxLength: 3 }),
      claimMs: seconds(3600),
      rewatchMs: seconds(20),
      device: fc.constantFrom('desktop', 'mobile'),
      close: fc.constantFrom(undefined, undefined, 'page_end', 'idle'),
      durationMs: fc.constantFrom(0, 50_000, 100_000, 200_000),
    })
    .map(({ forged, ageMs, latencyMs, claimMs, rewatchMs, device, close, ...rest }) => ({
      ...rest,
      session,
      ageMs,
      watchMs: forged ? claimMs : ageMs,
      contentMs: forged ? claimMs : ageMs,
      rewatched: rest.watched.slice(1),
      positionMs: 0,
      counters: { rewatch_after_complete_ms: rewatchMs, paused_ms: claimMs, furthest_position_ms: claimMs },
      context: { device_type: device, ...(close === undefined ? {} : { close_reason: close }) },
      arrivesMs: ageMs + latencyMs,
    }));
}

/**
 * Messages of two sessions of one viewer. Positions differ, because of two different messages with the same seq, age and
 * position nobody could say which is newer; an honest player never sends such.
 */
export const twoSessions: fc.Arbitrary<WatchMessage[]> = fc
  .tuple(fc.array(message(1), { minLength: 1, maxLength: 5 }), fc.array(message(2), { maxLength: 5 }))
  .map(([one, two]) => [...one, ...two].map((sent, place) => ({ ...sent, positionMs: place * 1000 })));

/** Every message twice, in any order. */
export function shuffledTwice(messages: readonly WatchMessage[]): fc.Arbitrary<WatchMessage[]> {
  const twice = [...messages, ...messages];
  return fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length });
}
