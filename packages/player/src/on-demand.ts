/** @module What is needed once there is a video to open or something to say about it: loaded then, as one file. What stands behind a facade is not there yet. */
export { createErrorPanel } from './error-panel.ts';
export { chooseWords, describeFailure } from './messages.ts';
export { Playback } from './playback.ts';
export { findPlayerVideo } from './player-video.ts';
export { showWaiting } from './show-waiting.ts';
