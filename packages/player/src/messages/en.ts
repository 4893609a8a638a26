import { LOADING, PLAY } from './first-words.ts';

/** Everything a viewer is told, in one language. */
export interface Words extends CommonWords, MarkWords {}

/** What few viewers are told: of “mark as watched”. */
export interface MarkWords {
  readonly mark: string;
  readonly marked: string;
  readonly markUnseen: string;
  readonly markElsewhere: string;
  readonly 'mark-anonymous': string;
  readonly 'mark-refused': string;
  readonly 'mark-unsaved': string;
}

/** What any viewer may be told. */
export interface CommonWords {
  readonly loading: string;
  readonly play: string;
  readonly back: string;
  readonly tryAgain: string;
  readonly 'source-missing': string;
  readonly 'source-unknown': string;
  readonly 'source-unsupported': string;
  readonly 'backend-unreachable': string;
  readonly stopped: string;
  readonly connectionLost: string;
  readonly damaged: string;
  readonly notFound: string;
  readonly 'embed-blocked': string;
  readonly 'embed-removed': string;
  readonly 'embed-forbidden': string;
  readonly 'embed-elsewhere': string;
  readonly 'embed-broken': string;
  readonly 'embed-silent': string;
  readonly 'video-not-found': string;
  readonly 'sign-in-expired': string;
}

/** English. The rest of it comes with what is marked: `en-marks.ts`. */
export const EN: CommonWords = {
  loading: LOADING,
  play: PLAY,
  back: 'Back',
  tryAgain: 'Try again',
  'source-missing': 'There is no video here yet.',
  'source-unknown': 'This video is not set up correctly.',
  'source-unsupported': 'This kind of video cannot be played here yet.',
  'backend-unreachable': 'The video could not be reached. Check your connection and try again.',
  stopped: 'Loading the video was stopped.',
  connectionLost: 'The connection was lost while the video was loading.',
  damaged: 'The video is damaged and cannot be played on.',
  notFound: 'The video cannot be found, or this browser cannot play it.',
  'embed-blocked': 'The video service could not be reached. A content blocker or the network may be in the way.',
  'embed-removed': 'This video was removed by its owner, or is private.',
  'embed-forbidden': 'The owner of this video does not allow it to be shown here.',
  'embed-elsewhere': 'This video cannot be shown on this site or in this country.',
  'embed-broken': "The video service's player failed.",
  'embed-silent': 'The video service does not answer. It may be slow, or something is in its way.',
  'video-not-found': 'This video is not available to you.',
  'sign-in-expired': 'Your sign-in has expired. Sign in again to watch.',
};
