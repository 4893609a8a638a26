// Size budgets, gzip, minified, as a browser loads it: `node scripts/size.mjs`. Prints a table; over budget is a failure.
//
// The player is measured as built for the CDN (its files are what a page loads), the tracker as an application's own
// bundler would build it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ENTRY = 'chronos-player.js';
/** Nobody loads it: the requests are our own. */
const FORBIDDEN = /supabase-js/;

/** What is loaded later stays outside: inside, esbuild would cut what both need into files of their own. */
const later = {
  name: 'later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

const files = await buildPlayer();
const [lit, grammar, tracker, wholeTracker] = await Promise.all([
  measure(`export { ReactiveElement, css } from '@lit/reactive-element';`, 'packages/player'),
  measure(`export { parseSource, PROVIDERS } from '@chronos-player/media';`, 'packages/player'),
  measure(`export * from '@chronos-player/tracker';`, 'packages/player'),
  measure(`export * from '@chronos-player/tracker';`, 'packages/player', { isWhole: true }),
]);
const before = sizeOf(reach(ENTRY, 'imports'));
/** What is loaded one after the other, by the names of the source files that are asked for. */
const loadedFor = (...sources) =>
  sizeOf(new Set([ENTRY, ...sources].flatMap((name) => [...reach(fileOf(name), 'imports')])));
const TRACKED = ['playback.ts', 'start-tracking.ts', 'delivery-for.ts'];
const moreFor = (source) => loadedFor(...TRACKED, source) - loadedFor(...TRACKED);

const rows = [
  { what: 'player, before any playback', kB: before, budget: 11 },
  { what: '  of it Lit (ReactiveElement)', kB: lit },
  { what: '  of it source grammars', kB: grammar },
  { what: '  of it the player itself', kB: before - lit - grammar, budget: 5.6 },
  { what: 'tracker, attached to any <video>', kB: tracker, budget: 7.6 },
  { what: 'tracker with its delivery', kB: wholeTracker, budget: 12.6 },
  { what: 'asking for a video-id', kB: loadedFor('player-video.ts') },
  { what: 'playing a file, tracked', kB: loadedFor(...TRACKED, 'upload/media.ts'), budget: 33.5 },
  { what: 'playing YouTube', kB: loadedFor('playback.ts', 'youtube/media.ts'), budget: 27 },
  { what: 'playing YouTube, tracked', kB: loadedFor(...TRACKED, 'youtube/media.ts'), budget: 40.5 },
  { what: 'playing Loom, tracked', kB: loadedFor(...TRACKED, 'loom/media.ts'), budget: 39.6 },
  { what: 'playing HLS, tracked: native', kB: loadedFor(...TRACKED, 'hls/media.ts'), budget: 36 },
  { what: '  by hls.js, light', kB: loadedFor(...TRACKED, 'hls/media.ts', 'hls.light.mjs'), budget: 150 },
  { what: '  by hls.js, full', kB: loadedFor(...TRACKED, 'hls/media.ts', 'dist/hls.mjs'), budget: 215 },
  { what: 'playing Mux, tracked', kB: loadedFor(...TRACKED, 'mux/media.ts'), budget: 356.5 },
  {
    what: 'playing Vimeo, tracked',
    kB: loadedFor(...TRACKED, 'vimeo/load-vimeo.ts', 'vimeo/media.ts'),
    budget: 46,
  },
  {
    what: 'playing Wistia, tracked',
    kB: loadedFor(...TRACKED, 'wistia/load-wistia.ts', 'wistia/media.ts'),
    budget: 40.5,
  },
  { what: '  more, for controls="chronos"', kB: moreFor('controls/controls.ts'), budget: 54 },
  { what: '  more, in another language', kB: moreFor('messages/de.ts') },
  { what: '  more, to mark as watched', kB: moreFor('mark-offer.ts') },
  // For developers who set `debug`; nobody else loads it.
  { what: '  more, for the debug panel', kB: moreFor('debug/debug.ts') },
];
print(rows);
const forbidden = [...files]
  .filter(([, { modules }]) => modules.some((id) => FORBIDDEN.test(id)))
  .map(([name]) => name);
for (const name of forbidden) console.error(`${name} contains @supabase/supabase-js.`);
const isOver = rows.some(({ kB, budget = Infinity }) => kB > budget);
process.exitCode = isOver || forbidden.length > 0 ? 1 : 0;

/** Builds the CDN files in memory: name -> what is in it. */
async function buildPlayer() {
  const folder = join(root, 'packages/player');
  const config = {
    root: folder,
    configFile: join(folder, 'vite.cdn.config.ts'),
    logLevel: 'error',
    build: { write: false },
  };
  const { output } = await build(config);
  const chunks = output.filter(({ type }) => type === 'chunk');
  return new Map(
    chunks.map(({ fileName, code, imports, moduleIds }) => [fileName, { code, imports, modules: moduleIds }]),
  );
}

/** The file that a source file ended up in. */
function fileOf(source) {
  if (source === ENTRY) return ENTRY;
  const found = [...files].find(([, { modules }]) => modules.some((id) => id.endsWith(`/${source}`)));
  if (found) return found[0];
  throw new Error(`No file is loaded for ${source}.`);
}

/** A chunk and all it needs at once. */
function reach(name, kind, seen = new Set()) {
  if (seen.has(name) || !files.has(name)) return seen;
  seen.add(name);
  for (const next of files.get(name)[kind]) reach(next, kind, seen);
  return seen;
}

/** kB, each file compressed by itself, as it travels. */
function sizeOf(names) {
  return [...names].reduce((sum, name) => sum + gzipSync(files.get(name).code, { level: 9 }).length, 0) / 1000;
}

/** kB of a module and everything it loads at once (with `isWhole`: ever), as esbuild minifies it. */
async function measure(contents, folder, { isWhole = false } = {}) {
  const { outputFiles, metafile } = await bundle({
    stdin: { contents, resolveDir: join(root, folder) },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    outdir: root,
    conditions: ['source', 'production'],
    legalComments: 'none',
    plugins: isWhole ? [] : [later],
  });
  const inputs = Object.keys(metafile.inputs);
  if (inputs.some((id) => FORBIDDEN.test(id))) throw new Error(`${contents} brings @supabase/supabase-js.`);
  return outputFiles.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0) / 1000;
}

function print(rows) {
  const line = (...cells) => cells.map((cell, column) => (column ? cell.padStart(9) : cell.padEnd(34))).join(' ');
  console.log(line('gzip', 'kB', 'budget'));
  for (const { what, kB, budget } of rows) {
    console.log(line(what, kB.toFixed(2), ...(budget ? [`<= ${budget}`, kB > budget ? 'OVER' : 'ok'] : [])));
  }
}
