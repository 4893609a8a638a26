// `npm run size:peers`: what a page loads for us and for others, by one bundler in one run; gzip, kB.
// `npm run size:peers -- --write docs/performance.md` puts the table there.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** One player, doing one thing. */
interface Entry {
  readonly job: string;
  readonly player: string;
  /** Modules it loads for that, one after the other. */
  readonly modules: readonly string[];
}

const PLAYER = '@chronos-player/player/define';
const MEDIA = '../media/src';
const TRACKED = ['./src/on-demand.ts', './src/start-tracking.ts', '@chronos-player/tracker'];

const ENTRIES: readonly Entry[] = [
  { job: 'on the page, nothing played', player: 'Chronos', modules: [PLAYER] },
  { job: 'on the page, nothing played', player: 'lite-youtube-embed', modules: ['lite-youtube-embed'] },
  { job: 'on the page, nothing played', player: 'react-player', modules: ['react-player'] },
  { job: 'on the page, nothing played', player: 'mux-player', modules: ['@mux/mux-player'] },
  { job: 'YouTube', player: 'Chronos, tracked', modules: [PLAYER, ...TRACKED, `${MEDIA}/youtube/media.ts`] },
  { job: 'YouTube', player: 'lite-youtube-embed', modules: ['lite-youtube-embed'] },
  { job: 'YouTube', player: 'youtube-video-element', modules: ['youtube-video-element'] },
  {
    job: 'YouTube',
    player: 'media-chrome + youtube-video-element',
    modules: ['media-chrome', 'youtube-video-element'],
  },
  { job: 'YouTube', player: 'Plyr', modules: ['plyr'] },
  { job: 'YouTube', player: 'react-player', modules: ['react-player', 'youtube-video-element/react'] },
  { job: 'a file', player: 'Chronos, tracked', modules: [PLAYER, ...TRACKED, `${MEDIA}/upload/media.ts`] },
  { job: 'a file', player: 'media-chrome', modules: ['media-chrome'] },
  { job: 'a file', player: 'Plyr', modules: ['plyr'] },
  { job: 'a file', player: 'Video.js 8', modules: ['video.js'] },
  {
    job: 'HLS without the browser’s help',
    player: 'Chronos, tracked, hls.js light',
    modules: [PLAYER, ...TRACKED, `${MEDIA}/hls/media.ts`, 'hls.js/light'],
  },
  { job: 'HLS without the browser’s help', player: 'Plyr + hls.js light', modules: ['plyr', 'hls.js/light'] },
  { job: 'HLS without the browser’s help', player: 'Video.js 8', modules: ['video.js'] },
  { job: 'Mux', player: 'Chronos, tracked', modules: [PLAYER, ...TRACKED, `${MEDIA}/mux/media.ts`, '@mux/mux-player'] },
  { job: 'Mux', player: 'mux-player', modules: ['@mux/mux-player'] },
];

const folder = fileURLToPath(new URL('..', import.meta.url));
/** What is loaded later counts where it is named. React is the page's own. */
const outside: Plugin = {
  name: 'outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
    onResolve({ filter: /^react(-dom)?(\/|$)/ }, ({ path }) => ({ path, external: true }));
  },
};

async function measure(modules: readonly string[]): Promise<number> {
  // Kept whole: what is only imported and not used would be left out.
  const names = modules.map((_, index) => `m${index}`);
  const imports = modules.map((path, index) => `import * as ${names[index]} from '${path}';`);
  const { outputFiles } = await build({
    stdin: { contents: `${imports.join('')} globalThis.kept = [${names.join()}];`, resolveDir: folder },
    nodePaths: [`${folder}../media/node_modules`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['source', 'production'],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    plugins: [outside],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000;
}

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { write: { type: 'string' } },
});
const rows: string[] = [];
for (const { job, player, modules } of ENTRIES) {
  rows.push(`| ${job} | ${player} | ${(await measure(modules)).toFixed(1)} |`);
}
const table = ['| to play | with | kB |', '| --- | --- | --: |', ...rows].join('\n');
console.log(table);
if (values.write) {
  const path = resolve(process.env['INIT_CWD'] ?? '', values.write);
  const text = await readFile(path, 'utf8');
  const marked = /(<!-- size -->\n).*(<!-- \/size -->)/s;
  if (!marked.test(text)) throw new Error(`${values.write} has no marks <!-- size --> and <!-- /size -->.`);
  await writeFile(path, text.replace(marked, `$1\n${table}\n\n$2`));
}
