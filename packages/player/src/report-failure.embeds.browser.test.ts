import { expect } from '@esm-bundle/chai';
import { mountPlayer, next, panelText, part, removePlayers } from '../testing/player-fixture.ts';

/** What YouTube answers, our code, the viewer's sentence, and whether it may pass. */
const CASES = [
  [2, 'embed-invalid', 'This video is not set up correctly.', false],
  [5, 'embed-broken', "The video service's player failed.", true],
  [100, 'embed-removed', 'This video was removed by its owner, or is private.', false],
  [101, 'embed-forbidden', 'The owner of this video does not allow it to be shown here.', false],
  [150, 'embed-forbidden', 'The owner of this video does not allow it to be shown here.', false],
  [151, 'embed-elsewhere', 'This video cannot be shown on this site or in this country.', false],
  [152, 'embed-elsewhere', 'This video cannot be shown on this site or in this country.', false],
  [153, 'embed-referrer', 'This video is not set up correctly.', false],
] as const;

describe('reportFailure, of an embed,', () => {
  const { error } = console;
  beforeEach(() => {
    console.error = () => {};
  });
  afterEach(async () => {
    await removePlayers();
    console.error = error;
  });

  for (const [number, code, sentence, canRetry] of CASES) {
    it(`says ${code} where YouTube says ${number}`, async () => {
      const player = mountPlayer({ src: `youtube:${`err-${number}`.padEnd(11, '-')}`, loading: 'eager' });
      const { detail } = await next(player, 'chronos-error');
      expect(detail.code).to.equal(code);
      expect(player.error).to.include({ cause: number });
      expect((await panelText(player)).startsWith(sentence)).to.equal(true);
      expect(part(player, 'error')?.querySelector('button') !== null).to.equal(canRetry);
      expect((await fetch(`/docs/errors/${code}.md`)).status, 'its page in docs/errors').to.equal(200);
    });
  }
});
