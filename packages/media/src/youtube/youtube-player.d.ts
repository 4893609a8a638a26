declare module 'youtube-player' {
  import type { YouTubePlayer } from './iframe-api.ts';

  /** Events carry the player and the vendor's value. */
  interface PlayerEvent {
    readonly target: YouTubePlayer;
    readonly data: number | string;
  }

  /** The part that is used: the package ships no types. */
  export default function createPlayer(frame: HTMLIFrameElement): {
    on(
      event: 'ready' | 'stateChange' | 'playbackRateChange' | 'error',
      listener: (event: PlayerEvent) => void,
    ): unknown;
  };
}
