import { connectDemo } from './demo-backend.ts';
import { showPanel, showProblem } from './show-panel.ts';
import { trackVideo } from './track-video.ts';
// oxlint-disable-next-line import/default -- vite makes the text of the file its default export.
import code from './track-video.ts?raw';

const video = document.querySelector('video');
const listing = document.querySelector('.code code');
// What is shown is the file that runs.
if (listing) listing.textContent = code.trim();

try {
  const backend = await connectDemo();
  if (video) await showPanel(backend, { media: video, tracking: trackVideo(video, backend) });
} catch (error) {
  showProblem(error);
}
