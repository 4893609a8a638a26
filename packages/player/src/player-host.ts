import type { WatchReadout } from '@chronos-player/tracker';
import type { ReactiveControllerHost } from '@lit/reactive-element';
import type { PlayerAttributes } from './attributes.ts';

/** The element, as its controllers see it. */
export type PlayerHost = ReactiveControllerHost &
  HTMLElement &
  PlayerAttributes &
  Pick<HTMLMediaElement, 'pause'> & { readonly watch: WatchReadout; markAsWatched(): Promise<void> };
