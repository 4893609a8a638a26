import type { Endpoint, Identity } from '@chronos-player/tracker';
import { findLeftOff, type LeftOff } from '@chronos-player/tracker/left-off';
import { chooseBackend, identifyViewer } from './configure.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { readPlayerVideo, type PlayerVideo } from './read-player-video.ts';
import { reportFailure } from './report-failure.ts';

/** Which video to ask for, and whom. */
interface PlayerVideoRequest extends Endpoint {
  readonly videoId: string;
  readonly identity: Identity;
  readonly signal: AbortSignal;
}

/**
 * What the element's `video-id` stands for, asked as whoever is watching. If the page cannot say who, as nobody.
 *
 * @throws PlayerError as {@link fetchPlayerVideo}
 */
export async function findPlayerVideo(host: PlayerHost, signal: AbortSignal): Promise<PlayerVideo> {
  const identity = await identifyViewer().catch((error: unknown) => {
    void reportFailure(host, new PlayerError('tracking-identity', String(error)));
    return {};
  });
  const { videoId, consent } = host;
  const request = { ...chooseBackend(host), videoId, identity, signal };
  const isUnasked = consent !== '' && consent !== 'granted';
  const left = isUnasked ? null : findLeftOff(request).catch(() => null);
  const video = await fetchPlayerVideo(request);
  const isStored = video.src.startsWith('storage:');
  const src = isStored ? await (await import('./sign-file.ts')).signFile(video.src, request) : video.src;
  return withLeftOff({ ...video, src }, await Promise.race([left, noLonger(LEFT_OFF_MS)]));
}

/** The database was not told yet of a visit that ended without a network. What is newer counts. */
function withLeftOff(video: PlayerVideo, left: LeftOff | null): PlayerVideo {
  if (!left || left.ageMs > (video.resume_age_ms ?? Infinity)) return video;
  return { ...video, resume_position_seconds: left.positionSeconds, resume_age_ms: left.ageMs };
}

function noLonger(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}

/** A disk that takes longer, once the database has answered, is not waited for. */
const LEFT_OFF_MS = 500;
/** The viewer waits: longer than this is not answered. */
const TIMEOUT_MS = 15_000;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Asks the database what a video id stands for. The only file here that knows an RPC's name.
 *
 * @throws PlayerError `video-not-found`, `key-missing`, `key-rejected`, `sign-in-expired`,
 *   `backend-outdated` or `backend-unreachable`.
 */
async function fetchPlayerVideo(request: PlayerVideoRequest): Promise<PlayerVideo> {
  const { videoId, supabaseUrl, supabaseKey } = request;
  if (!supabaseUrl || !supabaseKey) {
    throw new PlayerError(
      'key-missing',
      `video-id is set, but ${supabaseUrl ? 'supabase-key' : 'supabase-url'} is not`,
    );
  }
  if (!/^https?:\/\/[^/]/.test(supabaseUrl)) {
    throw new PlayerError(
      'backend-unreachable',
      `supabase-url is "${supabaseUrl}", not an address such as https://x.supabase.co`,
    );
  }
  if (!UUID.test(videoId)) throw new PlayerError('video-not-found', `"${videoId}" is not a uuid`);
  const response = await post(request);
  if (!response.ok) throw await readRefusal(response, videoId);
  const video = readPlayerVideo(await response.json().catch(() => null));
  if (video) return withOwnPoster(video, supabaseUrl);
  throw new PlayerError('backend-unreachable', `What answers at ${supabaseUrl} is not the database`);
}

/** A vendor's picture would be fetched before the viewer has acted; only the page's and the database's own are shown. */
function withOwnPoster(video: PlayerVideo, supabaseUrl: string): PlayerVideo {
  if (!video.poster || video.source_type === 'upload') return video;
  const { origin } = new URL(video.poster, document.baseURI);
  const isOwn = origin === location.origin || origin === new URL(supabaseUrl).origin;
  return isOwn ? video : { ...video, poster: null };
}

async function post(request: PlayerVideoRequest): Promise<Response> {
  const { videoId, supabaseUrl, supabaseKey, identity, signal } = request;
  try {
    return await fetch(`${supabaseUrl.replace(/\/+$/, '')}/rest/v1/rpc/get_player_video`, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        apikey: supabaseKey,
        'content-type': 'application/json',
        ...(identity.accessToken && { authorization: `Bearer ${identity.accessToken}` }),
      },
      body: JSON.stringify({
        p_video_id: videoId,
        ...(identity.viewerToken && { p_viewer_token: identity.viewerToken }),
      }),
    });
  } catch (error) {
    throw new PlayerError('backend-unreachable', `No answer from ${supabaseUrl} (${String(error)})`);
  }
}

async function readRefusal(response: Response, videoId: string): Promise<PlayerError> {
  const { status } = response;
  const words = (await response.json().catch(() => ({}))) as { code?: string; message?: string } | null;
  const said = words?.message ?? `The database answered ${status}`;
  // PostgREST names everything that is wrong with an access token PGRST30x, the database an expired viewer token PT401;
  // a wrong key is refused before, by the gateway.
  if (status === 401) {
    return new PlayerError(/^(PGRST30|PT401)/.test(`${words?.code}`) ? 'sign-in-expired' : 'key-rejected', said);
  }
  if (status === 404) return new PlayerError('backend-outdated', said);
  if (status === 400 || status === 403) return new PlayerError('video-not-found', `${said} (${videoId})`);
  return new PlayerError('backend-unreachable', said);
}
