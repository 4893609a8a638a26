import { defineConfig, type PlaywrightTestConfig, type Project } from '@playwright/test';
import { startDoubles } from '../../packages/media/testing/doubles/doubles.ts';
import { findFirefox, firefoxPreferences } from '../../scripts/engines/find-firefox.mjs';
import { whyNot } from '../../scripts/engines/why-not.mjs';
import { findChromium } from '../../scripts/find-chromium.mjs';

/** The vendors' servers: each process of the runner has its own. */
const doubles = await startDoubles();

async function inChromium(): Promise<Project> {
  const { args, ...found } = await findChromium();
  const flags = [
    '--autoplay-policy=no-user-gesture-required',
    `--proxy-server=${doubles.proxy}`,
    '--ignore-certificate-errors',
  ];
  const launchOptions = { ...found, args: [...args, ...flags] };
  return { name: 'chromium', use: { browserName: 'chromium', launchOptions } };
}

/** What a viewer does and what the database then says. How messages travel through faults is asked once, in Chromium. */
const IN_EVERY_ENGINE = ['watch.spec.ts', 'embeds.spec.ts', 'keyboard.spec.ts', 'marking.spec.ts', 'mounts.spec.ts'];

function inFirefox(): Project {
  const firefoxUserPrefs = firefoxPreferences({ proxy: doubles.proxy, allowAutoplay: true });
  return {
    name: 'firefox',
    testMatch: IN_EVERY_ENGINE,
    // It closes a tab, and how Firefox tells of that is not settled: see docs/engines.md.
    grepInvert: /two visits/,
    use: { browserName: 'firefox', ignoreHTTPSErrors: true, launchOptions: { ...findFirefox(), firefoxUserPrefs } },
  };
}

/** Chromium unless `CHRONOS_ENGINE` names another, as for the component tests. */
const engine = process.env.CHRONOS_ENGINE || 'chromium';
const reason = engine === 'webkit' ? 'Playwright drives only a WebKit of its own' : whyNot(engine);
if (reason) throw new Error(`CHRONOS_ENGINE names ${engine}: ${reason}.`);

/** End to end: the built element in a real browser, the embedded backend, real clips played in real time. */
const config: PlaywrightTestConfig = defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/e2e',
  timeout: 60_000,
  expect: {
    timeout: 10_000,
    // Another version of Chromium draws the edges of a letter otherwise; a button that has moved is more than this.
    toHaveScreenshot: { pathTemplate: '{testDir}/../../../docs/looks/{arg}{ext}', maxDiffPixelRatio: 0.02 },
    toMatchAriaSnapshot: { pathTemplate: '{testDir}/accessibility/{arg}{ext}' },
  },
  // Clips play in real time: beside another browser, on two cores, they would stall.
  workers: 1,
  forbidOnly: true,
  // What passes only then is listed as flaky: clips play in real time, and a busy machine stumbles.
  retries: 1,
  reporter: [['list'], ['junit', { outputFile: `../../test-results/e2e-${engine}.xml` }]],
  use: { trace: 'retain-on-failure' },
  projects: [engine === 'firefox' ? inFirefox() : await inChromium()],
});
export default config;
