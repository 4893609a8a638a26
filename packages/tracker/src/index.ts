export { MediaTracking, trackMedia } from './track-media.ts';
export type { TrackingClock, TrackingEventMap, TrackOptions } from './track-options.ts';
export type { Milestone, WatchReadout } from './watch-session.ts';
export type { Answer, CloseReason, ReferrerType } from './snapshot.ts';
export type { Endpoint, Identity } from './transport.ts';
export type { TrackingError, TrackingErrorCode } from './tracking-error.ts';
export { MILESTONES } from './milestones.ts';
