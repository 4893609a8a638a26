import { trackMedia } from '@chronos-player/tracker';

const video = document.querySelector('video');
const output = document.querySelector('output');

if (video && output) {
  // The one call. The video is the page's own and stays as it is.
  const tracking = trackMedia(video, {
    videoId: import.meta.env.VITE_VIDEO_ID,
    supabaseUrl: import.meta.env.VITE_SUPABASE_URL,
    supabaseKey: import.meta.env.VITE_SUPABASE_KEY,
  });
  video.addEventListener('timeupdate', () => {
    const { time, percent } = tracking.watch;
    output.textContent = `${time.toFixed(1)} s watched, ${percent ?? 0} % of the video covered.`;
  });
  // Never playback's trouble: the video plays on.
  tracking.addEventListener('chronos-error', ({ detail }) => console.error(detail.code, detail.message));
}
