import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { whyNoPostgres } from '../../../packages/local/testing/test-database.ts';
import { soak } from './soak.ts';
import { describeSoak, isFaultless } from './soak-report.ts';

const HELP = `npm run soak -- [--viewers 1000] [--seconds 180] [--speed 1] [--seed 1] [--outage 10]

  --viewers  how many watch at once
  --seconds  for how long, real time
  --speed    their time runs so much faster than ours
  --seed     of the dice
  --outage   seconds in the middle during which nothing can be reached
`;

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '180' },
    speed: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    outage: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});
const reason = values.help ? HELP : await whyNoPostgres();
if (reason) {
  console.log(reason);
  process.exit(values.help ? 0 : 1);
}
const options = {
  viewers: Number(values.viewers),
  seconds: Number(values.seconds),
  speed: Number(values.speed),
  seed: Number(values.seed),
  outageSeconds: Number(values.outage),
  rates: { faults: 0.2, duplicates: 0.05, reordered: 0.05 },
  log: console.log,
};
console.log(`${options.viewers} viewers for ${options.seconds} s at ${options.speed}x on ${cpus().length} cores`);
const report = await soak(options);
console.log(describeSoak(report));
process.exit(isFaultless(report) ? 0 : 1);
