import { findProgram, isProgram } from './find-program.mjs';

const NAMES = ['firefox-esr', 'firefox'];
const ELSEWHERE = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** How to get one. */
export const HOW_TO_GET_FIREFOX =
  'no Firefox found; apt-get install firefox-esr, or name one that is somewhere else in FIREFOX_PATH';

/**
 * The first of: `$FIREFOX_PATH`, a Firefox of the system.
 *
 * @returns launch options for Playwright's `firefox`, or undefined where there is none.
 */
export function findFirefox() {
  const named = process.env.FIREFOX_PATH;
  if (named && !isProgram(named)) throw new Error(`FIREFOX_PATH names ${named}, which cannot be run.`);
  const executablePath = named ?? findProgram(...NAMES) ?? ELSEWHERE.find(isProgram);
  return executablePath && { channel: 'moz-firefox', executablePath };
}

/** 0: may play with sound; 1: not until the viewer has touched the page. */
const AUTOPLAY = { allowed: 0, blocked: 1 };

/** Preferences for the tests: everything through the doubles, nothing from this machine's network. */
export function firefoxPreferences({ proxy, allowAutoplay }) {
  const { hostname, port } = new URL(proxy);
  const through = (scheme) => ({
    [`network.proxy.${scheme}`]: hostname,
    [`network.proxy.${scheme}_port`]: Number(port),
  });
  return {
    'network.proxy.type': 1,
    ...through('http'),
    ...through('ssl'),
    // Every page has the focus, as when it is alone with its viewer: several are open at once.
    'focusmanager.testmode': true,
    'media.autoplay.default': allowAutoplay ? AUTOPLAY.allowed : AUTOPLAY.blocked,
    // Input, not activation: what Playwright runs in a page to see whether it has loaded counts as an activation.
    'media.autoplay.blocking_policy': 2,
  };
}
