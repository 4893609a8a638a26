import { createMediaStore, type MediaStore } from 'media-chrome/dist/media-store/media-store.js';
import { requestMap } from 'media-chrome/dist/media-store/request-map.js';
import { stateMediator } from 'media-chrome/dist/media-store/state-mediator.js';
import type { PlayerHost } from '../player-host.ts';

/** What the store is of. */
interface StoreOptions {
  /** What goes full screen: the whole of it. */
  readonly host: PlayerHost;
  readonly video: HTMLVideoElement;
}

/**
 * Media-chrome's own store, told three things. It keeps nothing in the browser: what may be kept, and when, is decided
 * elsewhere. A storyboard with mistakes shows no pictures, and nothing worse. And controls that only move to another place in the page switch no captions off.
 */
export function createStore({ host, video }: StoreOptions): MediaStore {
  const { mediaMuted, mediaVolume } = stateMediator;
  const { mediatogglesubtitlesrequest: toggle, mediapreviewrequest: preview } = requestMap;
  return createMediaStore({
    media: video,
    fullscreenElement: host,
    documentElement: document,
    stateMediator: {
      ...stateMediator,
      mediaMuted: {
        ...mediaMuted,
        set: (muted) => void (video.muted = muted),
        stateOwnersUpdateHandlers: [],
      },
      mediaVolume: {
        ...mediaVolume,
        set: (volume) => void (video.volume = volume),
        stateOwnersUpdateHandlers: [],
      },
    },
    requestMap: {
      ...requestMap,
      mediapreviewrequest: (...args) => attempt(() => preview(...args)),
      // Nobody but controls that leave a place asks for `false`; viewers toggle.
      mediatogglesubtitlesrequest: (...args) => (args[2].detail === false ? undefined : toggle(...args)),
    },
    options: { noSubtitlesLangPref: true, noVolumePref: true, noMutedPref: true },
  });
}

function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
