import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { timestamp } from './captions.mjs';
import { run } from './tools.mjs';

const TILE = { width: 160, height: 90, columns: 5, everyMs: 4000 };

/** Writes `<path>-storyboard.webp`, a sheet of small pictures, and `<path>.storyboard.vtt`, which says when each is shown. */
export async function makeStoryboard(ffmpeg, { path, durationMs }) {
  const { width, height, columns, everyMs } = TILE;
  const count = Math.ceil(durationMs / everyMs);
  const sheet = `${path}-storyboard.webp`;
  // From the middle of each stretch: what one sees longest there.
  const filter = `fps=1000/${everyMs}:start_time=${everyMs / 2000},scale=${width}:${height}:flags=area,tile=${columns}x${Math.ceil(count / columns)}`;
  const output = ['-frames:v', '1', '-c:v', 'libwebp', '-quality', '70', '-map_metadata', '-1', '-fflags', '+bitexact'];
  run(ffmpeg, ['-y', '-hide_banner', '-loglevel', 'error', '-i', `${path}.mp4`, '-vf', filter, ...output, sheet]);
  const cues = Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * everyMs, Math.min((index + 1) * everyMs, durationMs)];
    const place = [(index % columns) * width, Math.floor(index / columns) * height, width, height].join(',');
    return `${timestamp(from)} --> ${timestamp(to)}\n${basename(sheet)}#xywh=${place}\n`;
  });
  await writeFile(`${path}.storyboard.vtt`, ['WEBVTT\n', ...cues].join('\n'));
}
