import { expect } from '@esm-bundle/chai';
import { mountControls, mountWithControls } from '../../testing/controls-fixture.ts';
import { next, removePlayers, task, until } from '../../testing/player-fixture.ts';

type Handlers = Partial<Record<MediaSessionAction, MediaSessionActionHandler | null>>;

describe('holdMediaSession', () => {
  const { mediaSession } = navigator;
  const handlers: Handlers = {};
  const positions: (MediaPositionState | undefined)[] = [];
  beforeEach(() => {
    Object.assign(mediaSession, {
      setActionHandler: (action: MediaSessionAction, handler: MediaSessionActionHandler | null) =>
        (handlers[action] = handler),
      setPositionState: (state?: MediaPositionState) => positions.push(state),
    });
  });
  afterEach(async () => {
    await removePlayers();
    Reflect.deleteProperty(mediaSession, 'setActionHandler');
    Reflect.deleteProperty(mediaSession, 'setPositionState');
  });
  const ask = (action: MediaSessionAction, details: Partial<MediaSessionActionDetails> = {}): void =>
    handlers[action]?.({ action, ...details });

  it('says what plays once it plays, and where it is', async () => {
    const player = await mountControls({ poster: '/examples/clips/lesson-poster.webp' });
    player.ariaLabel = 'Two clocks';
    expect(mediaSession.metadata).to.equal(null);
    await player.play();
    await until(() => mediaSession.metadata);
    expect(mediaSession.metadata!.artwork[0]!.src).to.equal(`${location.origin}/examples/clips/lesson-poster.webp`);
    player.playbackRate = 1.5;
    await until(() => positions.at(-1)?.playbackRate === 1.5);
    expect(positions.at(-1)?.duration).to.be.closeTo(30, 0.1);
  });

  it('does what is asked for', async () => {
    const player = await mountControls();
    await player.play();
    ask('pause');
    await next(player, 'pause');
    ask('seekto', { seekTime: 20 });
    await next(player, 'seeked');
    ask('seekbackward', { seekOffset: 5 });
    await next(player, 'seeked');
    expect(player.currentTime).to.equal(15);
    ask('seekforward');
    await next(player, 'seeked');
    expect(player.currentTime).to.equal(25);
    ask('play');
    await next(player, 'playing');
  });

  it('belongs to the player that played last, and is given back when that one goes', async () => {
    const first = await mountControls();
    await first.play();
    await until(() => mediaSession.metadata);
    const before = mediaSession.metadata;
    const second = await mountWithControls();
    await second.play();
    await until(() => mediaSession.metadata !== before);
    first.remove();
    await task();
    await task();
    expect(mediaSession.metadata).not.to.equal(null);
    second.remove();
    await task();
    await task();
    expect([mediaSession.metadata, handlers.play]).to.deep.equal([null, null]);
  });
});
