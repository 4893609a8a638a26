import { appendFileSync } from 'node:fs';

/** A reporter of Vitest: notes for scripts/check.mjs what passed only when it was run once more. */
export default class SecondTries {
  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    const [error] = test.result().errors ?? [];
    const said = error?.message.split('\n').slice(0, 3).join(' ') ?? 'nothing said';
    appendFileSync('test-results/second-tries.txt', `${test.module.relativeModuleId} › ${test.fullName}: ${said}\n`);
  }
}
