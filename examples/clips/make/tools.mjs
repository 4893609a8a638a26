import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The three programs the clips are made with; each is looked for under several names, `$CHROMIUM_PATH` first. */
const WANTED = {
  chromium: [process.env.CHROMIUM_PATH, 'chromium', 'chromium-browser', 'google-chrome'],
  ffmpeg: ['ffmpeg'],
  'espeak-ng': ['espeak-ng'],
};

/** Returns `{chromium, ffmpeg, 'espeak-ng'}` as absolute paths; throws one Error that names everything missing. */
export function findTools() {
  const found = Object.entries(WANTED).map(([name, candidates]) => [name, candidates.map(pathOf).find(Boolean)]);
  const missing = found.filter(([, path]) => !path).map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(
      `Making the clips needs ${missing.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${missing.join(' ')} ` +
        'fonts-inter. A browser elsewhere: set CHROMIUM_PATH to its program.',
    );
  }
  return Object.fromEntries(found);
}

function pathOf(program) {
  if (!program) return undefined;
  try {
    return execFileSync('sh', ['-c', 'command -v -- "$1"', 'sh', program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Runs a program to its end and returns its standard output as a Buffer. */
export function run(program, args) {
  return execFileSync(program, args, { maxBuffer: LARGEST_OUTPUT_BYTES, stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * Starts a program that reads frames from its standard input.
 * `write` waits while the program is behind, so memory stays flat; `end` resolves when it has exited well.
 */
export function startSink(program, args) {
  const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  const exited = once(child, 'exit');
  return {
    async write(bytes) {
      if (!child.stdin.write(bytes)) await Promise.race([once(child.stdin, 'drain'), exited]);
    },
    async end() {
      child.stdin.end();
      const [code] = await exited;
      if (code !== 0) throw new Error(`${program} ended with code ${code}`);
    },
  };
}
