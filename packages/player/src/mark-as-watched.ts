import type { SendFailure } from '@chronos-player/tracker/mark-as-watched';
import { chooseBackend, identifyViewer } from './configure.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { reportFailure } from './report-failure.ts';
import { sendMark } from './start-tracking.ts';

/** Under which circumstances a viewer gives his word. */
export interface MarkAsWatchedOptions {
  /** May the database be told anything? */
  readonly isAllowed: boolean;
  /** The database has taken it. Called before the event that announces it. */
  readonly onMarked: () => unknown;
}

/**
 * Gives the viewer's word that he has watched the video; `chronos-milestone` follows where it completed it.
 *
 * @throws PlayerError `mark-anonymous`, `mark-refused` or `mark-unsaved`, told to page and developer as well.
 */
export async function markAsWatched(host: PlayerHost, options: MarkAsWatchedOptions): Promise<void> {
  try {
    await mark(host, options);
  } catch (error) {
    void reportFailure(host, error as PlayerError);
    throw error;
  }
}

async function mark(host: PlayerHost, { isAllowed, onMarked }: MarkAsWatchedOptions): Promise<void> {
  const { videoId } = host;
  const backend = chooseBackend(host);
  if (!videoId || !backend.supabaseUrl || !backend.supabaseKey) {
    throw new PlayerError('mark-refused', 'There is no video-id, or no database to tell');
  }
  if (!isAllowed) throw new PlayerError('mark-refused', 'The viewer has not consented to anything being sent');
  const identity = await identifyViewer().catch((error: unknown) => {
    throw new PlayerError('mark-unsaved', `The page could not say who is watching (${String(error)})`);
  });
  if (!identity.accessToken && !identity.viewerToken) throw new PlayerError('mark-anonymous', 'Nobody is signed in');
  const result = await sendMark({ ...backend, videoId, identity });
  if (!result.ok) throw describeRefusal(result);
  if (host.videoId !== videoId) return;
  const wasCompleted = host.watch.completed;
  onMarked();
  if (wasCompleted) return;
  const detail = { kind: 'completed' };
  host.dispatchEvent(new CustomEvent('chronos-milestone', { bubbles: true, composed: true, detail }));
}

function describeRefusal({ retry, status, message }: SendFailure): PlayerError {
  const code = retry ? 'mark-unsaved' : status === 401 ? 'mark-anonymous' : 'mark-refused';
  return new PlayerError(code, message.replace(/\.$/, ''));
}
