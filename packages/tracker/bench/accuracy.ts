// `npm run accuracy`: the same viewing of a real <video> in a real Chromium, measured by us and by others, beside the truth.
// `npm run accuracy -- seek` performs only the scripts with that word; `--keep-traces <folder>` keeps a trace of each.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright';
import { openBenchPage } from './bench-page.ts';
import { openBenchServer, type BenchServer } from './bench-server.ts';
import { launchChromium } from './launch-chromium.ts';
import type { Stretch } from './page/perform.ts';
import { readChronos, readMux, readSnowplow, type Reported } from './read-beacons.ts';
import { VIEWING_SCRIPTS, type ViewingScript } from './viewing-scripts.ts';
import { lengthOf, union } from '../src/watched-ranges.ts';

/** What was sent last has arrived by then. */
const LAST_BEACON_MS = 1_500;

const COLUMNS = {
  watched: {
    truth: 'truth',
    chronos: 'Chronos',
    mux: 'mux-embed, content',
    muxView: 'mux-embed, view',
    snowplow: 'Snowplow',
  },
  covered: { truth: 'truth', chronos: 'Chronos', snowplow: 'Snowplow' },
} as const;

interface Outcome {
  readonly script: string;
  readonly truth: Reported;
  readonly chronos: Reported;
  readonly mux: Reported;
  readonly muxView: Reported;
  readonly snowplow: Reported;
}

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { 'keep-traces': { type: 'string' } },
  allowPositionals: true,
});
const scripts = VIEWING_SCRIPTS.filter(({ name }) => positionals.every((word) => name.includes(word)));
const server = await openBenchServer();
const browser = await launchChromium();
console.log(`Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}; seconds.\n`);
const outcomes: Outcome[] = [];
for (const script of scripts) {
  outcomes.push(await measure(browser, server, script));
  console.error(`${script.name}: done`);
}
console.log(toTable(outcomes, 'watched'));
console.log(toTable(outcomes, 'covered'));
await browser.close();
await server.close();

async function measure(browser: Browser, server: BenchServer, script: ViewingScript): Promise<Outcome> {
  const { page, toMux, close } = await openBenchPage(browser, server);
  server.take();
  const hasStall = script.steps.some((step) => step.do === 'stall');
  const { truth, trace } = await page.evaluate(([script, clip]) => window.performScript(script, clip), [
    script,
    `/clock.mp4${hasStall ? '?stall' : ''}`,
  ] as const);
  await new Promise((resolve) => setTimeout(resolve, LAST_BEACON_MS));
  await keepTrace(script.name, trace);
  const beacons = server.take();
  await close();
  return {
    script: script.name,
    truth: sumUp(truth),
    chronos: readChronos(beacons),
    mux: readMux(toMux, 'xctpbti'),
    muxView: readMux(toMux, 'xwati'),
    snowplow: readSnowplow(beacons),
  };
}

function sumUp(truth: readonly Stretch[]): Reported {
  const watched = truth.reduce((sum, { from, to, rate }) => sum + (to - from) / rate, 0);
  return { watched, covered: lengthOf(truth.reduce((all, { from, to }) => union(all, [[from, to]]), union([], []))) };
}

async function keepTrace(name: string, trace: string): Promise<void> {
  const folder = values['keep-traces'];
  if (!folder) return;
  const path = resolve(process.env['INIT_CWD'] ?? '', folder);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, `${name.replaceAll(/[^\w]+/g, '-')}.json`), trace);
}

function toTable(outcomes: readonly Outcome[], what: keyof Reported): string {
  const columns = Object.entries(COLUMNS[what]) as [Exclude<keyof Outcome, 'script'>, string][];
  const cells = (outcome: Outcome): string[] => columns.map(([name]) => outcome[name][what]?.toFixed(2) ?? 'nothing');
  return [
    `| ${what === 'watched' ? 'watch time' : 'covered'} | ${columns.map(([, title]) => title).join(' | ')} |`,
    `| --- |${' --: |'.repeat(columns.length)}`,
    ...outcomes.map((outcome) => `| ${[outcome.script, ...cells(outcome)].join(' | ')} |`),
    '',
  ].join('\n');
}
