declare module '@vimeo/player/dist/player.es.js' {
  /**
   * The part that is used. The package's own types need a package that it does not bring.
   *
   * @see https://github.com/vimeo/player.js
   */
  export default class VimeoPlayer {
    constructor(frame: HTMLIFrameElement);
    /** Rejects with what the embed shows in place of a player. */
    ready(): Promise<void>;
    /** What an event carries is the vendor's word and nothing more. */
    on(event: string, listener: (said: unknown) => void): void;
    play(): Promise<void>;
    pause(): Promise<void>;
    setCurrentTime(seconds: number): Promise<number>;
    setPlaybackRate(rate: number): Promise<number>;
    /** 0 to 1. */
    setVolume(volume: number): Promise<number>;
    setMuted(muted: boolean): Promise<boolean>;
    getDuration(): Promise<number>;
    /** Ranges of seconds, in order. */
    getBuffered(): Promise<readonly (readonly [number, number])[]>;
    destroy(): Promise<void>;
  }
}
