import { expect } from '@esm-bundle/chai';
import type { AxeResults, RunOptions } from 'axe-core';
import 'axe-core';
import type { ChronosPlayer } from './chronos-player.ts';
import { CLOCK, mountPlayer, next, panelText, part, removePlayers, until } from '../testing/player-fixture.ts';

// axe-core's one file is no module: it is there as a global.
declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What a page may be like. */
interface PageLook {
  readonly scheme?: string;
  readonly dir?: string;
}

describe('PlayerView', () => {
  afterEach(async () => {
    document.documentElement.dir = '';
    await removePlayers();
  });

  const states: Readonly<Record<string, () => Promise<ChronosPlayer>>> = {
    loading: async () => {
      const player = mountPlayer({ src: CLOCK, preload: 'none', poster: '/examples/clips/lesson-poster.webp' });
      await player.updateComplete;
      return player;
    },
    paused: async () => {
      const player = mountPlayer({ src: CLOCK, controls: true });
      await next(player, 'loadeddata');
      return player;
    },
    playing: async () => {
      const player = mountPlayer({ src: CLOCK, controls: true });
      await player.play();
      return player;
    },
    ended: async () => {
      const player = mountPlayer({ src: CLOCK, controls: true, startTime: 29.8 });
      void player.play();
      await next(player, 'ended');
      return player;
    },
    facade: async () => {
      const player = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ', poster: '/examples/clips/lesson-poster.webp' });
      await until(() => part(player, 'facade'));
      return player;
    },
    'playing (YouTube)': async () => {
      const player = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ' });
      await player.play();
      return player;
    },
    'paused (Loom)': async () => {
      const player = mountPlayer({ src: `loom:${'0'.repeat(32)}`, loading: 'eager' });
      await until(() => player.readyState > 0);
      return player;
    },
    'error (to be tried again)': async () => {
      const player = mountPlayer({ src: '/nowhere.mp4' });
      await panelText(player);
      return player;
    },
    'error (for good)': async () => {
      const player = mountPlayer();
      await panelText(player);
      return player;
    },
  };

  const pages = { light: { scheme: 'light' }, dark: { scheme: 'dark' }, 'right to left': { dir: 'rtl' } };

  for (const [state, reach] of Object.entries(states)) {
    for (const [name, { scheme = 'light', dir = '' }] of Object.entries<PageLook>(pages)) {
      it(`is accessible: ${state}, ${name}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        Object.assign(document.documentElement, { lang: 'en', dir });
        document.title = 'A page with a video';
        await reach();
        await settle();
        const { violations, passes } = await axe.run(document, { runOnly: TAGS });
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).to.deep.equal([]);
        expect(passes.length, 'rules that were tried').to.be.greaterThan(0);
      });
    }
  }

  it('gives a failure that is new as an alert, and a player without a video as a status', async () => {
    const failed = mountPlayer({ src: 'nonsense' });
    await panelText(failed);
    const empty = mountPlayer();
    await panelText(empty);
    expect([part(failed, 'error')?.role, part(empty, 'error')?.role]).to.deep.equal(['alert', 'status']);
  });

  it('follows the colour scheme of the page', async () => {
    const backgrounds: string[] = [];
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      const player = mountPlayer();
      await panelText(player);
      backgrounds.push(getComputedStyle(part(player, 'error')!).backgroundColor);
    }
    expect(backgrounds).to.deep.equal(['rgb(242, 243, 245)', 'rgb(23, 25, 29)']);
  });

  it('reads its sentences in their own direction, and lets time run to the right, on a page that reads to the left', async () => {
    document.documentElement.dir = 'rtl';
    const player = mountPlayer();
    await panelText(player);
    const words = part(player, 'error')!.querySelector('p')!.firstChild as Text;
    const placeOf = (index: number): number => {
      const range = document.createRange();
      range.setStart(words, index);
      range.setEnd(words, index + 1);
      return range.getBoundingClientRect().left;
    };
    expect(placeOf(words.length - 1), 'the full stop').to.be.above(placeOf(words.length - 2));
    const facade = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ' });
    await until(() => part(facade, 'facade'));
    const { borderLeftWidth, borderRightWidth } = getComputedStyle(part(facade, 'facade')!, '::before');
    expect([parseFloat(borderLeftWidth) > 0, parseFloat(borderRightWidth)]).to.deep.equal([true, 0]);
  });

  it('names its parts', async () => {
    const player = mountPlayer({ src: '/nowhere.mp4' });
    await panelText(player);
    const parts = [...player.shadowRoot!.querySelectorAll('[part]')].map((element) => element.getAttribute('part'));
    expect(parts).to.deep.equal(['media', 'poster', 'facade', 'spinner', 'error']);
  });

  it('writes no style attribute', async () => {
    const player = mountPlayer({ src: '/nowhere.mp4' });
    await panelText(player);
    expect(player.shadowRoot!.querySelectorAll('[style], style').length).to.equal(0);
  });
});

/** Appearing is over: what fades in has no contrast yet. */
async function settle(): Promise<void> {
  const isAppearing = (animation: Animation): boolean =>
    (animation as CSSAnimation).animationName === 'chronos-appear' && animation.playState === 'running';
  await until(() => !document.getAnimations().some(isAppearing));
}
