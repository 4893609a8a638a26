import type { PlayerErrorCode } from './player-errors.ts';

/** How a developer mends what has gone wrong: a sentence without its full stop. Loaded when there is something to mend. */
export const FIXES: { readonly [Code in PlayerErrorCode]: string } = {
  'source-missing': 'Set src or video-id',
  'source-unknown': 'Use a video file, or a link of a supported service',
  'source-unsupported': 'Use an mp4 or webm file, or a newer version of the player',
  'media-failed': 'Open the address by itself; check format, status and CORS',
  'embed-blocked':
    "Allow the vendor's script and frame hosts in the page's CSP, and look whether an extension blocks them",
  'embed-removed': 'Open it on the service while signed out: it has to be public or unlisted',
  'embed-forbidden': "Switch embedding on in the video's settings at the service, or use another video",
  'embed-elsewhere': 'Look at the restrictions of the video at the service; a page on localhost may be one',
  'embed-invalid': 'Check the id in src',
  'embed-broken': 'Try again; otherwise open the video at the service itself',
  'embed-referrer': 'Let the page send its origin: no Referrer-Policy of no-referrer or same-origin, no privacy proxy',
  'embed-silent': "Allow the vendor's frame host in the page's CSP, and look whether an extension blocks it",
  'csp-unsupported':
    "For YouTube add youtube-widget-api and 'allow-duplicates' to the page's trusted-types; Wistia cannot play where they are enforced",
  'video-not-found': 'Check video-id, whether the video is published, and who is signed in',
  'backend-unreachable': 'Check supabase-url, or give src to play without it',
  'backend-outdated': 'Apply the migrations of this version to the database',
  'key-missing': 'Set supabase-url and supabase-key, or call configure() once',
  'key-rejected': "Use the project's publishable key as supabase-key",
  'sign-in-expired': 'Give a fresh token: client refreshes its own, viewerToken has to',
  'player-incomplete': "Serve the player's files together, unchanged",
  'controls-unavailable':
    "Allow 'unsafe-inline' styles and no enforced Trusted Types, serve the player's files together, or set controls alone",
  'tracking-refused': 'Check video-id, and that the database has the migrations of this version',
  'tracking-failing': "Look into the database's log",
  'tracking-identity': 'Look into what configure() was given as client or viewerToken',
  'tracking-storage': 'Nothing to do if the browser blocks storage: a crash may lose the last seconds',
  'tracking-missing': "Serve the player's files together, unchanged",
  'tracking-context': 'Give course-id and module-id the uuids of rows in courses and course_modules',
  'mark-anonymous': 'Give configure() a client with somebody signed in, or a viewerToken that has not expired',
  'mark-refused': "Add attested to the video's accepted_evidence; check video-id, consent and who is signed in",
  'mark-unsaved': 'The same press can be sent again; look at supabase-url and the network',
};
