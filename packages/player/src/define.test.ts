import { describe, expect, it } from 'vitest';

describe('define', () => {
  it('does nothing on a server', async () => {
    await import('./define.ts');
    expect(globalThis.customElements?.get('chronos-player')).toBeUndefined();
  });
});
