import type { MountMedia } from '../provider.ts';

/**
 * What Vimeo's library does for a whole page as soon as it is loaded, by the names under which it notes that it has: it
 * hears every message from then on, moves pages that ask for a place in a video, and tells Vimeo the page's full address.
 *
 * @see https://github.com/vimeo/player.js/blob/master/src/lib/embed.js
 */
const FOR_THE_PAGE = [
  'VimeoPlayerResizeEmbeds_',
  'VimeoSeoMetadataAppended',
  'VimeoCheckedUrlTimeParam',
  'VimeoDRMEmbedsUpdated',
];

/** Loads the library for our own iframes and nothing else. A page that brings it itself gets from it all there is. */
export async function loadVimeo(): Promise<MountMedia> {
  const noted = FOR_THE_PAGE.filter((name) => !Reflect.get(window, name));
  for (const name of noted) Reflect.set(window, name, true);
  try {
    return (await import('./media.ts')).mountVimeoMedia;
  } finally {
    for (const name of noted) Reflect.deleteProperty(window, name);
  }
}
