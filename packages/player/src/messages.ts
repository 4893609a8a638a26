import type { PlayerError, PlayerErrorCode } from './player-errors.ts';

/** What is said about a failure: to the viewer on the player, to the developer in the console. */
export interface FailureMessage {
  /** Absent: the viewer is not bothered with it. */
  readonly viewer?: string;
  /** How to mend it; a sentence for the developer without its full stop. */
  readonly fix: string;
  /** Can it be over by itself? Then the viewer is offered to try again. */
  readonly isPassing?: boolean;
}

const LOST = 'The video could not be reached. Check your connection and try again.';
const NOT_SET_UP = 'This video is not set up correctly.';

/** Viewer's sentences for `media-failed`, by MediaError code. */
const MEDIA_FAILED = {
  1: 'Loading the video was stopped.',
  2: 'The connection was lost while the video was loading.',
  3: 'The video is damaged and cannot be played on.',
  4: 'The video cannot be found, or this browser cannot play it.',
};

const FAILED: { readonly [Code in PlayerErrorCode]: FailureMessage } = {
  'source-missing': { viewer: 'There is no video here yet.', fix: 'Set src or video-id' },
  'source-unknown': { viewer: NOT_SET_UP, fix: 'Use a video file, or a link of a supported service' },
  'source-unsupported': {
    viewer: 'This kind of video cannot be played here yet.',
    fix: 'Use an mp4 or webm file, or a newer version of the player',
  },
  'media-failed': { fix: 'Open the address by itself; check format, status and CORS', isPassing: true },
  'embed-blocked': {
    viewer: 'The video service could not be reached. A content blocker or the network may be in the way.',
    fix: "Allow the vendor's script and frame hosts in the page's CSP, and look whether an extension blocks them",
    isPassing: true,
  },
  'embed-removed': {
    viewer: 'This video was removed by its owner, or is private.',
    fix: 'Open it on the service while signed out: it has to be public or unlisted',
  },
  'embed-forbidden': {
    viewer: 'The owner of this video does not allow it to be shown here.',
    fix: "Switch embedding on in the video's settings at the service, or use another video",
  },
  'embed-elsewhere': {
    viewer: 'This video cannot be shown on this site or in this country.',
    fix: 'Look at the restrictions of the video at the service; a page on localhost may be one',
  },
  'embed-invalid': { viewer: NOT_SET_UP, fix: 'Check the id in src' },
  'embed-broken': {
    viewer: "The video service's player failed.",
    fix: 'Try again; otherwise open the video at the service itself',
    isPassing: true,
  },
  'embed-referrer': {
    viewer: NOT_SET_UP,
    fix: 'Let the page send its origin: no Referrer-Policy of no-referrer or same-origin, no privacy proxy',
  },
  'embed-silent': {
    viewer: 'The video service does not answer. It may be slow, or something is in its way.',
    fix: "Allow the vendor's frame host in the page's CSP, and look whether an extension blocks it",
    isPassing: true,
  },
  'csp-unsupported': {
    viewer: NOT_SET_UP,
    fix: "For YouTube add youtube-widget-api and 'allow-duplicates' to the page's trusted-types; Wistia cannot play where they are enforced",
  },
  'video-not-found': {
    viewer: 'This video is not available to you.',
    fix: 'Check video-id, whether the video is published, and who is signed in',
  },
  'backend-unreachable': { viewer: LOST, fix: 'Check supabase-url, or give src to play without it', isPassing: true },
  'backend-outdated': { viewer: NOT_SET_UP, fix: 'Apply the migrations of this version to the database' },
  'key-missing': { viewer: NOT_SET_UP, fix: 'Set supabase-url and supabase-key, or call configure() once' },
  'key-rejected': { viewer: NOT_SET_UP, fix: "Use the project's publishable key as supabase-key" },
  'sign-in-expired': {
    viewer: 'Your sign-in has expired. Sign in again to watch.',
    fix: 'Give a fresh token: client refreshes its own, viewerToken has to',
    isPassing: true,
  },
  'player-incomplete': { viewer: LOST, fix: "Serve the player's files together, unchanged", isPassing: true },
  'tracking-refused': { fix: 'Check video-id, and that the database has the migrations of this version' },
  'tracking-failing': { fix: "Look into the database's log" },
  'tracking-identity': { fix: 'Look into what configure() was given as client or viewerToken' },
  'tracking-storage': { fix: 'Nothing to do if the browser blocks storage: a crash may lose the last seconds' },
  'tracking-missing': { fix: "Serve the player's files together, unchanged" },
  'tracking-context': { fix: 'Give course-id and module-id the uuids of rows in courses and course_modules' },
  'mark-anonymous': {
    viewer: 'Sign in to mark this video as watched.',
    fix: 'Give configure() a client with somebody signed in, or a viewerToken that has not expired',
    isPassing: true,
  },
  'mark-refused': {
    viewer: 'This video cannot be marked as watched.',
    fix: "Add attested to the video's accepted_evidence; check video-id, consent and who is signed in",
  },
  'mark-unsaved': {
    viewer: 'This could not be saved. Check your connection and press again.',
    fix: 'The same press can be sent again; look at supabase-url and the network',
    isPassing: true,
  },
};

/** Every code there is. */
export const ERROR_CODES: readonly string[] = Object.keys(FAILED);

/** The button of a failure that may pass. */
export const TRY_AGAIN = 'Try again';

/** The words for a failure. */
export function describeFailure({ code, mediaCode }: Pick<PlayerError, 'code' | 'mediaCode'>): FailureMessage {
  const message = FAILED[code];
  return code === 'media-failed' ? { ...message, viewer: MEDIA_FAILED[mediaCode] } : message;
}
