// `npm run cost`: what each meter costs the main thread while a real <video> plays in a real Chromium, and playback alone.
// `npm run cost -- --turns 5 --seconds 20`.
import { parseArgs } from 'node:util';
import { openBenchServer } from './bench-server.ts';
import { openBenchPage } from './bench-page.ts';
import { launchChromium } from './launch-chromium.ts';
import type { MeterName } from './page/meters.ts';

/** The promise, ms of the main thread per second played. */
const PROMISED_MS = 1;
const METERS: Readonly<Record<MeterName, string>> = {
  nothing: 'playback alone',
  chronos: 'Chronos',
  mux: 'mux-embed',
  snowplow: 'Snowplow',
};

/** CPU time of the page's main thread, ms per second played. */
interface Cost {
  /** Running scripts. */
  readonly script: number;
  /** All tasks: scripts, storage, painting. */
  readonly task: number;
}

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { turns: { type: 'string', default: '3' }, seconds: { type: 'string', default: '20' } },
});
const seconds = Number(values.seconds);
const server = await openBenchServer();
const browser = await launchChromium();
const costs = new Map<MeterName, Cost[]>();
for (let turn = 0; turn < Number(values.turns); turn += 1) {
  for (const name of Object.keys(METERS) as MeterName[]) {
    costs.set(name, [...(costs.get(name) ?? []), await measure(name)]);
    console.error(`turn ${turn + 1}, ${METERS[name]}: done`);
  }
}
console.log(`Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}; ms of CPU per second played.\n`);
console.log(`| | scripts | scripts, more than alone | all tasks |\n| --- | --: | --: | --: |`);
const alone = median('nothing', 'script');
for (const name of costs.keys()) {
  const cells = [median(name, 'script'), median(name, 'script') - alone, median(name, 'task')];
  console.log(`| ${[METERS[name], ...cells.map((cell) => cell.toFixed(2))].join(' | ')} |`);
}
await browser.close();
await server.close();
process.exitCode = median('chronos', 'script') - alone < PROMISED_MS ? 0 : 1;

async function measure(name: MeterName): Promise<Cost> {
  const { page, close } = await openBenchPage(browser, server);
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate((name) => window.playWith(name, '/clock.mp4'), name);
  const before = await readMetrics();
  const played = await page.evaluate((seconds) => window.playOn(seconds), seconds);
  const after = await readMetrics();
  await close();
  const cost = (metric: string): number => ((after[metric] ?? NaN) - (before[metric] ?? NaN)) * (1000 / played);
  return { script: cost('ScriptDuration'), task: cost('TaskDuration') };

  async function readMetrics(): Promise<Record<string, number>> {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }
}

function median(name: MeterName, part: keyof Cost): number {
  const sorted = (costs.get(name) ?? []).map((cost) => cost[part]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
