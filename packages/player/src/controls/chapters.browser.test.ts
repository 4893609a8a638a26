import { expect } from '@esm-bundle/chai';
import { control, controlsOf, showControls } from '../../testing/controls-fixture.ts';
import { CLOCK, mountPlayer, next, parsePlayer, removePlayers, until, VIDEO_ID } from '../../testing/player-fixture.ts';
import { describeVideo, scriptDatabase, type ScriptedDatabase } from '../../testing/scripted-database.ts';
import type { ChronosPlayer } from '../chronos-player.ts';

const STORYBOARD = '/examples/clips/lesson.storyboard.vtt';
const CHAPTERS = '/examples/clips/lesson.chapters.vtt';

/** What the seek bar says of a moment. */
function preview(
  player: ChronosPlayer,
  seconds: number,
): { chapter: string | null; image: string | null; coords: string | null } {
  const range = control(player, 'media-time-range');
  range.dispatchEvent(new CustomEvent('mediapreviewrequest', { bubbles: true, composed: true, detail: seconds }));
  const state = controlsOf(player)!.mediaStore.getState();
  return {
    chapter: (Reflect.get(state, 'mediaPreviewChapter') as string | undefined) ?? null,
    image: state.mediaPreviewImage ?? null,
    coords: state.mediaPreviewCoords?.join() ?? null,
  };
}

const cuesOf = (player: ChronosPlayer): number =>
  controlsOf(player)!.mediaStore.getState().mediaChaptersCues?.length ?? 0;

describe('offerChapters', () => {
  let database: ScriptedDatabase;
  beforeEach(() => {
    database = scriptDatabase();
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  it('takes them from the page’s <track>, which need not be the default', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="${CHAPTERS}" kind="chapters" srclang="en" label="Chapters">
      </chronos-player>`);
    await next(player, 'loadeddata');
    await showControls(player);
    await until(() => cuesOf(player) > 0);
    expect([preview(player, 2).chapter, preview(player, 20).chapter]).to.deep.equal([
      'What you watched',
      'Every moment counts once',
    ]);
  });

  it('takes them from the database otherwise, as text', async () => {
    const chapters = [
      { start_ms: 0, end_ms: 5000, title: 'Tags & <b>text</b>' },
      { start_ms: 5000, end_ms: 30_000, title: 'Rest' },
    ];
    database.answer('get_player_video', describeVideo({ chapters }));
    const player = mountPlayer({ videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
    player.setAttribute('controls', 'chronos');
    await next(player, 'loadeddata');
    await showControls(player);
    await until(() => cuesOf(player) === 2);
    expect([preview(player, 1).chapter, preview(player, 6).chapter]).to.deep.equal(['Tags & <b>text</b>', 'Rest']);
  });

  it('shows pictures of a storyboard', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="${STORYBOARD}" kind="metadata" label="thumbnails">
      </chronos-player>`);
    await next(player, 'loadeddata');
    await showControls(player);
    await until(() => player.textTracks[0]?.cues?.length);
    expect(player.textTracks[0]!.mode).to.equal('hidden');
    expect(preview(player, 6)).to.include({
      image: `${location.origin}/examples/clips/lesson-storyboard.webp#xywh=160,0,160,90`,
      coords: '160,0,160,90',
    });
  });

  it('shows no pictures where the storyboard has mistakes, and fails at nothing', async () => {
    const text = 'WEBVTT\n\n00:00.000 --> 00:30.000\nno picture\n';
    const board = URL.createObjectURL(new Blob([text], { type: 'text/vtt' }));
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="${board}" kind="metadata" label="thumbnails">
      </chronos-player>`);
    await next(player, 'loadeddata');
    await showControls(player);
    await until(() => player.textTracks[0]?.cues?.length);
    expect(preview(player, 20)).to.deep.equal({ chapter: null, image: null, coords: null });
    URL.revokeObjectURL(board);
  });
});
