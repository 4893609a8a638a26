/**
 * @typedef {object} Page A page of its own: nothing is kept from the page before.
 * @property {() => string | undefined | Promise<string | undefined>} getUrl
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Browser
 * @property {(url: string) => Promise<Page>} open
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Engine
 * @property {string} name
 * @property {(options: { proxy: string, allowAutoplay: boolean }) => Promise<Browser>} start
 */

/** A browser that cannot be had at the second attempt cannot be had. */
const ATTEMPTS = 2;

/**
 * What @web/test-runner asks of a browser: one page for one test file, of any engine.
 *
 * @param {Engine} engine
 * @param {{ proxy: string, allowAutoplay: boolean, concurrency: number }} options
 */
export function createLauncher(engine, { concurrency, ...options }) {
  const pages = new Map();
  let starting = null;

  async function open(url) {
    starting ??= engine.start(options);
    const mine = starting;
    try {
      const browser = await mine;
      return await browser.open(url);
    } catch (error) {
      // The next attempt gets a browser of its own; pages that are open in this one stay open.
      if (starting === mine) starting = null;
      if (pages.size === 0) await mine.then((browser) => browser.close()).catch(() => {});
      throw error;
    }
  }

  async function openOrRetry(url) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await open(url);
      } catch (error) {
        if (attempt === ATTEMPTS) throw new Error(`${engine.name} did not start: ${error.message}`, { cause: error });
        console.warn(`${engine.name} did not start, trying once more: ${error.message}`);
      }
    }
  }

  return {
    name: engine.name,
    type: 'engine',
    concurrency,
    async startSession(id, url) {
      pages.set(id, await openOrRetry(url));
    },
    isActive: (id) => pages.has(id),
    getBrowserUrl: (id) => pages.get(id)?.getUrl(),
    async stopSession(id) {
      const page = pages.get(id);
      pages.delete(id);
      await page?.close();
      return {};
    },
    async startDebugSession() {
      throw new Error('Open the address of the test file in a browser of your own.');
    },
    async stop() {
      for (const page of pages.values()) await page.close();
      pages.clear();
      await starting?.then((browser) => browser.close()).catch(() => {});
    },
  };
}
