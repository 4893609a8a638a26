/**
 * What can go wrong, by stable names: each has a page in `docs/errors`, a sentence for the viewer in `messages/` and a
 * line for the developer in `fixes.ts`. Those beginning with `tracking-` never reach the viewer: the video plays on. So it does with those
 * beginning with `mark-`, of which the viewer hears beside the button he pressed, and with
 * those beginning with `controls-`: he has the browser's own controls.
 */
export type PlayerErrorCode =
  | 'source-missing'
  | 'source-unknown'
  | 'source-unsupported'
  | 'media-failed'
  | 'embed-blocked'
  | 'embed-removed'
  | 'embed-forbidden'
  | 'embed-elsewhere'
  | 'embed-invalid'
  | 'embed-broken'
  | 'embed-referrer'
  | 'embed-silent'
  | 'csp-unsupported'
  | 'video-not-found'
  | 'backend-unreachable'
  | 'backend-outdated'
  | 'key-missing'
  | 'key-rejected'
  | 'sign-in-expired'
  | 'player-incomplete'
  | 'controls-unavailable'
  | 'tracking-refused'
  | 'tracking-failing'
  | 'tracking-identity'
  | 'tracking-storage'
  | 'tracking-missing'
  | 'tracking-context'
  | 'mark-anonymous'
  | 'mark-refused'
  | 'mark-unsaved';

/** A failure with its name. */
export class PlayerError extends Error {
  readonly code: PlayerErrorCode;
  /** As on MediaError: 1 aborted, 2 network, 3 decode, 4 not supported. */
  readonly mediaCode: 1 | 2 | 3 | 4;

  /** @param message what happened, one sentence for the developer without its full stop. */
  constructor(code: PlayerErrorCode, message: string, mediaCode: number = code.startsWith('backend') ? 2 : 4) {
    super(message);
    this.code = code;
    this.mediaCode = mediaCode as 1 | 2 | 3 | 4;
  }
}

/** By its shape, since a page that loads the player from two addresses has this class twice. */
export function isPlayerError(error: unknown): error is PlayerError {
  return error instanceof Error && 'mediaCode' in error;
}

/** What a `chronos-error` event carries. */
export interface PlayerErrorDetail {
  readonly code: PlayerErrorCode;
  /** What happened, for the developer. */
  readonly message: string;
  /** How to mend it, for the developer. */
  readonly fix: string;
  /** The page that explains it. */
  readonly docs: string;
}
