import type { DemoBackend } from './demo-backend.ts';
import { LivePanel, type PanelSource } from './panel/live-panel.ts';
import type { Chapter } from './panel/panel-state.ts';
import { TryIt, type TryItSource } from './panel/try-it.ts';

/** What the page watches. */
export interface Watched {
  readonly media: PanelSource['media'] & TryItSource['media'];
  readonly tracking: PanelSource['tracking'];
}

/** Fills the panel and the buttons of the page once the backend is known. */
export async function showPanel(
  backend: DemoBackend,
  { media, tracking }: Watched,
  videoId: string = backend.videos.lesson,
): Promise<void> {
  const { viewer, creator, network, signIn } = backend;
  const panel = find(LivePanel, 'live-panel');
  find(TryIt, 'try-it').source = { media, viewer, network, onCut: (isCut) => (panel.isCut = isCut) };
  const { data } = await viewer.rpc('get_player_video', { p_video_id: videoId });
  const chapters = (data as { chapters: readonly Chapter[] } | null)?.chapters ?? [];
  panel.follow({ media, tracking, chapters, viewer, creator, signIn, videoId });
}

/** Says on the page why it could not begin. */
export function showProblem(error: unknown): void {
  console.error(error);
  find(LivePanel, 'live-panel').fail('The demo is not running. Start it with npm start, then load this page again.');
}

function find<Type extends HTMLElement>(type: new () => Type, selector: string): Type {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new TypeError(`The page has no <${selector}>.`);
  return element;
}
