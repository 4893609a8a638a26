/** @module `@chronos-player/tracker/mark-as-watched`: the viewer's own word. Apart from the tracker, which few pages need it with. */
import type { Endpoint, Mark, SendResult } from './transport.ts';

export type { Endpoint, Identity, Mark, SendFailure, SendResult } from './transport.ts';

/** Whose word for which video, and which database to tell. */
export interface MarkOptions extends Endpoint, Mark {}

/**
 * Gives the viewer's word that he has watched a video, which completes it for him where the video accepts `attested`
 * evidence. It is no visit and no watch time. Sent again, it is the same word.
 *
 * @returns the database's answer, or why there is none: never rejects. `reason` PT401: nobody is signed in; PT409: the
 *   video is completed by watching it.
 * @example await markAsWatched({ videoId, supabaseUrl, supabaseKey, identity: { accessToken } })
 */
export async function markAsWatched({ videoId, identity, ...endpoint }: MarkOptions): Promise<SendResult> {
  try {
    // With the delivery, which has most likely been loaded by then.
    const { sendMark } = await import('./delivery-for.ts');
    return await sendMark(endpoint, { videoId, identity });
  } catch (error) {
    return { ok: false, retry: true, retryAfterMs: 0, status: 0, message: String(error) };
  }
}
