import { DEFAULT_SETTINGS, type MountedMedia } from '../src/provider.ts';
import { describeBeginning } from './contract/beginning.ts';
import type { MediaContract, Mount } from './contract/contract.ts';
import { describeDestroying } from './contract/destroying.ts';
import { describeEvents } from './contract/events.ts';
import { describeFailing } from './contract/failing.ts';
import { describeMoving } from './contract/moving.ts';
import { describePlaying } from './contract/playing.ts';

/** ONE suite, every provider, in a real browser: what `Media` promises, held against a fixed clip. */
export function describeMediaContract(contract: MediaContract): void {
  describe(`${contract.name} keeps the media contract`, () => {
    let mounted: MountedMedia[] = [];
    afterEach(() => {
      for (const { destroy } of mounted) destroy();
      mounted = [];
    });
    const mount: Mount = (src = contract.clip, settings = {}) => {
      const one = contract.mount(src, { ...DEFAULT_SETTINGS, preload: 'auto', ...settings });
      mounted.push(one);
      document.body.append(one.element);
      return one;
    };
    describeEvents(contract, mount);
    describePlaying(contract, mount);
    describeBeginning(contract, mount);
    describeMoving(contract, mount);
    describeFailing(contract, mount);
    describeDestroying(contract, mount);
  });
}
