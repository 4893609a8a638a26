import { expect } from '@esm-bundle/chai';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { untilState } from '../../testing/until.ts';
import { DEFAULT_SETTINGS, type MediaSettings, type MountedMedia } from '../provider.ts';
import { mountYouTubeMedia } from './media.ts';
import { youtube } from './provider.ts';

function mount(src: string, settings: MediaSettings = DEFAULT_SETTINGS): MountedMedia {
  const source = youtube.parse(src);
  if (!source) throw new Error(`The grammar refuses ${src}.`);
  return mountYouTubeMedia(source, settings);
}

describeMediaContract({
  name: 'mountYouTubeMedia',
  mount,
  clip: 'youtube:aqz-KE-bpKQ',
  unplayable: 'youtube:err-150-___',
  missing: 'youtube:err-100-___',
});

describe('mountYouTubeMedia', () => {
  it('x', async () => {
    const { media, element, destroy } = mount('youtube:aqz-KE-bpKQ');
    document.body.append(element);
    await untilState(media, ({ readyState }) => readyState === 4);
    expect(media.duration).to.be.closeTo(30, 0.1);
    destroy();
  });
});
