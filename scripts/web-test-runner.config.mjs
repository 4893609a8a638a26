// Component tests: packages/*/src/**/*.browser.test.ts on the TypeScript sources, in one real browser: see CHRONOS_ENGINE.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { junitReporter } from '@web/test-runner-junit-reporter';
import { commonJsPlugin } from './common-js-plugin.mjs';
import { chooseEngine } from './engines/engines.mjs';
import { leaveOut } from './engines/left-out.mjs';
import { createLauncher } from './engines/launcher.mjs';
import { startDoubles } from '../packages/media/testing/doubles/doubles.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The vendors' servers. They last as long as this process. */
const doubles = await startDoubles();
const MEDIA_TYPES = { '.mp4': 'video/mp4', '.webm': 'video/webm' };

/** Media tests play in real time on a clock of their own: two pages at once, no more, or they starve each other. */
const PAGES_AT_ONCE = 2;
const { name, engine } = chooseEngine();
const FILES = 'packages/*/src/**/*.browser.test.ts';
/** Tests of what a browser refuses until the viewer has touched the page; all others may play with sound. */
const AUTOPLAY_FILES = 'packages/*/src/**/*.autoplay.browser.test.ts';

export default {
  files: [FILES, `!${AUTOPLAY_FILES}`, ...leaveOut(name)],
  rootDir: root,
  nodeResolve: { exportConditions: ['source', 'production'], extensions: ['.ts', '.mjs', '.js'] },
  plugins: [
    commonJsPlugin({ 'youtube-player': new URL('../packages/media/package.json', import.meta.url) }),
    esbuildPlugin({ ts: true, tsconfig: join(root, 'tsconfig.base.json'), target: 'es2022' }),
  ],
  middleware: [serveRanges],
  browsers: [launch({ allowAutoplay: true })],
  groups: [{ name: 'autoplay', files: AUTOPLAY_FILES, browsers: [launch({ allowAutoplay: false })] }],
  browserStartTimeout: 60_000,
  // A machine at work needs longer than the usual 20 s until a page has loaded its first hundred modules.
  testsStartTimeout: 60_000,
  testFramework: { config: { ui: 'bdd', timeout: 30_000 } },
  testsFinishTimeout: 180_000,
  reporters: [defaultReporter(), junitReporter({ outputPath: join(root, 'test-results', `component-${name}.xml`) })],
};

function launch({ allowAutoplay }) {
  return createLauncher(engine, { proxy: doubles.proxy, allowAutoplay, concurrency: PAGES_AT_ONCE });
}

/**
 * Serves clips with byte ranges, which the dev server does not: without them a browser cannot seek in a file.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
async function serveRanges(context, next) {
  const extension = Object.keys(MEDIA_TYPES).find((known) => context.path.endsWith(known));
  const file = join(root, normalize(decodeURIComponent(context.path)));
  const size = extension && (await stat(file).catch(() => null))?.size;
  if (!size) return next();
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(context.get('range')) ?? [];
  const start = Number(from ?? 0);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  context.set('accept-ranges', 'bytes');
  // Every test loads the clip as if it were the first: what an earlier one left half-read in the cache stays out of it.
  context.set('cache-control', 'no-store');
  context.type = MEDIA_TYPES[extension];
  if (start > end) {
    context.set('content-range', `bytes */${size}`);
    context.status = 416;
    return undefined;
  }
  context.status = from === undefined ? 200 : 206;
  if (from !== undefined) context.set('content-range', `bytes ${start}-${end}/${size}`);
  context.length = end - start + 1;
  if (context.method !== 'HEAD') context.body = createReadStream(file, { start, end });
  return undefined;
}
