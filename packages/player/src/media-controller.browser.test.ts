import { countLeftovers, ENGINE, NOTHING_LEFT } from '@chronos-player/media/testing';
import { expect } from '@esm-bundle/chai';
import { scriptDatabase } from '../testing/scripted-database.ts';
import {
  CLOCK,
  CLOCK_WEBM,
  mountPlayer,
  next,
  panelText,
  part,
  removePlayers,
  task,
  until,
  VIDEO_ID,
} from '../testing/player-fixture.ts';

describe('MediaController', () => {
  afterEach(removePlayers);

  describe('a new src', () => {
    it('replaces the video, keeps the sound and begins anew', async () => {
      const player = mountPlayer({ src: CLOCK });
      await next(player, 'loadeddata');
      const first = player.nativeVideo!;
      Object.assign(player, { currentTime: 5, volume: 0.25, playbackRate: 2 });
      await next(player, 'seeked');
      player.src = CLOCK_WEBM;
      await next(player, 'loadeddata');
      expect(player.nativeVideo).not.to.equal(first);
      expect([first.isConnected, first.hasAttribute('src')]).to.deep.equal([false, false]);
      expect([player.currentTime, player.volume, player.muted, player.playbackRate]).to.deep.equal([0, 0.25, true, 1]);
      expect(player.shadowRoot?.querySelectorAll('video').length).to.equal(1);
    });

    it('does not inherit the speed that was chosen for the old one, but the default speed', async () => {
      const player = mountPlayer({ src: CLOCK });
      Object.assign(player, { playbackRate: 2, defaultPlaybackRate: 1.25 });
      await next(player, 'loadeddata');
      expect(player.playbackRate).to.equal(2);
      player.src = CLOCK_WEBM;
      await next(player, 'loadeddata');
      expect([player.playbackRate, player.defaultPlaybackRate]).to.deep.equal([1.25, 1.25]);
    });

    it('says emptied when the old one can no longer be asked', async () => {
      const player = mountPlayer({ src: CLOCK });
      await next(player, 'loadeddata');
      const emptied = next(player, 'emptied').then(() => player.duration);
      player.src = CLOCK_WEBM;
      expect(await emptied).to.deep.equal(NaN);
    });

    it('means what is set after it for itself', async () => {
      const player = mountPlayer({ src: CLOCK });
      await next(player, 'loadeddata');
      player.src = CLOCK_WEBM;
      player.currentTime = 7;
      await player.play();
      expect(player.currentSrc).to.contain('webm');
      // WebKit goes there once it plays.
      await until(() => player.currentTime >= 7);
      expect(player.currentTime).to.be.below(8);
    });

    it('rejects the play() that waited for the old one', async () => {
      const player = mountPlayer({ src: CLOCK });
      await player.updateComplete;
      const refused = player.play().catch(({ name }: DOMException) => name);
      player.src = CLOCK_WEBM;
      expect(await refused).to.equal('AbortError');
    });

    it('wins over whatever came before it, however quickly they follow', async () => {
      const player = mountPlayer({ src: CLOCK });
      for (const src of ['/nowhere.mp4', CLOCK_WEBM, 'nonsense', CLOCK_WEBM]) {
        player.src = src;
        await Promise.resolve();
      }
      await next(player, 'loadeddata');
      expect([player.currentSrc.endsWith('webm'), player.error, part(player, 'error')]).to.deep.equal([
        true,
        null,
        null,
      ]);
    });

    it('heals what was wrong with the old one', async () => {
      const player = mountPlayer({ src: '/nowhere.mp4' });
      await panelText(player);
      player.src = CLOCK;
      await next(player, 'loadeddata');
      await player.updateComplete;
      expect([part(player, 'error'), player.error, player.matches(':state(error)')]).to.deep.equal([null, null, false]);
    });
  });

  describe('moved', () => {
    // WebKit has no moveBefore: whoever moves a player there appends it.
    const canMove = 'moveBefore' in Element.prototype;
    for (const [how, move] of [
      ['appended elsewhere', (player: Element, to: Element) => to.append(player)],
      ['removed and inserted in one task', (player: Element, to: Element) => (player.remove(), to.append(player))],
      ...(canMove
        ? [['moved by moveBefore', (player: Element, to: Element) => to.moveBefore(player, null)] as const]
        : []),
    ] as const) {
      it(`keeps its media when ${how}`, async () => {
        const to = document.body.appendChild(document.createElement('section'));
        const player = mountPlayer({ src: CLOCK });
        await player.play();
        // WebKitGTK (2.50) stops a file for good that is moved as it begins to play.
        await until(() => ENGINE !== 'webkit' || player.currentTime > 0.3);
        const native = player.nativeVideo;
        const log: string[] = [];
        for (const type of ['pause', 'emptied', 'loadstart']) player.addEventListener(type, () => log.push(type));
        move(player, to);
        await task();
        const { currentTime } = player;
        await until(() => player.currentTime > currentTime + 0.1);
        expect(player.nativeVideo).to.equal(native);
        expect([log, player.paused]).to.deep.equal([[], false]);
        to.remove();
      });
    }

    for (const body of canMove ? [document.body] : []) {
      it('takes moveBefore for a move, not for a removal that is taken back', async () => {
        const player = mountPlayer({ src: CLOCK });
        await next(player, 'loadeddata');
        const counted = countLeftovers({ isLastingOnly: true });
        body.moveBefore(player, body.firstChild);
        expect(counted.now().timers).to.equal(0);
        counted.stop();
      });
    }

    it('stays paused if it was', async () => {
      const to = document.body.appendChild(document.createElement('section'));
      const player = mountPlayer({ src: CLOCK, startTime: 3 });
      await next(player, 'loadeddata');
      to.append(player);
      await task();
      await task();
      expect([player.paused, player.nativeVideo?.paused]).to.deep.equal([true, true]);
      expect(player.currentTime).to.be.closeTo(3, 0.1);
      to.remove();
    });
  });

  describe('removed', () => {
    it('gives the media back', async () => {
      const player = mountPlayer({ src: CLOCK });
      await player.play();
      const native = player.nativeVideo!;
      player.remove();
      await task();
      await task();
      expect([player.nativeVideo, native.isConnected, native.hasAttribute('src')]).to.deep.equal([null, false, false]);
      expect([player.paused, player.duration]).to.deep.equal([true, NaN]);
    });

    it('opens anew where it is inserted again', async () => {
      const player = mountPlayer({ src: CLOCK });
      await next(player, 'loadeddata');
      const native = player.nativeVideo;
      player.remove();
      await task();
      await task();
      document.body.append(player);
      await next(player, 'loadeddata');
      expect(player.nativeVideo).not.to.equal(native);
      expect(player.shadowRoot?.querySelectorAll('video').length).to.equal(1);
    });

    it('never opens what was removed at once', async () => {
      const player = mountPlayer({ src: CLOCK });
      player.remove();
      // By the time another one has loaded, this one would have.
      await next(mountPlayer({ src: CLOCK }), 'loadeddata');
      expect([player.nativeVideo, player.shadowRoot?.querySelector('video') ?? null]).to.deep.equal([null, null]);
    });

    it('leaves nothing of its tracking behind but what the page keeps once', async () => {
      const database = scriptDatabase();
      const counted = countLeftovers({ isLastingOnly: true });
      const left: unknown[] = [];
      for (let round = 0; round < 3; round += 1) {
        const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
        await next(player, 'chronos-sessionupdate');
        await player.play();
        await until(() => player.watch.time > 0.3);
        player.remove();
        await until(() => database.called('end_watch_session').length === round + 1);
        await task();
        left.push(counted.now().listeners);
      }
      counted.stop();
      database.restore();
      expect(left[2]).to.deep.equal(left[0]);
    });

    it('leaves no listener and no timer behind', async () => {
      const counted = countLeftovers({ isLastingOnly: true });
      for (let round = 0; round < 5; round += 1) {
        const player = mountPlayer({ src: round % 2 ? CLOCK : '/nowhere.mp4' });
        await (round % 2 ? player.play() : panelText(player));
        player.remove();
        await task();
        await task();
      }
      expect(counted.now()).to.deep.equal(NOTHING_LEFT);
      counted.stop();
    });
  });
});
