import { describe, expect, it } from 'vitest';
import { describeProof, findBroken, measureViewing, PROMISED, prove } from '../testing/viewing/prove.ts';

describe('observe, of a polled source', { timeout: 600_000 }, () => {
  it('is within 0.5 s of watch time and 1 s of coverage in 1,000 random hours', () => {
    const proof = prove({ kind: 'polled', scripts: 1_000, seed: 20_261_127 });
    console.info(describeProof(proof));
    const broken = proof.broken && {
      ...proof.broken,
      because: findBroken(measureViewing(proof.broken), PROMISED),
    };
    expect(broken).toBeNull();
    expect(proof.scripts).toBe(1_000);
  });
});
