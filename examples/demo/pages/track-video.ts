import { trackMedia, type MediaTracking } from '@chronos-player/tracker';
import type { DemoBackend } from './demo-backend.ts';

/** All it takes: a `<video>`, the id of its row in `videos`, and where the database is. */
export function trackVideo(
  video: HTMLVideoElement,
  { supabaseUrl, publishableKey, videos, viewer }: DemoBackend,
): MediaTracking {
  return trackMedia(video, {
    videoId: videos.lesson,
    supabaseUrl,
    supabaseKey: publishableKey,
    identity: async () => {
      const { data } = await viewer.auth.getSession();
      return data.session ? { accessToken: data.session.access_token } : {};
    },
  });
}
