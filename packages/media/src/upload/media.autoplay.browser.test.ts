import { expect } from '@esm-bundle/chai';
import { DEFAULT_SETTINGS } from '../provider.ts';
import { mountUploadMedia } from './media.ts';
import { upload } from './provider.ts';

// Runs in a browser that keeps its autoplay policy: nobody has touched the page.
describe('mountUploadMedia, before the viewer has touched the page,', () => {
  const source = upload.parse('/examples/clips/clock.mp4');
  if (!source) throw new Error('The grammar refuses the clip.');

  it('rejects play() with NotAllowedError where sound is not allowed', async () => {
    const { media, element, destroy } = mountUploadMedia(source, DEFAULT_SETTINGS);
    document.body.append(element);
    const outcome = media.play().catch((error: DOMException) => error.name);
    expect(await outcome).to.equal('NotAllowedError');
    expect(media.paused).to.equal(true);
    destroy();
  });

  it('plays muted', async () => {
    const { media, element, destroy } = mountUploadMedia(source, { ...DEFAULT_SETTINGS, muted: true });
    document.body.append(element);
    await media.play();
    expect(media.paused).to.equal(false);
    destroy();
  });
});
