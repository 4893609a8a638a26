import { ChronosPlayer, configure } from '@chronos-player/player';
import { connectDemo } from './demo-backend.ts';
import { showPanel, showProblem } from './show-panel.ts';
import { SourceSwitch, type SourceName } from './source-switch.ts';
import { standInForVendors } from './stand-ins.ts';

/** `?from=internet`: the services themselves. A page of its own, since YouTube's script comes from one of the two. */
const isReal = new URLSearchParams(location.search).get('from') === 'internet';

try {
  const backend = await connectDemo();
  const { embeds, videos, supabaseUrl, publishableKey, viewer } = backend;
  if (!isReal) standInForVendors(embeds.origins);
  configure({ supabaseUrl, supabaseKey: publishableKey, client: viewer });
  const ids: Readonly<Record<SourceName, string>> = {
    file: videos.lesson,
    ...(isReal ? embeds.internet : embeds.standIns),
  };
  const player = document.querySelector('chronos-player');
  player?.setAttribute('video-id', ids.youtube);
  await import('@chronos-player/player/define');
  const choice = document.querySelector('source-switch');
  if (!(player instanceof ChronosPlayer) || !(choice instanceof SourceSwitch)) throw new TypeError('Half a page.');
  // All it takes: the other id.
  const choose = async (name: SourceName): Promise<void> => {
    player.videoId = ids[name];
    await showPanel(backend, { media: player, tracking: player }, ids[name]);
  };
  choice.begin({ isReal, choose });
} catch (error) {
  showProblem(error);
}
