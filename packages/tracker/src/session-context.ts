import type { Evidence } from '@chronos-player/media';
import type { ReferrerType, SessionContext } from './snapshot.ts';
import type { TrackOptions } from './track-options.ts';

/** Written into every session, so that a change in numbers can be traced to a version. */
export const PLAYER_VERSION = '0.0.0';

/** Search engines by the label before their top-level domain; their makers' mail and classrooms are none. */
const SEARCH_ENGINES =
  /^(?:(?:www|m|search|html|cn|[a-z]{1,2}\.search)\.)?(google|bing|duckduckgo|yahoo|ecosia|baidu|yandex|brave|startpage)\.[a-z]{2,3}(\.[a-z]{2})?$/;

/** What a page tells about how it is watched. Defaults: the global ones. */
export interface PageFacts {
  readonly userAgent: string;
  readonly maxTouchPoints: number;
  readonly referrer: string;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Whether a text is a uuid, the only form of id the database takes. */
export function isUuid(text: string | undefined): boolean {
  return text !== undefined && UUID.test(text);
}

/** Where and how a session of this page is watched. */
export function describeSession(options: TrackOptions, previousSessionId?: string): SessionContext {
  const { courseId, moduleId, referrerType } = options;
  const { userAgent = '', maxTouchPoints = 0 } = typeof navigator === 'undefined' ? {} : navigator;
  const facts = { userAgent, maxTouchPoints, referrer: typeof document === 'undefined' ? '' : document.referrer };
  return {
    device_type: detectDeviceType(facts),
    referrer_type: referrerType ?? guessReferrerType(facts, courseId),
    player_version: PLAYER_VERSION,
    evidence: evidenceOf(options),
    // The database would refuse the whole message for an id that is none.
    ...(isUuid(courseId) && { course_id: courseId }),
    ...(isUuid(moduleId) && { module_id: moduleId }),
    ...(previousSessionId && { previous_session_id: previousSessionId }),
  };
}

/** How positions are known at this moment. */
export function evidenceOf({ evidence = 'measured' }: Pick<TrackOptions, 'evidence'>): Evidence {
  return typeof evidence === 'function' ? evidence() : evidence;
}

/** Phones say "Mobile"; an iPad says it is a Mac, but a Mac has no touch points. */
export function detectDeviceType({ userAgent, maxTouchPoints }: PageFacts): SessionContext['device_type'] {
  if (/iPad|Tablet|PlayBook|Silk/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1))
    return 'tablet';
  if (/Mobi|iPhone|iPod/.test(userAgent)) return 'mobile';
  return userAgent.includes('Android') ? 'tablet' : 'desktop';
}

/** A guess for pages that do not say: a course page, if a course is named; a search engine, if one led here. */
export function guessReferrerType({ referrer }: PageFacts, courseId: string | undefined): ReferrerType {
  if (courseId) return 'course_page';
  return URL.canParse(referrer) && SEARCH_ENGINES.test(new URL(referrer).hostname) ? 'search' : 'direct_link';
}
