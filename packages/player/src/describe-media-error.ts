import type { Media, MediaFailure, MediaSource } from '@chronos-player/media';
import { EMBED_FAILURES } from './embed-failures.ts';
import { PlayerError } from './player-errors.ts';

/** A media's error as the player's. */
export function describeMediaError(media: Media, { url }: MediaSource): PlayerError {
  const error = media.error as MediaError | MediaFailure | null;
  const reason = (error?.message || 'The media gives no reason').replace(/\.$/, '');
  const cause = error && 'cause' in error ? error.cause : undefined;
  const code = (cause !== undefined && EMBED_FAILURES[cause]) || 'media-failed';
  return new PlayerError(code, `${reason} (${url})`, error?.code);
}
