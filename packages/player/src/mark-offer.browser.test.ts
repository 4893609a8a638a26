import { expect } from '@esm-bundle/chai';
import type { AxeResults, RunOptions } from 'axe-core';
import 'axe-core';
import type { ChronosPlayer } from './chronos-player.ts';
import { configure } from './configure.ts';
import type { PlayerVideo } from './read-player-video.ts';
import { mountPlayer, next, panelText, part, removePlayers, task, until, VIDEO_ID } from '../testing/player-fixture.ts';
import { scriptClient } from '../testing/scripted-client.ts';
import { describeSession, describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

// axe-core's one file is no module: it is there as a global.
declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Loom ids say how the double behaves: this one never says a word. */
const SILENT_LOOM = `loom:${'0c'.padEnd(32, '0')}`;
const YOUTUBE = 'youtube:aqz-KE-bpKQ';

describe('MarkOffer', () => {
  let database: ScriptedDatabase;
  const { error } = console;
  /** A video that polled evidence does not complete, but the viewer's word does; eager, signed in. */
  const open = (video: Partial<PlayerVideo> = {}, who: string | null = 'ann'): ChronosPlayer => {
    configure({ supabaseUrl: database.url, supabaseKey: 'key', client: scriptClient(who) });
    const accepts = { src: YOUTUBE, source_type: 'youtube', accepted_evidence: ['measured', 'attested'] } as const;
    database.answer('get_player_video', describeVideo({ ...accepts, ...video }));
    return mountPlayer({ videoId: VIDEO_ID, loading: 'eager' });
  };
  const bar = (player: ChronosPlayer): HTMLElement | null => part(player, 'mark');
  const button = (player: ChronosPlayer): HTMLButtonElement | null => bar(player)?.querySelector('button') ?? null;
  const status = (player: ChronosPlayer): string | undefined =>
    bar(player)?.querySelector('[role=status]')?.textContent ?? undefined;
  const isThere = async (player: ChronosPlayer): Promise<void> => until(() => button(player) && status(player));
  /** Everything that could bring the bar has happened. */
  const settle = async (player: ChronosPlayer): Promise<void> => {
    await until(() => player.session?.answer);
    for (let turn = 0; turn < 20; turn += 1) await task();
  };

  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    database.answer('attest_video_watched', describeSession({ completed: true }));
    console.error = () => {};
  });
  afterEach(async () => {
    await removePlayers();
    configure({});
    database.restore();
    console.error = error;
  });

  it('offers a silent Loom, which is estimated honestly, and takes the viewer’s word', async () => {
    const player = open({ src: SILENT_LOOM, source_type: 'loom', accepted_evidence: ['measured', 'attested'] });
    await next(player, 'chronos-capabilities');
    const known = next(player, 'chronos-capabilities').then(() => player.capabilities);
    expect(await known).to.include({ position: 'no', ended: 'no', seek: 'no' });
    await isThere(player);
    expect([player.watch.evidence, player.watch.percent, player.watch.ranges.length]).to.deep.equal([
      'estimated',
      null,
      0,
    ]);
    const milestones: unknown[] = [];
    player.addEventListener('chronos-milestone', ({ detail, bubbles, composed }) =>
      milestones.push([detail.kind, player.watch.completed, bubbles, composed]),
    );
    button(player)?.click();
    await until(() => status(player) === 'Marked as watched.');
    expect(milestones).to.deep.equal([['completed', true, true, true]]);
    const [call, ...more] = database.called('attest_video_watched');
    expect([call?.body, more.length]).to.deep.equal([{ p_video_id: VIDEO_ID }, 0]);
    expect(call?.headers.get('authorization')).to.match(/^Bearer /);
    expect([button(player), player.watch.completed, player.watch.covered]).to.deep.equal([null, true, 0]);
  });

  for (const [what, video, who] of [
    ['where the video does not take a word', { accepted_evidence: ['measured', 'reported'] }, 'ann'],
    ['where watching completes it', { accepted_evidence: ['polled', 'attested'] }, 'ann'],
    ['where it is completed', { completed: true }, 'ann'],
    ['to nobody', {}, null],
  ] as const) {
    it(`offers nothing ${what}`, async () => {
      const player = open(video, who);
      await settle(player);
      expect([bar(player), database.called('attest_video_watched').length]).to.deep.equal([null, 0]);
    });
  }

  it('offers it as soon as somebody has signed in, and to nobody when he signs out', async () => {
    const player = open({}, null);
    await settle(player);
    const client = scriptClient('ann');
    configure({ supabaseUrl: database.url, supabaseKey: 'key', client });
    await isThere(player);
    client.signIn(null);
    await until(() => !bar(player));
    expect(database.called('attest_video_watched').length).to.equal(0);
  });

  it('stands below the vendor’s frame, never over it, in a box that keeps its size', async () => {
    const player = open();
    player.style.width = '640px';
    await until(() => player.shadowRoot?.querySelector('iframe'));
    const before = player.getBoundingClientRect();
    await isThere(player);
    const frame = player.shadowRoot!.querySelector('iframe')!.getBoundingClientRect();
    const { top, height, bottom } = bar(player)!.getBoundingClientRect();
    expect(frame.bottom).to.be.at.most(top + 0.5);
    expect([height, bottom, player.getBoundingClientRect().height]).to.deep.equal([48, before.bottom, before.height]);
    expect(frame.height).to.be.at.least(200);
  });

  it('hangs below a player so low that the frame would become smaller than the vendor allows', async () => {
    const player = open();
    // As wide as a phone held upright.
    player.style.width = '390px';
    const after = document.body.appendChild(document.createElement('p'));
    after.textContent = 'What the page says next';
    await isThere(player);
    const frame = (): DOMRect => player.shadowRoot!.querySelector('iframe')!.getBoundingClientRect();
    await until(() => bar(player)!.getBoundingClientRect().top >= player.getBoundingClientRect().bottom);
    expect(frame().height).to.be.at.least(200);
    expect(after.getBoundingClientRect().top).to.be.at.least(bar(player)!.getBoundingClientRect().bottom);
    player.style.width = '640px';
    await until(() => bar(player)!.getBoundingClientRect().bottom <= player.getBoundingClientRect().bottom);
    expect(frame().bottom).to.be.at.most(bar(player)!.getBoundingClientRect().top + 0.5);
    after.remove();
  });

  it('is read from the side from which the page is read', async () => {
    document.documentElement.dir = 'rtl';
    const player = open();
    await isThere(player);
    const words = bar(player)!.querySelector('[role=status]')!.getBoundingClientRect();
    expect(button(player)!.getBoundingClientRect().right).to.be.at.most(words.left);
    document.documentElement.dir = '';
  });

  it('is a button for every finger and key, and the keyboard keeps its place', async () => {
    const player = open();
    await isThere(player);
    const pressed = button(player)!;
    const { height, width } = pressed.getBoundingClientRect();
    expect(Math.min(height, width)).to.be.at.least(24);
    expect([pressed.textContent, pressed.tabIndex]).to.deep.equal(['Mark as watched', 0]);
    pressed.focus();
    pressed.click();
    pressed.click();
    await until(() => status(player) === 'Marked as watched.');
    expect(player.shadowRoot?.activeElement?.getAttribute('part')).to.equal('mark');
    expect(database.called('attest_video_watched').length, 'two presses are one').to.equal(1);
  });

  it('says what came of it when it fails, and is pressed again', async () => {
    database.answer('attest_video_watched', 'down');
    const player = open();
    await isThere(player);
    const told = next(player, 'chronos-error');
    button(player)!.click();
    expect((await told).detail.code).to.equal('mark-unsaved');
    await until(() => status(player) === 'This could not be saved. Check your connection and press again.');
    expect([player.watch.completed, player.error, part(player, 'error')]).to.deep.equal([false, null, null]);
    database.answer('attest_video_watched', describeSession({ completed: true }));
    await until(() => !button(player)?.ariaDisabled);
    button(player)!.click();
    await until(() => status(player) === 'Marked as watched.');
    expect(player.watch.completed).to.equal(true);
  });

  it('takes no for an answer', async () => {
    database.answer('attest_video_watched', { code: 'PT409', message: 'completed by watching it' }, 409);
    const player = open();
    await isThere(player);
    button(player)!.click();
    await until(() => status(player) === 'This video cannot be marked as watched.');
    expect([button(player), player.watch.completed]).to.deep.equal([null, false]);
  });

  it('leaves no lesson a dead end whose video cannot be shown', async () => {
    const player = open({ src: 'youtube:err-100-___', accepted_evidence: ['polled', 'attested'] });
    await panelText(player);
    await isThere(player);
    expect(status(player)).to.equal('Have you watched this video elsewhere?');
    const panel = part(player, 'error')!.getBoundingClientRect();
    expect(panel.bottom).to.be.at.most(bar(player)!.getBoundingClientRect().top + 0.5);
    button(player)!.click();
    await until(() => player.watch.completed);
  });

  it('leaves none a dead end either that has nothing to play at all', async () => {
    const player = open({ src: 'https://example.com/a-page', source_type: 'upload' });
    await panelText(player);
    await isThere(player);
    expect([player.session, status(player)]).to.deep.equal([null, 'Have you watched this video elsewhere?']);
    button(player)!.click();
    await until(() => player.watch.completed);
    expect(database.called('start_watch_session').length, 'nothing was watched').to.equal(0);
  });

  it('tracks a video that can be played after all', async () => {
    const player = open({ src: 'https://example.com/a-page', source_type: 'upload', accepted_evidence: ['attested'] });
    await isThere(player);
    const accepts = { source_type: 'upload', accepted_evidence: ['measured', 'attested'] } as const;
    database.answer('get_player_video', describeVideo({ src: '/examples/clips/clock.mp4', ...accepts }));
    player.load();
    await until(() => player.session?.answer);
    expect(bar(player)).to.equal(null);
  });

  it('asks the database beside a src only where there is a need', async () => {
    open();
    await removePlayers();
    database.answer('get_player_video', describeVideo({ accepted_evidence: ['attested'] }));
    const before = database.called('get_player_video').length;
    const player = mountPlayer({ src: 'youtube:err-100-___', videoId: VIDEO_ID, loading: 'eager' });
    await isThere(player);
    expect(database.called('get_player_video').length).to.equal(before + 1);
  });

  it('goes with the source', async () => {
    const player = open();
    await isThere(player);
    player.videoId = '';
    player.src = '/examples/clips/clock.mp4';
    await next(player, 'loadeddata');
    expect(bar(player)).to.equal(null);
    expect(getComputedStyle(part(player, 'media')!).bottom).to.equal('0px');
  });

  for (const scheme of ['light', 'dark']) {
    it(`is accessible, ${scheme}`, async () => {
      document.documentElement.style.colorScheme = scheme;
      document.documentElement.lang = 'en';
      document.title = 'A page with a video';
      await isThere(open());
      // The vendor's frame is another origin's page, and not ours to look into.
      const { violations, passes } = await axe.run(document, { runOnly: TAGS, iframes: false });
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).to.deep.equal([]);
      expect(passes.some(({ id }) => id === 'color-contrast')).to.equal(true);
    });
  }
});
