import { expect } from '@esm-bundle/chai';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { createMount, createPlace, plays } from '../../testing/place-media.ts';
import { untilState } from '../../testing/until.ts';
import { mountYouTubeMedia } from './media.ts';
import { youtube } from './provider.ts';

const mount = createMount(youtube, mountYouTubeMedia);

describeMediaContract({
  name: 'mountYouTubeMedia',
  mount,
  clip: 'youtube:aqz-KE-bpKQ',
  unplayable: 'youtube:err-150-___',
  missing: 'youtube:err-100-___',
});

describe('mountYouTubeMedia', () => {
  const place = createPlace((id, settings) => mount(`youtube:${id}`, settings));

  it('loads one iframe, from the cookieless host, and never tells the page\u2019s address', async () => {
    const { media, element } = place('only-once-_');
    await plays(media);
    const response = await fetch('https://doubles.test/requests');
    const requests = (await response.json()) as string[];
    const embeds = requests.filter((url) => url.includes('/embed/only-once-_'));
    expect(embeds).to.have.lengthOf(1);
    expect(new URL(embeds[0] ?? '').host).to.equal('www.youtube-nocookie.com');
    expect(requests.filter((url) => url.includes('forigin') || url.includes('wtr-session'))).to.deep.equal([]);
    expect(element.querySelector('iframe')?.referrerPolicy).to.equal('strict-origin-when-cross-origin');
  });

  for (const code of [2, 5, 100, 101, 150, 151, 152, 153]) {
    it(`names error ${code}, whether it comes as a number or as text`, async () => {
      for (const kind of ['err', 'str']) {
        const { media } = place(`${kind}-${code}`.padEnd(11, '-'));
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await untilState(media, ({ error }) => error !== null);
        expect(media.error).to.include({ code: code === 5 ? 3 : 4, cause: code });
        expect(media.error?.message).to.match(/\.$/);
      }
    });
  }

  it('rejects play() with NotAllowedError where the embed refuses, and stands paused', async () => {
    const { media } = place('nplay-_____');
    const name = await media.play().catch((error: DOMException) => error.name);
    expect([name, media.paused]).to.deep.equal(['NotAllowedError', true]);
  });

  it('rejects play() with AbortError where the embed never says a word', async () => {
    const { media } = place('mute-______');
    const error = await media.play().catch((reason: DOMException & { cause?: unknown }) => reason);
    expect(error).to.include({ name: 'AbortError', cause: 'embed-silent' });
    expect(media.paused).to.equal(true);
    // Its box is black, so that is an error too.
    expect(media.error).to.include({ code: 2, cause: 'embed-silent' });
  });

  it('forgets that it was given up where the embed answers after all', async () => {
    const { media } = place('tardy-_____');
    const events: string[] = [];
    for (const name of ['error', 'emptied', 'loadstart', 'loadedmetadata'] as const) {
      media.addEventListener(name, () => events.push(name));
    }
    const name = await media.play().catch((reason: DOMException) => reason.name);
    expect(name).to.equal('AbortError');
    await untilState(media, ({ readyState }) => readyState > 0);
    expect([media.error, media.paused, events]).to.deep.equal([
      null,
      true,
      ['loadstart', 'error', 'emptied', 'loadstart', 'loadedmetadata'],
    ]);
    await plays(media);
  });

  for (const [what, id] of Object.entries({
    'that answers late': 'late-______',
    'whose positions are stale': 'stale-_____',
    'that knows its length only when playing': 'slow-______',
  })) {
    it(`plays, seeks and pauses in an embed ${what}`, async () => {
      const { media } = place(id);
      await plays(media);
      media.currentTime = 12;
      await untilState(media, ({ currentTime, seeking }) => !seeking && currentTime > 12.3);
      media.pause();
      await untilState(media, ({ paused }) => paused);
      expect(media.duration).to.be.closeTo(30, 0.1);
      expect(media.currentTime).to.be.within(12, 14.5);
    });
  }

  it('never says a seek that nobody made, whatever the rate', async () => {
    const { media } = place('aqz-KE-bpKQ');
    const seeks: number[] = [];
    await plays(media);
    media.addEventListener('seeking', () => seeks.push(media.currentTime));
    for (const rate of [0.25, 1.5, 2]) {
      media.playbackRate = rate;
      const from = media.currentTime;
      // oxlint-disable-next-line no-await-in-loop -- one rate after the other
      await untilState(media, ({ currentTime }) => currentTime > from + rate);
    }
    expect(seeks).to.deep.equal([]);
  });

  it('says a rate that the viewer chose in the embed once, and stays with it', async () => {
    const { media, element } = place('aqz-KE-bpKQ');
    await plays(media, 1.5);
    const rates: number[] = [];
    media.addEventListener('ratechange', () => rates.push(media.playbackRate));
    const frame = element.querySelector('iframe');
    // As its menu does it: by the vendor's own command, past our media.
    const command = { event: 'command', func: 'setPlaybackRate', args: [1.5], id: frame?.id, channel: 'widget' };
    frame?.contentWindow?.postMessage(JSON.stringify(command), '*');
    const from = media.currentTime;
    await untilState(media, ({ currentTime }) => currentTime > from + 2);
    expect(rates).to.deep.equal([1.5]);
  });

  it('takes the nearest rate the vendor has', async () => {
    const { media } = place('aqz-KE-bpKQ');
    media.playbackRate = 3;
    expect(media.playbackRate).to.equal(2);
  });
});
