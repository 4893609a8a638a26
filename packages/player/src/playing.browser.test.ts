import { expect } from '@esm-bundle/chai';
import { CLOCK, mountPlayer, next, parsePlayer, removePlayers, until } from '../testing/player-fixture.ts';

describe('ChronosPlayer, playing,', () => {
  afterEach(removePlayers);

  it('is the only one of the page, unless it is told not to mind', async () => {
    const [first, second] = [mountPlayer({ src: CLOCK }), mountPlayer({ src: CLOCK })];
    const tolerant = mountPlayer({ src: CLOCK, exclusive: 'off' });
    await tolerant.play();
    await first.play();
    const paused = next(first, 'pause');
    await second.play();
    await paused;
    expect([first.paused, second.paused, tolerant.paused]).to.deep.equal([true, false, false]);
  });

  it('lets nobody skip ahead of what he has seen with seek="watched"', async () => {
    const player = mountPlayer({ src: CLOCK, seek: 'watched' });
    await player.play();
    await until(() => player.currentTime > 1);
    const blocked = next(player, 'chronos-seekblocked');
    player.currentTime = 20;
    const { detail, bubbles, composed } = await blocked;
    expect([detail.wanted, bubbles, composed]).to.deep.equal([20, true, true]);
    expect(detail.allowed).to.be.within(0.5, 4);
    await until(() => !player.seeking);
    expect(player.currentTime).to.be.below(6);
    player.currentTime = 0.2;
    await next(player, 'seeked');
    expect(player.currentTime).to.be.below(2);
    player.seek = 'free';
    player.currentTime = 20;
    await next(player, 'seeked');
    expect(player.currentTime).to.be.at.least(20);
  });

  it('plays no faster than max-rate', async () => {
    const player = mountPlayer({ src: CLOCK, maxRate: 1.5 });
    await player.play();
    player.playbackRate = 3;
    await next(player, 'ratechange');
    await until(() => player.playbackRate < 3);
    expect(player.playbackRate).to.equal(1.5);
    player.maxRate = 1.25;
    await next(player, 'ratechange');
    expect(player.playbackRate).to.equal(1.25);
  });

  it('begins by itself with sound where autoplay="any" may', async () => {
    const player = parsePlayer(`<chronos-player src="${CLOCK}" autoplay="any"></chronos-player>`);
    await next(player, 'playing');
    expect([player.muted, player.paused]).to.deep.equal([false, false]);
  });
});
