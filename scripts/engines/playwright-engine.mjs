import { chromium, firefox } from 'playwright';
import { findChromium } from '../find-chromium.mjs';
import { findFirefox, firefoxPreferences } from './find-firefox.mjs';

/** The engines that Playwright can drive: Chromium by its own protocol, a stock Firefox by WebDriver BiDi. */
export const chromiumEngine = {
  name: 'Chromium',
  async start({ proxy, allowAutoplay }) {
    const { args, ...found } = await findChromium();
    const policy = allowAutoplay ? ['--autoplay-policy=no-user-gesture-required'] : [];
    const flags = [`--proxy-server=${proxy}`, '--ignore-certificate-errors'];
    return wrap(await chromium.launch({ ...found, args: [...args, ...policy, ...flags] }));
  },
};

export const firefoxEngine = {
  name: 'Firefox',
  async start(options) {
    return wrap(await firefox.launch({ ...findFirefox(), firefoxUserPrefs: firefoxPreferences(options) }));
  },
};

function wrap(browser) {
  return {
    async open(url) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 800, height: 600 } });
      const page = await context.newPage();
      await page.goto(url);
      return { getUrl: () => page.url(), close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
