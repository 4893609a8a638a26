import { expect } from '@esm-bundle/chai';
import { replayTrace } from '@chronos-player/tracker/trace';
import type { AxeResults, RunOptions } from 'axe-core';
import 'axe-core';
import { mountPlayer, next, part, removePlayers, until, CLOCK, VIDEO_ID } from '../../testing/player-fixture.ts';
import { scriptDatabase, type ScriptedDatabase } from '../../testing/scripted-database.ts';
import type { ChronosPlayer } from '../chronos-player.ts';

// axe-core's one file is no module: it is there as a global.
declare const axe: { run(context: Element, options: RunOptions): Promise<AxeResults> };

/** What stands in the panel's row of that name. */
function row(player: ChronosPlayer, name: string): string {
  const terms = [...(part(player, 'debug')?.querySelectorAll('dt') ?? [])];
  return terms.find(({ textContent }) => textContent === name)?.nextElementSibling?.textContent ?? '';
}

function boxes(player: ChronosPlayer): { readonly media: DOMRect; readonly debug: DOMRect } {
  const [media, debug] = ['media', 'debug'].map((name) => part(player, name)!.getBoundingClientRect());
  return { media: media!, debug: debug! };
}

describe('showDebug', () => {
  let database: ScriptedDatabase;
  beforeEach(() => (database = scriptDatabase()));
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });
  const tracked = (): ChronosPlayer =>
    mountPlayer({ src: CLOCK, videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key', debug: true });

  it('shows what is measured, told and answered', async () => {
    const player = tracked();
    await next(player, 'chronos-sessionstart');
    await player.play();
    await until(() => player.watch.time > 1);
    player.pause();
    await until(() => /acknowledged [1-9]/.test(row(player, 'messages')));
    await until(() => row(player, 'watched').startsWith('0:00.0–0:01'));
    expect(row(player, 'state')).to.match(/^paused, readyState [34]$/);
    expect(row(player, 'session')).to.equal(player.session?.id);
    expect(row(player, 'evidence')).to.equal('measured');
    expect(row(player, 'counters')).to.contain('messages_sent');
    await until(() => row(player, 'queue') === '0 in flight, 0 waiting, 0 on disk');
    expect(row(player, 'last answer')).to.match(/^\d+: 0 s/);
    expect(row(player, 'last error')).to.equal('none');
    const strip = part(player, 'debug')!.querySelector('svg')!;
    expect(strip.getAttribute('aria-label')).to.match(/^Watched: 0:00\.0 to 0:01/);
    expect(strip.querySelectorAll('rect')).to.have.length(2);
  });

  it('says what is owed while the database is away, and what went wrong', async () => {
    database.answer('start_watch_session', { message: 'busy' }, 503);
    const player = tracked();
    await until(() => /^0 in flight, 1 waiting.*, 1 on disk$/.test(row(player, 'queue')));
    expect(row(player, 'messages')).to.equal('newest 1, acknowledged none');
    database.answer('start_watch_session', { code: 'PT403', message: 'no' }, 403);
    globalThis.dispatchEvent(new Event('online'));
    await until(() => row(player, 'last error').startsWith('tracking-refused: no'));
  });

  it('stands below the video, whatever the height, and goes with the attribute', async () => {
    const player = mountPlayer({ src: CLOCK, debug: true });
    await until(() => part(player, 'debug') && player.readyState > 0);
    const { media, debug } = boxes(player);
    expect(media.width / media.height).to.be.closeTo(16 / 9, 0.01);
    expect(debug.top).to.be.at.least(media.bottom - 0.5);
    expect(row(player, 'session')).to.equal('not tracked: no video-id');
    // The page may insist on a height: then the video gives way.
    player.style.height = '600px';
    const fixed = boxes(player);
    expect(fixed.debug.top).to.be.at.least(fixed.media.bottom - 0.5);
    expect(fixed.debug.bottom).to.be.at.most(player.getBoundingClientRect().bottom + 0.5);
    player.style.height = '';
    player.debug = false;
    await until(() => !part(player, 'debug'));
    const { width, height } = player.getBoundingClientRect();
    expect(width / height).to.be.closeTo(16 / 9, 0.01);
    player.debug = true;
    await until(() => part(player, 'debug'));
  });

  for (const [vendor, src] of [
    ['YouTube', 'https://youtu.be/aqz-KE-bpKQ'],
    ['Loom', 'https://www.loom.com/share/0123456789abcdef0123456789abcdef'],
  ] as const) {
    it(`never covers a ${vendor} player`, async () => {
      const player = mountPlayer({ src, debug: true, loading: 'eager' });
      await until(() => part(player, 'debug') && player.shadowRoot?.querySelector('iframe'));
      const frame = player.shadowRoot!.querySelector('iframe')!.getBoundingClientRect();
      expect(frame.height).to.be.above(100);
      expect(boxes(player).debug.top).to.be.at.least(frame.bottom - 0.5);
    });
  }

  it('says why nothing is told', async () => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID, debug: true });
    await until(() => row(player, 'session') === 'not tracked: no supabase-url or supabase-key');
    Object.assign(player, { supabaseUrl: database.url, supabaseKey: 'key', consent: 'required' });
    await until(() => row(player, 'session') === 'not tracked: waits for consent');
    expect(row(player, 'queue')).to.equal('nothing was ever sent');
    player.consent = 'granted';
    await until(() => row(player, 'session') === player.session?.id);
  });

  it('saves a trace that reproduces the numbers', async () => {
    const player = tracked();
    await player.play();
    await until(() => player.watch.time > 1);
    const paused = next(player, 'pause');
    player.pause();
    await paused;
    const files: Blob[] = [];
    const names: string[] = [];
    const createUrl = URL.createObjectURL;
    URL.createObjectURL = (file) => (files.push(file as Blob), createUrl.call(URL, file));
    const onClick = (event: Event): void => {
      event.preventDefault();
      names.push((event.target as HTMLAnchorElement).download);
    };
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      this.addEventListener('click', onClick);
      click.call(this);
    };
    try {
      part(player, 'debug')!.querySelector('button')!.click();
    } finally {
      URL.createObjectURL = createUrl;
      HTMLAnchorElement.prototype.click = click;
    }
    expect(names).to.deep.equal(['chronos-trace.json']);
    const { sessions, differences, dropped } = replayTrace(await files[0]!.text());
    expect({ differences, dropped }).to.deep.equal({ differences: [], dropped: 0 });
    expect(sessions[0]?.watch).to.deep.equal(player.watch);
    expect(sessions[0]?.milestones[0]).to.deep.equal({ kind: 'started' });
  });

  it('is accessible, light and dark', async () => {
    const player = tracked();
    await until(() => row(player, 'counters') !== '');
    for (const scheme of ['light', 'dark']) {
      player.style.colorScheme = scheme;
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const { violations } = await axe.run(player, { runOnly: tags });
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).to.deep.equal([]);
    }
    const button = part(player, 'debug')!.querySelector('button')!;
    expect(button.getBoundingClientRect().height).to.be.at.least(24);
  });

  it('leaves nothing behind: no panel after removal, and one again after return', async () => {
    const player = tracked();
    await until(() => part(player, 'debug'));
    player.remove();
    await until(() => !player.shadowRoot?.querySelector("[part='debug']"));
    document.body.append(player);
    await until(() => part(player, 'debug'));
    expect(player.shadowRoot?.querySelectorAll("[part='debug']")).to.have.length(1);
  });
});
