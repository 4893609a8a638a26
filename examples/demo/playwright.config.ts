import { defineConfig, type PlaywrightTestConfig, type Project } from '@playwright/test';
import { startDoubles } from '../../packages/media/testing/doubles/doubles.ts';
import { findFirefox, firefoxPreferences, HOW_TO_GET_FIREFOX } from '../../scripts/engines/find-firefox.mjs';
import { findChromium } from '../../scripts/find-chromium.mjs';

const { executablePath, args, env } = await findChromium();
/** The vendors' servers: each process of the runner has its own. */
const doubles = await startDoubles();

const chromium: Project = {
  name: 'chromium',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath,
      env,
      args: [
        ...args,
        '--autoplay-policy=no-user-gesture-required',
        `--proxy-server=${doubles.proxy}`,
        '--ignore-certificate-errors',
      ],
    },
  },
};

/** What a viewer does and what the database then says. How messages travel through faults is asked once, in Chromium. */
const IN_EVERY_ENGINE = ['watch.spec.ts', 'embeds.spec.ts', 'page.spec.ts'];

/** Firefox where `CHRONOS_ENGINES` names it, as for the component tests. */
function findFirefoxProject(): Project[] {
  if (!process.env.CHRONOS_ENGINES?.includes('firefox')) return [];
  const found = findFirefox();
  if (!found) throw new Error(`CHRONOS_ENGINES names firefox: ${HOW_TO_GET_FIREFOX}.`);
  const firefoxUserPrefs = firefoxPreferences({ proxy: doubles.proxy, allowAutoplay: true });
  const launchOptions = { ...found, firefoxUserPrefs };
  return [
    {
      name: 'firefox',
      testMatch: IN_EVERY_ENGINE,
      use: { browserName: 'firefox', ignoreHTTPSErrors: true, launchOptions },
    },
  ];
}

/** End to end: the built element in a real browser, the embedded backend, real clips played in real time. */
const config: PlaywrightTestConfig = defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/e2e',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // Clips play in real time: beside another browser, on two cores, they would stall.
  workers: 1,
  forbidOnly: true,
  // What passes only then is listed as flaky: clips play in real time, and a busy machine stumbles.
  retries: 1,
  reporter: [['list'], ['junit', { outputFile: '../../test-results/e2e.xml' }]],
  use: { trace: 'retain-on-failure' },
  projects: [chromium, ...findFirefoxProject()],
});
export default config;
