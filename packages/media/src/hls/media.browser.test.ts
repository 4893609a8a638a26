import { expect } from '@esm-bundle/chai';
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
    differences: { repeats: ['durationchange'] },
  });
}

describe('mountHlsMedia', () => {
  it('shows subtitles of the playlist, whose cues can be read', async () => {
    const { media, element, nativeVideo, destroy } = mount(`${LADDER}/captions.m3u8`);
    document.body.append(element);
    await untilState(media, () => (nativeVideo?.textTracks.length ?? 0) > 0);
    const track = nativeVideo!.textTracks[0]!;
    track.mode = 'showing';
    await untilState(media, () => (track.cues?.length ?? 0) > 0);
    expect([track.language, (track.cues?.[0] as VTTCue).text]).to.deep.equal(['en', 'Second 0']);
    destroy();
  });
});
