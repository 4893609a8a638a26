import type { PlayerVideo } from '../read-player-video.ts';

/** Which chapters, and who is told. */
interface ChapterOptions {
  /** The database's; they count where the page gives no `<track>` of chapters. */
  readonly chapters: PlayerVideo['chapters'];
  /** There are other cues than before. */
  readonly onCues: () => void;
  readonly signal: AbortSignal;
}

/** The label by which players know pictures for the seek bar. */
const THUMBNAILS = 'thumbnails';

/** Has chapters and storyboard ready for the seek bar: a browser reads neither before somebody asks for it. */
export function offerChapters(video: HTMLVideoElement, { chapters, onCues, signal }: ChapterOptions): void {
  const read = (): void => {
    for (const track of video.textTracks) {
      const isNeeded = track.kind === 'chapters' || (track.kind === 'metadata' && track.label === THUMBNAILS);
      if (isNeeded && track.mode === 'disabled') track.mode = 'hidden';
    }
  };
  // From the <track> itself, on its way down: the event goes no way up.
  video.addEventListener('load', onCues, { capture: true, signal });
  video.textTracks.addEventListener('addtrack', read, { signal });
  if (chapters.length > 0 && ![...video.textTracks].some(({ kind }) => kind === 'chapters'))
    addChapters(video, chapters);
  read();
  onCues();
}

/** Text, never markup: a cue's settings and tags are not read. */
function addChapters(video: HTMLVideoElement, chapters: PlayerVideo['chapters']): void {
  const track = video.addTextTrack('chapters');
  track.mode = 'hidden';
  for (const { start_ms: start, end_ms: end, title } of chapters)
    track.addCue(new VTTCue(start / 1000, end / 1000, title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')));
}
