import { expect } from '@esm-bundle/chai';
import { untilState } from '../until.ts';
import type { MediaContract, Mount } from './contract.ts';

/** Sources that cannot be played. */
export function describeFailing({ unplayable, missing }: MediaContract, mount: Mount): void {
  for (const [reason, src] of Object.entries({ unplayable, missing })) {
    it(`says error 4 and rejects play() for a ${reason} source`, async () => {
      const { media } = mount(src);
      let code: number | undefined;
      media.addEventListener('error', () => (code = media.error?.code), { once: true });
      const outcome = media.play().catch((error: DOMException) => error.name);
      await untilState(media, ({ error }) => error !== null);
      expect(code).to.equal(4);
      expect(media.error?.message).to.be.a('string');
      expect(await outcome).to.equal('NotSupportedError');
    });
  }
}
