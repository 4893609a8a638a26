import { expect } from '@esm-bundle/chai';
import type { AxeResults, RunOptions } from 'axe-core';
import 'axe-core';
import { control, mountControls, mountWithControls } from '../../testing/controls-fixture.ts';
import { next, parsePlayer, removePlayers, until, CLOCK } from '../../testing/player-fixture.ts';
import { showControls as show } from '../../testing/controls-fixture.ts';
import type { ChronosPlayer } from '../chronos-player.ts';

// axe-core's one file is no module: it is there as a global.
declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** WCAG 2.2, 2.5.8. CSS pixels. */
const SMALLEST_TARGET = 24;

describe('showControls', () => {
  afterEach(removePlayers);

  const states: Readonly<Record<string, () => Promise<ChronosPlayer>>> = {
    'not loaded yet': () => mountWithControls(),
    paused: () => mountControls(),
    playing: async () => {
      const player = await mountControls();
      await player.play();
      return player;
    },
    ended: async () => {
      const player = await mountControls({ startTime: 29.8 });
      void player.play();
      await next(player, 'ended');
      return player;
    },
    'with captions and the settings open': async () => {
      const player = parsePlayer(`
        <chronos-player src="${CLOCK}" muted controls="chronos">
          <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English">
        </chronos-player>`);
      await next(player, 'loadeddata');
      await show(player);
      control(player, 'media-settings-menu-button').click();
      await until(() => !control(player, 'media-settings-menu').hidden);
      return player;
    },
  };

  for (const [state, reach] of Object.entries(states)) {
    for (const scheme of ['light', 'dark']) {
      it(`is accessible: ${state}, ${scheme}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        document.documentElement.lang = 'en';
        document.title = 'A page with a video';
        await reach();
        await until(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
        const { violations, passes } = await axe.run(document, { runOnly: TAGS });
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)).to.deep.equal(
          [],
        );
        expect(passes.length, 'rules that were tried').to.be.greaterThan(0);
      });
    }
  }

  for (const width of [640, 360, 200]) {
    it(`gives the finger enough at ${width} px, and hides what has no room`, async () => {
      const player = await mountControls();
      player.style.width = `${width}px`;
      const bar = control(player, 'media-control-bar');
      await until(() => bar.clientWidth <= width);
      const shown = [...bar.children].filter((child) => child.checkVisibility() && child.localName.endsWith('-button'));
      expect(shown.length).to.be.greaterThan(2);
      for (const button of shown) {
        const { width: wide, height: high, right } = button.getBoundingClientRect();
        expect(Math.min(wide, high), button.localName).to.be.least(SMALLEST_TARGET);
        expect(right, button.localName).to.be.most(player.getBoundingClientRect().right);
      }
    });
  }
});
