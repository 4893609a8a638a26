// `npm test`: every check there is, one after the other, with a table at the end. Names as arguments run only those:
// `npm test -- unit component`. Exits 1 if any check failed; all are run, so that one run tells everything.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../packages/local/testing/missing.ts';
import { whyNot } from './engines/why-not.mjs';

const REPORTS = 'test-results';

const CHECKS = [
  { name: 'format', run: 'node --run format:check' },
  { name: 'lint', run: 'node --run lint' },
  { name: 'types', run: 'node --run types' },
  { name: 'build', run: 'node --run build:packages' },
  { name: 'pack', run: 'node --run check:pack' },
  { name: 'size', run: 'node --run size' },
  { name: 'unit', run: 'node --run test:unit', report: 'unit.xml' },
  { name: 'database', run: 'node --run test:database', report: 'database.xml' },
  ...inEngines(['chromium'], { name: 'component', run: 'node --run test:component', isRealTime: true }),
  ...inEngines(['chromium'], { name: 'e2e', run: 'node --run test:e2e' }),
  // Why only when they are named stands in docs/engines.md.
  ...inEngines(['firefox', 'webkit'], {
    name: 'component',
    run: 'node --run test:component',
    isRealTime: true,
    isOnRequest: true,
  }),
  ...inEngines(['firefox'], { name: 'e2e', run: 'node --run test:e2e', isOnRequest: true }),
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(', ')}. There are: ${CHECKS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

const results = [];
for (const check of CHECKS.filter(({ name, isOnRequest }) =>
  wanted.length === 0 ? !isOnRequest : wanted.includes(name),
)) {
  console.log(`\n── ${check.name} ${'─'.repeat(60 - check.name.length)}`);
  const started = performance.now();
  const outcome = await perform(check);
  const seconds = (performance.now() - started) / 1000;
  results.push({ ...check, outcome, isGreen: outcome !== 'FAILED', seconds, ...countTests(check.report) });
}

console.log(`\n${'check'.padEnd(20)}${'result'.padEnd(10)}${'seconds'.padStart(8)}${'tests'.padStart(8)}`);
for (const { name, outcome, seconds, passed, failed, skipped } of results) {
  const tests = passed + failed > 0 ? String(passed + failed) : '';
  const result = outcome === 'ok' && skipped > 0 && passed === 0 ? 'skipped' : outcome;
  console.log(`${name.padEnd(20)}${result.padEnd(10)}${seconds.toFixed(1).padStart(8)}${tests.padStart(8)}`);
}
for (const { name, failures } of results) {
  for (const failure of failures) console.log(`\n✗ ${name}: ${failure}`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const broken = results.filter(({ isGreen, failed }) => !isGreen && failed === 0).length;
console.log(`\n${sum('passed')} passed, ${sum('failed') + broken} failed, ${sum('skipped')} skipped`);
for (const test of readNotes('second-tries.txt')) console.log(`Passed only on the second try: ${test}`);
for (const reason of readNotes('skipped.txt')) console.log(`Not tested here: ${reason}`);
process.exit(results.every(({ isGreen }) => isGreen) ? 0 : 1);

/** The same check in each engine, one after the other: two at once share the vendors' doubles, and starve each other. */
function inEngines(engines, { name, ...check }) {
  return engines.map((engine) => ({
    ...check,
    name: engine === 'chromium' ? name : `${name}-${engine}`,
    engine,
    report: `${name}-${engine}.xml`,
  }));
}

/** @returns {Promise<'ok' | '2nd try' | 'skipped' | 'FAILED'>} */
async function perform(check) {
  const reason = check.engine && whyNot(check.engine);
  if (reason) return skip(`${check.name}: ${reason}`);
  if (await run(check)) return 'ok';
  if (!check.isRealTime) return 'FAILED';
  console.log(`\n${check.name} failed and is run once more: clips play in real time, and a busy machine stumbles.`);
  return (await run(check)) ? '2nd try' : 'FAILED';
}

function skip(reason) {
  try {
    missing(reason);
    return 'skipped';
  } catch (error) {
    console.error(error.message);
    return 'FAILED';
  }
}

function run({ run: command, engine }) {
  const env = { ...process.env, ...(engine && { CHRONOS_ENGINE: engine }) };
  return new Promise((done) => {
    spawn(command, { shell: true, stdio: 'inherit', env }).on('close', (code) => done(code === 0));
  });
}

/** What tests noted in a file, each line once: see packages/local/testing/missing.ts and second-tries.mjs. */
function readNotes(name) {
  const file = join(REPORTS, name);
  return existsSync(file) ? new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean)) : [];
}

/** Reads the counts of a JUnit report and what failed, once more at the end: logs are long. Where there is none, nothing. */
function countTests(report) {
  const file = report && join(REPORTS, report);
  if (!file || !existsSync(file)) return { passed: 0, failed: 0, skipped: 0, failures: [] };
  const xml = readFileSync(file, 'utf8');
  const cases = (xml.match(/<testcase\b/g) ?? []).length;
  const failed = (xml.match(/<(failure|error)\b/g) ?? []).length;
  const skipped = (xml.match(/<skipped\b/g) ?? []).length;
  const failures = xml
    .split(/(?=<testcase\b)/)
    .filter((test) => /<(failure|error)\b/.test(test))
    .map(describeFailure);
  return { passed: cases - failed - skipped, failed, skipped, failures };
}

/** The name of a failed test of a JUnit report, its file, and the first lines of what it says. */
function describeFailure(test) {
  const attribute = (name, text = test) => unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '');
  const [, attributes, text = ''] = /<(?:failure|error)\b([^>]*)>([\s\S]*?)<\/(?:failure|error)>/.exec(test) ?? [];
  const message = attribute('message', attributes);
  const said = unescapeXml(text).trim();
  const lines = (said.includes(message) ? said : `${message}\n${said}`).split('\n').filter(Boolean).slice(0, 12);
  return `${attribute('classname')} › ${attribute('name')}\n  ${lines.join('\n  ')}`;
}

function unescapeXml(text) {
  const characters = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#10': '\n', '#xA': '\n' };
  return text.replace(/<!\[CDATA\[|\]\]>/g, '').replace(/&(#?\w+);/g, (whole, name) => characters[name] ?? whole);
}
