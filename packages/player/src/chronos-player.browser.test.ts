import { expect } from '@esm-bundle/chai';
import { CLOCK, mountPlayer, next, removePlayers, panelText } from '../testing/player-fixture.ts';

describe('ChronosPlayer', () => {
  afterEach(removePlayers);

  it('plays a file', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadedmetadata');
    expect(player.duration).to.be.greaterThan(1);
    await player.play();
    expect(player.paused).to.equal(false);
    expect(player.matches(':state(playing)')).to.equal(true);
  });

  it('says what is wrong', async () => {
    const player = mountPlayer({ src: 'nonsense' });
    expect(await panelText(player)).to.equal('This video is not set up correctly.');
  });
});
