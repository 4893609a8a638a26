import { expect } from '@esm-bundle/chai';
import { isReady } from '../../testing/contract/contract.ts';
import { withNative } from '../../testing/contract/native-differences.ts';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { untilState } from '../../testing/until.ts';
import { DEFAULT_SETTINGS, type MediaSettings, type MountedMedia } from '../provider.ts';
import { mountHlsMedia } from './media.ts';
import { hls } from './provider.ts';

const LADDER = '/examples/clips/ladder';
const HAS_NATIVE = document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '';

function mount(src: string, settings: Partial<MediaSettings> = {}): MountedMedia {
  const source = hls.parse(src);
  if (!source) throw new Error(`The grammar refuses ${src}.`);
  return mountHlsMedia(source, { ...DEFAULT_SETTINGS, ...settings });
}

for (const engine of HAS_NATIVE ? (['native', 'mse'] as const) : (['mse'] as const)) {
  describeMediaContract({
    name: `mountHlsMedia, ${engine},`,
    mount: (src, settings) => mount(src, { ...settings, engine }),
    clip: `${LADDER}/master.m3u8`,
    unplayable: '/packages/media/testing/unplayable.m3u8',
    missing: `${LADDER}/no-such-list.m3u8`,
    // How long it is, is known to the millisecond only when the last segment has come.
    differences: withNative({ repeats: ['durationchange'] }),
  });
}

/** The double of a streaming server; its folders are its moods. */
const SERVER = 'https://streams.test';

describe('mountHlsMedia', () => {
  let mounted: MountedMedia | undefined;
  afterEach(() => mounted?.destroy());
  const open = (src: string, settings?: Partial<MediaSettings>): MountedMedia => {
    mounted = mount(src, settings);
    document.body.append(mounted.element);
    return mounted;
  };

  it('arrives at the first picture of a segment that begins with none', async () => {
    // Segments of the ladder are 6 s long; the third one's first picture comes a third of a second after its start.
    const { media } = open(`${LADDER}/master.m3u8`, { engine: 'mse' });
    media.currentTime = 12;
    await untilState(media, isReady);
    expect(media.currentTime).to.be.within(12, 12.5);
  });

  it('shows subtitles of the playlist, whose cues can be read', async () => {
    const { media, nativeVideo } = open(`${LADDER}/captions.m3u8`);
    await untilState(media, () => (nativeVideo?.textTracks.length ?? 0) > 0);
    const track = nativeVideo!.textTracks[0]!;
    track.mode = 'showing';
    await untilState(media, () => (track.cues?.length ?? 0) > 0);
    const [first] = track.cues!;
    expect([track.language, (first as VTTCue).text]).to.deep.equal(['en', 'Second 0']);
  });

  it('falls to hls.js where the browser cannot play the playlist, and nobody hears of it', async () => {
    const { media } = open(`${SERVER}/no-native/master.m3u8`, { muted: true });
    const errors: Event[] = [];
    media.addEventListener('error', (event) => errors.push(event));
    await untilState(media, isReady);
    await media.play();
    expect(errors).to.deep.equal([]);
    expect(media.error).to.equal(null);
  });

  it('says what hls.js says of a failure', async () => {
    const { media } = open(`${LADDER}/no-such-list.m3u8`, { engine: 'mse' });
    await untilState(media, ({ error }) => error !== null);
    expect(media.error).to.include({ code: 4, cause: 'manifestLoadError' });
    expect(media.error?.message).to.contain('404');
  });

  it('asks for nothing before the first play with preload="none"', async () => {
    const asked = watchRequests();
    const { media } = open(`${LADDER}/master.m3u8?none`, { preload: 'none', muted: true });
    await Promise.resolve();
    expect(asked()).to.deep.equal([]);
    await media.play();
    expect(asked()).not.to.deep.equal([]);
  });

  it('knows no end of a live stream', async () => {
    const { media } = open(`${SERVER}/live/master.m3u8`, { engine: 'mse', muted: true });
    await media.play();
    await untilState(media, ({ currentTime, seekable }) => currentTime > 0 && seekable.length > 0);
    expect(media.duration).to.equal(Infinity);
    expect(media.seekable.end(0)).to.be.greaterThan(5);
  });

  it('lists the renditions of the playlist, plays the chosen one, and forgets the choice with the source', async () => {
    const { media, nativeVideo } = open(`${LADDER}/master.m3u8`, { engine: 'mse', muted: true });
    const list = media.videoRenditions!;
    await untilState(media, () => list.length === 2);
    expect([...list].map(({ width, height }) => [width, height])).to.deep.equal([
      [160, 90],
      [320, 180],
    ]);
    for (const index of [0, 1]) {
      list.selectedIndex = index;
      if (media.paused) await media.play();
      await untilState(media, () => nativeVideo!.videoHeight === list[index]!.height);
    }
    media.load();
    expect([list.length, list.selectedIndex]).to.deep.equal([0, -1]);
    await untilState(media, () => list.length === 2);
  });

  it('chooses renditions by hls.js only', async () => {
    let refined = 0;
    const one = open(`${LADDER}/master.m3u8`, { onRefined: () => (refined += 1) });
    await untilState(one.media, isReady);
    expect([one.capabilities.quality, refined]).to.deep.equal(HAS_NATIVE ? ['no', 1] : ['yes', 0]);
  });
});

/** Addresses of playlists asked for since. */
function watchRequests(): () => string[] {
  performance.clearResourceTimings();
  const playlists = (): PerformanceEntry[] => performance.getEntriesByType('resource');
  return () =>
    playlists()
      .map(({ name }) => name)
      .filter((name) => name.includes('.m3u8'));
}
