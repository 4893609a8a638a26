import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './tools.mjs';

/** Segments of six seconds, as Apple's authoring guide asks, each a stretch of one file: two files in place of ten. */
const HLS = '-f hls -hls_time 6 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags single_file'.split(' ');
/** Nothing that differs from run to run goes into the files. */
const SAME_EVERY_TIME = '-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact'.split(' ');

/** Every rendition's picture, by the name of its playlist; `high` is the clip itself. */
const RENDITIONS = {
  high: { size: '320x180', bandwidth: 60_000, h264: 'avc1.640015', encode: ['-c', 'copy'] },
  low: {
    size: '160x90',
    bandwidth: 35_000,
    h264: 'avc1.64000c',
    encode:
      '-c:v libx264 -preset veryslow -vf scale=160:90 -crf 33 -g 10 -keyint_min 10 -sc_threshold 0 -c:a copy'.split(
        ' ',
      ),
  },
};

/** One caption every other second, which says the second. */
const CAPTION_MS = 2000;

/**
 * Writes an HLS ladder of the clock: two renditions, once without (`master.m3u8`) and once with a rendition of subtitles
 * (`captions.m3u8`), which not every browser's own HLS shows.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8216
 */
export async function makeLadder(ffmpeg, { clip, folder, durationMs }) {
  await mkdir(folder, { recursive: true });
  for (const [name, { encode }] of Object.entries(RENDITIONS)) {
    const output = ['-hls_segment_filename', join(folder, `${name}.mp4`), join(folder, `${name}.m3u8`)];
    run(ffmpeg, ['-y', '-loglevel', 'error', '-i', clip, ...encode, ...SAME_EVERY_TIME, ...HLS, ...output]);
  }
  await writeFile(join(folder, 'en.vtt'), captions(durationMs));
  await writeFile(join(folder, 'en.m3u8'), subtitlePlaylist(durationMs));
  await writeFile(join(folder, 'master.m3u8'), masterPlaylist());
  await writeFile(join(folder, 'captions.m3u8'), masterPlaylist({ subtitles: 'en.m3u8' }));
}

function masterPlaylist({ subtitles } = {}) {
  const group = 'TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",AUTOSELECT=YES,DEFAULT=NO';
  const streams = Object.entries(RENDITIONS).flatMap(([name, { size, bandwidth, h264 }]) => {
    const tail = subtitles ? ',SUBTITLES="subtitles"' : '';
    const facts = `BANDWIDTH=${bandwidth},RESOLUTION=${size},CODECS="${h264},mp4a.40.2"`;
    return [`#EXT-X-STREAM-INF:${facts}${tail}`, `${name}.m3u8`];
  });
  const media = subtitles ? [`#EXT-X-MEDIA:${group},URI="${subtitles}"`] : [];
  return `${['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...media, ...streams].join('\n')}\n`;
}

function subtitlePlaylist(durationMs) {
  const seconds = durationMs / 1000;
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${seconds}`, '#EXT-X-PLAYLIST-TYPE:VOD'];
  return `${[...head, `#EXTINF:${seconds.toFixed(3)},`, 'en.vtt', '#EXT-X-ENDLIST'].join('\n')}\n`;
}

function captions(durationMs) {
  const time = (ms) => `00:00:${(ms / 1000).toFixed(3).padStart(6, '0')}`;
  const cues = Array.from({ length: durationMs / CAPTION_MS }, (_, index) => {
    const startMs = index * CAPTION_MS;
    return `${time(startMs)} --> ${time(startMs + CAPTION_MS)}\nSecond ${startMs / 1000}\n`;
  });
  // Where media time 0 is: the segments begin there.
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n${cues.join('\n')}`;
}
