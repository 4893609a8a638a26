import { configure } from '@chronos-player/player';
import { connectDemo } from './demo-backend.ts';

try {
  const { supabaseUrl, publishableKey, viewer, videos } = await connectDemo();
  configure({ supabaseUrl, supabaseKey: publishableKey, client: viewer });
  document.querySelector('chronos-player')?.setAttribute('video-id', videos.lesson);
  await import('@chronos-player/player/define');
} catch (error) {
  console.error(error);
  document
    .querySelector('.intro p')
    ?.replaceChildren('The demo is not running. Start it with npm start, then load this page again.');
}
