// `npm run prove`: the meter against the truth of many random hours, for every kind of source. Exits 1 outside the promise.
//
//   npm run prove                    10,000 hours of each kind
//   npm run prove -- 50000 7         so many, from this seed
//
// A script that breaks a promise is made as small as it gets and kept in testing/viewing/kept, where it is a test from then on.
import { keepViewing } from '../testing/viewing/kept-viewings.ts';
import { describeProof, findBroken, measureViewing, PROMISED, prove } from '../testing/viewing/prove.ts';
import type { SourceKind } from '../testing/viewing/viewing.ts';

const KINDS: readonly SourceKind[] = ['native', 'polled', 'reported'];
const [scripts = 10_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);

console.log(`Seed ${seed}.`);
for (const kind of KINDS) {
  const proof = prove({ kind, scripts, seed });
  console.log(describeProof(proof));
  if (proof.broken) {
    process.exitCode = 1;
    console.error(
      `Broken: ${findBroken(measureViewing(proof.broken), PROMISED).join('; ')}. Kept as ${keepViewing(proof.broken)}.`,
    );
  }
}
for (const kind of KINDS) {
  // Not promised, but worth knowing: everything goes wrong at once.
  console.log(describeProof(prove({ kind, circumstance: 'hard', scripts: Math.ceil(scripts / 10), seed, limits: {} })));
}
