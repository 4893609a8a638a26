import * as snowplow from '@snowplow/browser-plugin-media';
import { newTracker } from '@snowplow/browser-tracker';
import { trackMedia } from '@chronos-player/tracker';
import { recordTrace, type Trace } from '@chronos-player/tracker/trace';
import mux from 'mux-embed';

/** Ends a meter: its last word goes out. */
type Stop = () => void;

export type MeterName = 'nothing' | 'chronos' | 'mux' | 'snowplow';

/** One of them, or none. */
export function attach(name: MeterName, video: HTMLVideoElement): void {
  if (name === 'chronos') track(video);
  if (name === 'mux') attachMux(video);
  if (name === 'snowplow') attachSnowplow(video);
}

/** Ours. */
export function attachChronos(video: HTMLVideoElement): { readonly stop: Stop; readonly trace: Trace } {
  const tracking = track(video);
  return { stop: () => tracking.stop(), trace: recordTrace(tracking) };
}

function track(video: HTMLVideoElement): ReturnType<typeof trackMedia> {
  return trackMedia(video, {
    videoId: '00000000-0000-4000-8000-000000000001',
    supabaseUrl: location.origin,
    supabaseKey: 'sb_publishable_bench',
  });
}

/** As its guide for the HTML5 video element says. */
export function attachMux(video: HTMLVideoElement): Stop {
  mux.monitor(video, { debug: false, data: { env_key: 'bench', player_name: 'bench', video_id: 'clock' } });
  const monitored = video as HTMLVideoElement & { mux: { emit(type: string): void; destroy(): void } };
  return () => {
    monitored.mux.emit('viewend');
    monitored.mux.destroy();
  };
}

/**
 * The media plugin measures what its calls tell it; each is made on the event its documentation names. The plugin that would
 * attach by itself to a `<video>` is not to be had from every registry.
 *
 * @see https://docs.snowplow.io/docs/sources/web-trackers/tracking-events/media/snowplow/
 */
export function attachSnowplow(video: HTMLVideoElement): Stop {
  newTracker('bench', location.origin, {
    appId: 'bench',
    encodeBase64: false,
    bufferSize: 1,
    stateStorageStrategy: 'none',
    plugins: [snowplow.SnowplowMediaPlugin()],
  });
  const id = 'clock';
  const player = () => ({
    currentTime: video.currentTime,
    duration: video.duration,
    ended: video.ended,
    loop: video.loop,
    muted: video.muted,
    paused: video.paused,
    playbackRate: video.playbackRate,
    volume: Math.round(video.volume * 100),
  });
  snowplow.startMediaTracking({ id, player: player(), boundaries: [10, 25, 50, 75, 90], session: {}, pings: {} });
  const listening = new AbortController();
  const on = (type: string, track: (args: { id: string; player: ReturnType<typeof player> }) => void): void =>
    video.addEventListener(type, () => track({ id, player: player() }), listening);
  on('loadedmetadata', snowplow.trackMediaReady);
  on('play', snowplow.trackMediaPlay);
  on('pause', snowplow.trackMediaPause);
  on('timeupdate', snowplow.updateMediaTracking);
  on('seeking', snowplow.trackMediaSeekStart);
  on('seeked', snowplow.trackMediaSeekEnd);
  on('waiting', snowplow.trackMediaBufferStart);
  on('playing', snowplow.trackMediaBufferEnd);
  on('ended', snowplow.trackMediaEnd);
  on('ratechange', (args) => snowplow.trackMediaPlaybackRateChange({ ...args, newRate: video.playbackRate }));
  return () => {
    // The session's numbers travel with events only: one more, so that they are of the end.
    snowplow.trackMediaSelfDescribingEvent({ id, player: player(), event: { schema: LAST_WORD, data: {} } });
    listening.abort();
    snowplow.endMediaTracking({ id });
  };
}

const LAST_WORD = 'iglu:bench/last_word/jsonschema/1-0-0';
