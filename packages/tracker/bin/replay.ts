// `npm run replay -- trace.json ...`: computes the numbers of kept traces again. Exits 1 where one is not reproduced.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replayTrace } from '../src/trace.ts';
import { describeReplay } from './describe-replay.ts';

const files = process.argv.slice(2).filter((argument) => argument !== '--');
if (files.length === 0) {
  console.error('Name a trace: npm run replay -- trace.json');
  process.exitCode = 2;
}
for (const file of files) {
  try {
    // npm runs this at the root of the repository, whoever called from wherever.
    const replay = replayTrace(await readFile(resolve(process.env['INIT_CWD'] ?? '', file), 'utf8'));
    console.log(`${file}\n${describeReplay(replay)}\n`);
    if (replay.differences.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
