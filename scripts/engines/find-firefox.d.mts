/** How to get one. */
export const HOW_TO_GET_FIREFOX: string;
/** Launch options for Playwright's `firefox`, or undefined where there is none. */
export function findFirefox(): { channel: 'moz-firefox'; executablePath: string } | undefined;
/** Preferences for the tests: everything through the doubles, nothing from this machine's network. */
export function firefoxPreferences(options: {
  proxy: string;
  allowAutoplay: boolean;
}): Record<string, string | number | boolean>;
