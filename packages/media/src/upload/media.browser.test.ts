import { expect } from '@esm-bundle/chai';
import { withNative } from '../../testing/contract/native-differences.ts';
import { ENGINE } from '../../testing/engine.ts';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { untilState } from '../../testing/until.ts';
import { DEFAULT_SETTINGS, type MediaSettings, type MountedMedia } from '../provider.ts';
import { mountUploadMedia } from './media.ts';
import { upload } from './provider.ts';

const CLIPS = '/examples/clips';

function mount(src: string, settings: MediaSettings = DEFAULT_SETTINGS): MountedMedia {
  const source = upload.parse(src);
  if (!source) throw new Error(`The grammar refuses ${src}.`);
  return mountUploadMedia(source, settings);
}

for (const extension of ['mp4', 'webm']) {
  describeMediaContract({
    name: `mountUploadMedia, ${extension},`,
    mount,
    clip: `${CLIPS}/clock.${extension}`,
    unplayable: '/packages/media/testing/unplayable.mp4',
    missing: `${CLIPS}/no-such-file.${extension}`,
    differences: withNative(),
  });
}

describe('mountUploadMedia', () => {
  it('is the <video> itself', () => {
    const { media, element, nativeVideo, capabilities, destroy } = mount(`${CLIPS}/clock.mp4`);
    expect([media, element]).to.deep.equal([nativeVideo, nativeVideo]);
    expect(nativeVideo).to.be.instanceOf(HTMLVideoElement);
    expect(capabilities).to.equal(upload.capabilities);
    destroy();
  });

  it('gives every setting to the element', () => {
    const { nativeVideo, destroy } = mount(`${CLIPS}/clock.mp4`, {
      ...DEFAULT_SETTINGS,
      muted: true,
      loop: true,
      controls: true,
      preload: 'none',
      crossOrigin: 'anonymous',
    });
    const expected = { muted: true, loop: true, controls: true, autoplay: false };
    expect(nativeVideo).to.include({ ...expected, preload: 'none', playsInline: true, crossOrigin: 'anonymous' });
    destroy();
  });

  it('shows captions whose cues can be read', async () => {
    const captions = {
      src: `${CLIPS}/lesson.en.vtt`,
      kind: 'captions',
      srclang: 'en',
      label: 'English',
      default: true,
    };
    const { media, element, nativeVideo, destroy } = mount(`${CLIPS}/lesson.mp4`, {
      ...DEFAULT_SETTINGS,
      tracks: [{ ...captions, kind: 'captions' }],
    });
    document.body.append(element);
    const track = nativeVideo?.textTracks[0];
    // WebKit shows a default track to who asked his system for captions.
    if (ENGINE === 'webkit' && track) track.mode = 'showing';
    await untilState(media, () => (track?.cues?.length ?? 0) > 0);
    expect(track).to.include({ kind: 'captions', language: 'en', label: 'English', mode: 'showing' });
    destroy();
  });

  it('begins at 0 when told so, whatever the source says', async () => {
    const { media, element, destroy } = mount(`${CLIPS}/clock.mp4#t=10`, { ...DEFAULT_SETTINGS, startTime: 0 });
    document.body.append(element);
    await untilState(media, ({ readyState }) => readyState >= 2);
    expect(media.currentTime).to.equal(0);
    destroy();
  });

  it('plays a blob', async () => {
    const file = await (await fetch(`${CLIPS}/clock.mp4`)).blob();
    const address = URL.createObjectURL(file);
    const { media, element, destroy } = mount(`${address}#t=10`);
    document.body.append(element);
    await untilState(media, ({ readyState, seeking }) => readyState >= 2 && !seeking);
    expect(media.currentTime).to.equal(10);
    destroy();
    URL.revokeObjectURL(address);
  });

  it('gives up the file when destroyed', async () => {
    const { media, nativeVideo, destroy } = mount(`${CLIPS}/clock.mp4`);
    destroy();
    expect(nativeVideo?.hasAttribute('src')).to.equal(false);
    // The platform lets go in a task of its own.
    await untilState(media, () => nativeVideo?.networkState === HTMLMediaElement.NETWORK_EMPTY);
  });
});
