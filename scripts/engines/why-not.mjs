import { findFirefox, HOW_TO_GET_FIREFOX } from './find-firefox.mjs';
import { findWebKit } from './find-webkit.mjs';

/** Chromium can be had from npm, so it is always there or an error. */
const WHY_NOT = {
  chromium: () => undefined,
  firefox: () => (findFirefox() ? undefined : HOW_TO_GET_FIREFOX),
  webkit: () => findWebKit().missing,
};

/**
 * Why nothing can be tested in this engine on this machine, and how to get it; undefined where it can.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function whyNot(name) {
  const answer = WHY_NOT[name];
  if (!answer) throw new Error(`No engine is called "${name}"; there are: ${Object.keys(WHY_NOT).join(', ')}.`);
  return answer();
}
