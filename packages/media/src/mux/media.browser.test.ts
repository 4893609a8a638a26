import { expect } from '@esm-bundle/chai';
import { withNative } from '../../testing/contract/native-differences.ts';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { DEFAULT_SETTINGS, type MediaSettings, type MountedMedia } from '../provider.ts';
import { untilState } from '../../testing/until.ts';
import { mountMuxMedia } from './media.ts';
import { mountMuxOverHls } from './over-hls.ts';
import { mux } from './provider.ts';

const CLIP = 'mux:DS00Spx1CV902MCtPj5WknGlR102V5HFkDe';

function mount(src: string, settings: MediaSettings): MountedMedia {
  const source = mux.parse(src);
  if (!source) throw new Error(`The grammar refuses ${src}.`);
  return mountMuxMedia(source, settings);
}

describeMediaContract({
  name: 'mountMuxMedia',
  mount,
  clip: CLIP,
  unplayable: 'mux:unplayable0CV902MCtPj5WknGlR102V5HFkDe',
  missing: 'mux:missing0CV902MCtPj5WknGlR102V5HFkDe',
  differences: withNative({
    // Known to the millisecond only with the last segment; near the end mux-player seeks once more by itself.
    repeats: ['durationchange', 'seeking'],
    loadsQuietly: true,
    startsOverWhenMoved: true,
    // Some 260 listeners on parts of its own, and a dozen on window, which go only with the page.
    leaves: true,
  }),
});

describe('mountMuxMedia', () => {
  it('shows subtitles of the stream, and asks neither Mux Data nor Google for anything', async () => {
    const mounted = mount(CLIP, { ...DEFAULT_SETTINGS, muted: true });
    const { media, element, destroy } = mounted;
    document.body.append(element);
    await media.play();
    await untilState(media, () =>
      [...(mounted.nativeVideo?.textTracks ?? [])].some(({ kind }) => kind === 'subtitles'),
    );
    const requests = (await (await fetch('https://doubles.test/requests')).json()) as string[];
    const hosts = new Set(requests.map((address) => new URL(address).hostname));
    expect([...hosts].filter((host) => /litix|gstatic/.test(host))).to.deep.equal([]);
    destroy();
  });

  it('plays what is not to be loaded ahead', async () => {
    const { media, element, destroy } = mount(CLIP, { ...DEFAULT_SETTINGS, muted: true, preload: 'none' });
    document.body.append(element);
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > 0.3);
    expect(media.paused).to.equal(false);
    destroy();
  });

  it('plays as any other HLS where mux-player cannot run', async () => {
    const source = mux.parse(`${CLIP}?token=a.b.c`)!;
    const { media, element, destroy } = mountMuxOverHls(source, { ...DEFAULT_SETTINGS, muted: true });
    document.body.append(element);
    await media.play();
    const requests = (await (await fetch('https://doubles.test/requests')).json()) as string[];
    expect(requests).to.include(`https://stream.mux.com/${source.id}.m3u8?token=a.b.c`);
    destroy();
  });
});
