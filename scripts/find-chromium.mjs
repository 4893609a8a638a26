// Finds a Chromium for the tests and the clips. Plain JavaScript: the test runners' configurations import it as it is.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome.exe'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const FLAGS = [
  '--no-sandbox', // CI runs as root in a container.
  '--disable-gpu',
  '--no-first-run',
  // The tests talk to this machine only.
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HOW_TO_GET_ONE = `No Chromium found. Any one of these will do:
  apt-get install chromium            (Debian, Ubuntu; or any Chrome or Chromium on the PATH)
  pnpm exec playwright install chromium
  CHROMIUM_PATH=/path/to/chrome       (one that is somewhere else)
On Linux x64 the npm package @sparticuz/chromium serves without any of them, where pnpm could install it.`;

/**
 * The first of: `$CHROMIUM_PATH`, a system Chromium or Chrome, Playwright's own, the one from npm.
 *
 * @returns launch options for Playwright: `{executablePath, args, env}`; env is the whole environment to start it with.
 * @throws Error that says how to get one.
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
  const executablePath = named ?? findInstalled() ?? (await findPlaywrights());
  if (executablePath) return { executablePath, args: [...FLAGS], env: { ...process.env } };
  const unpacked = await unpackFromNpm();
  if (!unpacked) throw new Error(HOW_TO_GET_ONE);
  return { ...unpacked, args: [...FLAGS] };
}

function findInstalled() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...paths, ...ELSEWHERE].find((path) => existsSync(path));
}

async function findPlaywrights() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/**
 * Unpacks `@sparticuz/chromium` (a Linux x64 build with H.264 and AAC, made for machines with nothing installed) into
 * `.tools/`, once: 3 seconds. It brings the libraries and fonts a bare image lacks.
 */
async function unpackFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const packageFile = resolveOptional('@sparticuz/chromium');
  if (!packageFile) return undefined;
  const { version } = JSON.parse(readFileSync(join(dirname(packageFile), '..', 'package.json'), 'utf8'));
  const tools = join(dirname(fileURLToPath(import.meta.url)), '..', '.tools');
  const home = join(tools, `chromium-${version}`);
  if (!existsSync(home)) {
    // Unpacked aside and renamed, so that two runs at once never see half a browser.
    const aside = `${home}.${process.pid}`;
    await unpack(packageFile, aside);
    if (existsSync(home)) rmSync(aside, { recursive: true });
    else renameSync(aside, home);
  }
  writeFileSync(join(home, 'fonts', 'fonts.conf'), fontsConfig(home));
  const libraries = [join(home, 'al2023', 'lib'), home, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(home, 'fonts') };
  return { executablePath: join(home, 'chromium'), env };
}

/** The package unpacks into the temporary folder, wherever that is. */
async function unpack(packageFile, folder) {
  mkdirSync(folder, { recursive: true });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await inflate(join(dirname(packageFile), '..', 'bin', 'al2023.tar.br'));
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

function fontsConfig(home) {
  const fonts = `<dir>${join(home, 'fonts')}</dir><dir>/usr/share/fonts</dir>`;
  return `<?xml version="1.0"?>\n<fontconfig>${fonts}<cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>\n`;
}

function resolveOptional(name) {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}
