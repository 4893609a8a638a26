import { ChronosPlayer, configure } from '@chronos-player/player';
import { connectDemo } from './demo-backend.ts';
import { showPanel, showProblem } from './show-panel.ts';

try {
  const backend = await connectDemo();
  configure({ supabaseUrl: backend.supabaseUrl, supabaseKey: backend.publishableKey, client: backend.viewer });
  const player = document.querySelector('chronos-player');
  player?.setAttribute('video-id', backend.videos.lesson);
  // Defined last, so that the element finds everything it needs.
  await import('@chronos-player/player/define');
  if (player instanceof ChronosPlayer) await showPanel(backend, { media: player, tracking: player });
} catch (error) {
  showProblem(error);
}
