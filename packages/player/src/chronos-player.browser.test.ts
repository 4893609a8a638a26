import { expect } from '@esm-bundle/chai';
import { CLOCK, CLOCK_WEBM, mountPlayer, next, part, removePlayers, task, until } from '../testing/player-fixture.ts';

describe('ChronosPlayer', () => {
  afterEach(removePlayers);

  it('plays a file and pauses it', async () => {
    const player = mountPlayer({ src: CLOCK });
    await player.play();
    expect([player.paused, player.matches(':state(playing)')]).to.deep.equal([false, true]);
    await until(() => player.currentTime > 0.2);
    player.pause();
    expect(player.paused).to.equal(true);
    await next(player, 'pause');
    expect([player.matches(':state(paused)'), player.matches(':state(playing)')]).to.deep.equal([true, false]);
  });

  it('has the media element’s values', async () => {
    const player = mountPlayer({ src: CLOCK, preload: 'auto' });
    await next(player, 'canplaythrough');
    expect(player.duration).to.be.closeTo(30, 0.5);
    expect([player.readyState, player.seeking, player.ended, player.error]).to.deep.equal([4, false, false, null]);
    expect([player.buffered.length, player.seekable.end(0)]).to.deep.equal([1, player.duration]);
    expect([player.videoWidth > 0, player.videoHeight > 0]).to.deep.equal([true, true]);
    expect(player.currentSrc).to.equal(new URL(CLOCK, location.href).href);
    expect(player.nativeVideo).to.be.instanceOf(HTMLVideoElement);
  });

  it('answers like an empty media element before there is one', () => {
    const player = document.createElement('chronos-player');
    expect(Number.isNaN(player.duration)).to.equal(true);
    expect([player.paused, player.currentTime, player.readyState, player.buffered.length]).to.deep.equal([
      true,
      0,
      0,
      0,
    ]);
    expect([player.textTracks.length, player.canPlayType('video/mp4'), player.nativeVideo]).to.deep.equal([
      0,
      document.createElement('video').canPlayType('video/mp4'),
      null,
    ]);
    expect(() => (player.volume = 2)).to.throw(DOMException);
  });

  it('remembers what is set before there is a media', async () => {
    const player = mountPlayer({ src: CLOCK });
    Object.assign(player, { currentTime: 12, playbackRate: 1.5, volume: 0.5, muted: false });
    expect([player.currentTime, player.playbackRate, player.volume, player.muted]).to.deep.equal([12, 1.5, 0.5, false]);
    await next(player, 'loadeddata');
    // WebKit goes there once it has something to show.
    await until(() => player.currentTime > 11.9);
    const { currentTime, playbackRate, volume, muted } = player.nativeVideo!;
    expect(currentTime).to.be.closeTo(12, 0.1);
    expect([playbackRate, volume, muted]).to.deep.equal([1.5, 0.5, false]);
  });

  it('plays when play() was called before there is a media', async () => {
    const player = document.createElement('chronos-player');
    player.muted = true;
    const playing = player.play();
    expect(player.paused).to.equal(false);
    document.body.append(player);
    player.src = CLOCK;
    await playing;
    expect(player.paused).to.equal(false);
    player.remove();
  });

  it('rejects a waiting play() as the platform does', async () => {
    const names: string[] = [];
    const note = (error: DOMException): void => void names.push(error.name);
    const paused = document.createElement('chronos-player');
    const interrupted = paused.play().catch(note);
    paused.pause();
    await interrupted;
    await mountPlayer({ src: 'nonsense' }).play().catch(note);
    await mountPlayer({ src: '/nowhere.mp4' }).play().catch(note);
    expect(names).to.deep.equal(['AbortError', 'NotSupportedError', 'NotSupportedError']);
  });

  it('refuses play() at once when there is nothing to play, and plays again when there is', async () => {
    const player = mountPlayer({ src: 'javascript:alert(1)' });
    await next(player, 'error');
    const refused = await player.play().catch(({ name }: DOMException) => name);
    expect(refused).to.equal('NotSupportedError');
    player.src = CLOCK;
    await player.play();
    expect(player.paused).to.equal(false);
  });

  it('dispatches every media event once, neither bubbling nor composed, after the state it announces', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadeddata');
    const log: string[] = [];
    const native = player.nativeVideo!;
    for (const type of ['play', 'playing', 'pause', 'seeking', 'seeked', 'ratechange', 'volumechange'] as const) {
      native.addEventListener(type, () => log.push(`native ${type}`));
      player.addEventListener(type, ({ bubbles, composed, target }) => {
        log.push(`player ${type} ${player.paused}${bubbles || composed || target !== player ? ' leaks' : ''}`);
      });
    }
    await player.play();
    player.playbackRate = 2;
    await next(player, 'ratechange');
    player.pause();
    await next(player, 'pause');
    player.currentTime = 5;
    await next(player, 'seeked');
    await task();
    // WebKit says volumechange of its own accord when it begins to play.
    const said = log.filter((line) => line.startsWith('player') && !line.includes('volumechange'));
    expect(said).to.deep.equal([
      'player play false',
      'player playing false',
      'player ratechange false',
      'player pause true',
      'player seeking true',
      'player seeked true',
    ]);
    const count = (who: string): number => log.filter((line) => line.startsWith(who)).length;
    expect(count('native')).to.equal(count('player'));
  });

  it('is in the state its event announces', async () => {
    const player = mountPlayer({ src: CLOCK });
    const states: string[] = [];
    const note = ({ type }: Event): void => {
      states.push(
        ...['loading', 'playing', 'paused', 'ended', 'error'].filter((s) => player.matches(`:state(${s})`)),
        type,
      );
    };
    for (const type of ['playing', 'pause', 'ended', 'error']) player.addEventListener(type, note);
    await player.play();
    player.pause();
    await next(player, 'pause');
    player.currentTime = 29.8;
    await next(player, 'seeked');
    await player.play();
    await next(player, 'ended');
    expect(states).to.deep.equal([
      'playing',
      'playing',
      'paused',
      'pause',
      'playing',
      'playing',
      'ended',
      'pause',
      'ended',
      'ended',
    ]);
  });

  it('plays where the browser knows only dashed states, or none', async () => {
    const { add } = CustomStateSet.prototype;
    const { attachInternals } = HTMLElement.prototype;
    const added: string[] = [];
    CustomStateSet.prototype.add = function (state) {
      if (!state.startsWith('--')) throw new DOMException('not dashed', 'SyntaxError');
      added.push(state);
      return add.call(this, state);
    };
    await mountPlayer({ src: CLOCK }).play();
    Reflect.deleteProperty(HTMLElement.prototype, 'attachInternals');
    await mountPlayer({ src: CLOCK }).play();
    CustomStateSet.prototype.add = add;
    HTMLElement.prototype.attachInternals = attachInternals;
    expect(added).to.include.members(['--loading', '--playing']);
  });

  it('knows what its media can do before it is loaded', async () => {
    const player = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ' });
    expect(player.capabilities).to.equal(null);
    await player.updateComplete;
    expect(player.capabilities?.seek).to.equal('yes');
    expect(Object.isFrozen(player.capabilities)).to.equal(true);
    player.src = CLOCK;
    const { bubbles, composed } = await next(player, 'chronos-capabilities');
    expect([bubbles, composed, player.capabilities?.rates]).to.deep.equal([true, true, null]);
  });

  it('begins at start-time, which wins over the address', async () => {
    const player = mountPlayer({ src: `${CLOCK}#t=4`, startTime: 8 });
    await next(player, 'loadeddata');
    expect(player.currentTime).to.be.closeTo(8, 0.1);
  });

  it('begins where the address says', async () => {
    const player = mountPlayer({ src: `${CLOCK}#t=4` });
    await next(player, 'loadeddata');
    expect(player.currentTime).to.be.closeTo(4, 0.1);
  });

  it('starts over with load()', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadeddata');
    player.currentTime = 9;
    await next(player, 'seeked');
    player.load();
    await next(player, 'loadeddata');
    expect(player.currentTime).to.equal(0);
  });

  it('shows nothing of the spinner to whoever waits less than 300 ms', async () => {
    // An embed that says nothing for seconds: it is still waited for when the look of waiting has come.
    const player = mountPlayer({ src: 'youtube:tardy-_____' });
    void player.play().catch(() => {});
    await until(() => part(player, 'spinner')?.getAnimations().length);
    const spinner = part(player, 'spinner')!;
    const [appearing] = spinner.getAnimations();
    appearing!.pause();
    const opacityAt = (ms: number): string => {
      appearing!.currentTime = ms;
      return getComputedStyle(spinner).opacity;
    };
    expect([opacityAt(300), opacityAt(500)]).to.deep.equal(['0', '1']);
  });

  it('shows no spinner where there is something to be seen', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadeddata');
    await player.updateComplete;
    expect(part(player, 'spinner')).to.equal(null);
  });

  it('keeps its shape before and after it is defined', async () => {
    const player = mountPlayer({ src: CLOCK_WEBM });
    player.style.width = '320px';
    expect(player.getBoundingClientRect().height).to.equal(180);
    await next(player, 'loadeddata');
    await task();
    expect(player.getBoundingClientRect().height).to.equal(180);
  });

  it('asks nobody else for anything, and loads no tracker for what is not tracked', async () => {
    const player = mountPlayer({ src: CLOCK, poster: '/examples/clips/lesson-poster.webp' });
    await player.play();
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(loaded.filter((name) => !name.startsWith(location.origin))).to.deep.equal([]);
    expect(loaded.filter((name) => name.includes('tracking.ts'))).to.deep.equal([]);
    expect(loaded.some((name) => name.includes('on-demand.ts'))).to.equal(true);
  });
});
