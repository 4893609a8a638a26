import { expect } from '@esm-bundle/chai';
import { loadScript } from './load-script.ts';

const POLICY = { timeoutMs: 10_000, policy: 'youtube-widget-api' };
const address = (name: string): string => `https://doubles.test/${name}.js`;
const scripts = (name: string): number => document.querySelectorAll(`script[src="${address(name)}"]`).length;

describe('loadScript', () => {
  it('loads a script once, however many wait for it', async () => {
    await Promise.all([loadScript(address('good'), POLICY), loadScript(address('good'), POLICY)]);
    expect(scripts('good')).to.equal(1);
  });

  it('rejects for one that is blocked, and takes it out so that the next attempt is a new one', async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reason = await loadScript(address('blocked'), POLICY).catch(({ message }: Error) => message);
      expect([reason, scripts('blocked')]).to.deep.equal([`${address('blocked')} could not be loaded`, 0]);
    }
  });

  it('rejects for one that does not come in time', async () => {
    const reason = await loadScript(address('slow'), { ...POLICY, timeoutMs: 100 }).catch(
      ({ message }: Error) => message,
    );
    expect([reason, scripts('slow')]).to.deep.equal([`${address('slow')} did not arrive within 0.1 s`, 0]);
  });
});
