import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SUPABASE = new URL('../../../supabase/', import.meta.url);
const BIN = join(dirname(fileURLToPath(import.meta.resolve('supabase/package.json'))), 'dist', 'supabase.js');
const LONGEST_RUN_MS = 60_000;

/**
 * Runs a command of the Supabase CLI on a database that needs to be nothing but Postgres, without Docker or an account.
 * What the CLI writes for itself (its settings, the newest version) goes into a folder that is removed again.
 *
 * @param args for example `['migration', 'up']`.
 * @returns what it printed, both streams apart.
 * @throws Error with both streams when it exits with another code than 0.
 */
export async function supabase(args: readonly string[], url: string): Promise<{ stdout: string; stderr: string }> {
  const home = await mkdtemp(join(tmpdir(), 'chronos-supabase-'));
  try {
    await mkdir(join(home, 'supabase'));
    for (const name of ['config.toml', 'migrations', 'seed.sql']) {
      await symlink(fileURLToPath(new URL(name, SUPABASE)), join(home, 'supabase', name));
    }
    const run = promisify(execFile)(process.execPath, [BIN, ...args, `--remote=${url}`, '--workdir', home, '--yes'], {
      env: { ...process.env, HOME: home, DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1', PGSSLMODE: 'disable' },
      timeout: LONGEST_RUN_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    // Without an end of input it waits for somebody to answer.
    run.child.stdin?.end();
    return await run;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** What it printed with `--output-format json`. */
export async function supabaseJson<Result>(args: readonly string[], url: string): Promise<Result> {
  const { stdout } = await supabase([...args, '--output-format', 'json'], url);
  return JSON.parse(stdout) as Result;
}
