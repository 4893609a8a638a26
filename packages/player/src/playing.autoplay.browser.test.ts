import { expect } from '@esm-bundle/chai';
import { CLOCK, next, parsePlayer, removePlayers, until } from '../testing/player-fixture.ts';

// Runs in a browser that keeps its autoplay policy: nobody has touched the page.
describe('ChronosPlayer, before the viewer has touched the page,', () => {
  afterEach(removePlayers);

  it('begins by itself without sound with autoplay="any"', async () => {
    const player = parsePlayer(`<chronos-player src="${CLOCK}" autoplay="any"></chronos-player>`);
    await next(player, 'playing');
    expect([player.muted, player.paused]).to.deep.equal([true, false]);
  });

  it('begins by itself without sound in an embed with autoplay="any"', async () => {
    const player = parsePlayer('<chronos-player src="youtube:aqz-KE-bpKQ" autoplay="any"></chronos-player>');
    await until(() => player.currentTime > 0.3);
    expect([player.muted, player.paused]).to.deep.equal([true, false]);
  });

  it('is never muted silently by play() in an embed either', async () => {
    const player = parsePlayer('<chronos-player src="youtube:aqz-KE-bpKQ"></chronos-player>');
    const outcome = await player.play().catch((error: DOMException) => error.name);
    expect([outcome, player.muted, player.paused]).to.deep.equal(['NotAllowedError', false, true]);
  });

  it('is never muted silently by play()', async () => {
    const player = parsePlayer(`<chronos-player src="${CLOCK}"></chronos-player>`);
    const outcome = await player.play().catch((error: DOMException) => error.name);
    expect([outcome, player.muted, player.paused]).to.deep.equal(['NotAllowedError', false, true]);
  });
});
