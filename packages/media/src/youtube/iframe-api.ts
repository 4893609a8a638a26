import { loadScript } from '../load-script.ts';

/** The vendor's own script, which loads a second one and then calls back. */
const API_URL = 'https://www.youtube.com/iframe_api';
const TIMEOUT_MS = 10_000;

/**
 * The part of YouTube's player that is used once it is ready. Getters answer from the last message and are undefined
 * right after a video was loaded into it.
 *
 * @see https://developers.google.com/youtube/iframe_api_reference
 */
export interface YouTubePlayer {
  getPlayerState(): number | undefined;
  /** Seconds; runs on for at most one second after the last message. */
  getCurrentTime(): number | undefined;
  getDuration(): number | undefined;
  getVideoLoadedFraction(): number | undefined;
  getPlaybackRate(): number | undefined;
  /** 0 to 100. */
  getVolume(): number | undefined;
  isMuted(): boolean | undefined;
  playVideo(): void;
  pauseVideo(): void;
  seekTo(seconds: number, allowSeekAhead: boolean): void;
  setPlaybackRate(rate: number): void;
  setVolume(volume: number): void;
  mute(): void;
  unMute(): void;
  addEventListener(event: 'onAutoplayBlocked', listener: () => void): void;
  destroy(): void;
}

/** `window.YT`, from the first script on; `Player` from the second on. */
interface YouTubeApi {
  readonly Player?: unknown;
  ready(callback: () => void): void;
  /** The player made on an iframe with this id. */
  get(id: string): YouTubePlayer | undefined;
}

declare global {
  interface Window {
    YT?: YouTubeApi | undefined;
    YTConfig?: unknown;
  }
}

/**
 * Loads YouTube's script, which is what `youtube-player` would do, but https always, under Trusted Types, with an end to
 * waiting, and again after a failure.
 *
 * @throws Error when it is blocked or too slow.
 */
export async function loadIframeApi(): Promise<YouTubeApi> {
  if (!window.YT?.Player) {
    try {
      if (!window.YT) await loadScript(API_URL, { timeoutMs: TIMEOUT_MS, policy: 'youtube-widget-api' });
      await untilReady();
    } catch (error) {
      // Both scripts look for these and would take a broken attempt for one that is under way.
      window.YT = window.YTConfig = undefined;
      throw error;
    }
  }
  if (window.YT) return window.YT;
  throw new Error(`${API_URL} is not YouTube's script`);
}

function untilReady(): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`What ${API_URL} loads did not arrive`)), TIMEOUT_MS);
    window.YT?.ready(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
