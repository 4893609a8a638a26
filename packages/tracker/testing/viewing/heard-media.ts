import type { Media } from '@chronos-player/media';
import { ShownMedia } from './meter-viewing.ts';
import type { SimulatedPlayer } from './simulated-player.ts';

/** A media that can be listened to, and the one who makes it speak. */
export interface HeardMedia extends Media {
  say(type: string): void;
}

/** Listeners without the platform's ceremony: an hour is tens of thousands of events. What one throws comes out of `say`. */
export function createListeners(): Pick<HeardMedia, 'addEventListener' | 'say'> {
  const listeners = new Map<string, ((event: Event) => void)[]>();
  return {
    addEventListener(type: string, hear: EventListenerOrEventListenerObject | null): void {
      listeners.set(type, [...(listeners.get(type) ?? []), hear as (event: Event) => void]);
    },
    say(type) {
      for (const hear of listeners.get(type) ?? []) hear({ type } as Event);
    },
  };
}

/** A simulated player as a media element. */
export function hearPlayer(player: SimulatedPlayer): HeardMedia {
  return Object.assign(new ShownMedia(player), createListeners()) as unknown as HeardMedia;
}
