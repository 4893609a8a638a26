// Bootstrap: `node scripts/dev.mjs <package script> [arguments]`.
//
// Needs nothing but Node >= 20 and npm. Brings the Node and pnpm this workspace is built with into `.tools/`
// (only where the machine's own Node is too old), installs dependencies when the lock file changed, then hands
// over to the package script. Plain JavaScript on purpose: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_VERSION = '24.21.0';
const PNPM_VERSION = '12.21.0';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');
const isWindows = process.platform === 'win32';

const script = process.argv[2];
if (!script) fail('Name a package script: node scripts/dev.mjs <script>. `npm start` and `npm test` do this for you.');

const node = isNewEnough(process.versions.node) ? process.execPath : installNode();
const pnpm = installPnpm();
const onPath = [dirname(node), join(tools, 'pnpm', 'node_modules', '.bin'), process.env.PATH];
const env = { ...process.env, PATH: onPath.join(delimiter) };
installDependencies();
const { status, signal } = run(node, ['--run', script, '--', ...process.argv.slice(3)], { env });
process.exit(signal ? 130 : (status ?? 1));

/** What supabase-js (WebSocket), TypeScript stripping and the test runners agree on: ^22.19 || ^24.11 || >=26. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major >= 26;
}

/** The `node` package picks the binary for this platform in its own install script; the one script that is run here. */
function installNode() {
  const binary = join(tools, 'node', 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
  if (!existsSync(binary) || version(binary) !== `v${NODE_VERSION}`) {
    say(`Needs Node 22.19+, 24.11+ or 26+; this is ${process.versions.node}. Fetching ${NODE_VERSION} into .tools/.`);
    npmInstall('node', `node@${NODE_VERSION}`);
  }
  return binary;
}

function installPnpm() {
  const folder = join(tools, 'pnpm', 'node_modules', 'pnpm');
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== PNPM_VERSION) {
    say(`Fetching pnpm ${PNPM_VERSION} into .tools/.`);
    npmInstall('pnpm', `pnpm@${PNPM_VERSION}`, '--ignore-scripts');
  }
  return join(folder, 'bin', 'pnpm.mjs');
}

function installDependencies() {
  const stamp = join(tools, 'installed');
  const wanted = fingerprint();
  if (existsSync(join(root, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing dependencies.');
  const { status } = run(node, [pnpm, 'install', '--frozen-lockfile'], { env });
  if (status !== 0) fail('Dependencies could not be installed; the lines above say why. Nothing else was changed.');
  writeFileSync(stamp, wanted);
}

/** Changes whenever an install could give another result: lock file, workspace settings, any manifest. */
function fingerprint() {
  const hash = createHash('sha256').update(version(node));
  const manifests = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')),
  );
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function npmInstall(folder, spec, ...more) {
  const prefix = join(tools, folder);
  mkdirSync(prefix, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', ...more];
  const { status } = run('npm', ['install', '--prefix', prefix, ...flags, spec], { shell: isWindows });
  if (status !== 0)
    fail(`npm could not install ${spec}. Check the network or the registry npm is set to, then try again.`);
}

function version(binary) {
  return spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim();
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
}

function say(text) {
  console.log(`chronos: ${text}`);
}

function fail(text) {
  console.error(`chronos: ${text}`);
  process.exit(1);
}
