import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { startDoubles } from '../../packages/media/testing/doubles/doubles.ts';
import { findChromium } from '../../scripts/find-chromium.mjs';

const { executablePath, args, env } = await findChromium();
/** The vendors' servers: each process of the runner has its own. */
const doubles = await startDoubles();

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
  reporter: [['list'], ['junit', { outputFile: '../../test-results/e2e.xml' }]],
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
    trace: 'retain-on-failure',
  },
});
export default config;
