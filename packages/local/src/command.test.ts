import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseCommand } from './command.ts';

describe('parseCommand', () => {
  it('has Supabase`s port and a folder beside the project', () => {
    expect(parseCommand([], {})).toEqual({
      help: false,
      options: { port: 54_321, dataDir: '.chronos', seed: false, fresh: false },
    });
  });

  it('takes the database from the option, else from DATABASE_URL', () => {
    const environment = { DATABASE_URL: 'postgres://a' };
    expect(parseCommand(['--seed'], environment)).toMatchObject({
      options: { databaseUrl: 'postgres://a', seed: true },
    });
    expect(parseCommand(['--database-url', 'postgres://b'], environment)).toMatchObject({
      options: { databaseUrl: 'postgres://b' },
    });
    expect(parseCommand([], { DATABASE_URL: '' })).not.toHaveProperty('options.databaseUrl');
  });

  it.each([['--port', 'http'], ['--port', '65536'], ['--port', '1.5'], ['--port', ''], ['--verbose'], ['extra']])(
    'refuses %s %s',
    (...args) => {
      expect(() => parseCommand(args, {})).toThrow(/no port|Unknown option|Unexpected argument/);
    },
  );
});

const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));

interface Run {
  child: ChildProcess;
  /** Everything written so far. */
  output: () => string;
  /** Exit code, or the signal's name. */
  ended: Promise<number | string | null>;
  /** Resolves with the address once the backend is ready. */
  ready: Promise<string>;
}

describe('chronos-local', { timeout: 120_000 }, () => {
  let folder: string;
  const children = new Set<ChildProcess>();
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'chronos-command-')), 'data');
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  const run = (...args: string[]): Run => {
    const child = spawn(process.execPath, ['--conditions=source', CLI, '--data', folder, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: '' },
    });
    children.add(child);
    let text = '';
    let found: (url: string) => void = () => undefined;
    const ready = new Promise<string>((resolve) => (found = resolve));
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const [, url] = /API URL: (\S+)/.exec(text) ?? [];
      if (url !== undefined) found(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const ended = new Promise<number | string | null>((resolve) =>
      child.on('close', (code, signal) => resolve(code ?? signal)),
    );
    return { child, output: () => text, ended, ready };
  };
  const secretKey = (text: string): string => /Secret key: (\S+)/.exec(text)?.[1] ?? '';

  it('tells address and keys, survives being killed, refuses a second one, and stops at SIGTERM', async () => {
    const first = run('--seed');
    const url = await first.ready;
    expect(first.output()).toMatch(
      /ready after [\d.]+ s \(new database\)[^]*Publishable key: sb_publishable_[^]*Ctrl\+C/,
    );
    const headers = { apikey: secretKey(first.output()), 'content-type': 'application/json' };
    const body = JSON.stringify({
      title: 'Written just before the power failed',
      creator_id: 'c1000000-0000-4000-8000-000000000001',
    });
    expect((await fetch(`${url}/rest/v1/courses`, { method: 'POST', headers, body })).status).toBe(201);
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');

    const second = run();
    const again = await second.ready;
    expect(second.output()).not.toContain('new database');
    const found = await fetch(`${again}/rest/v1/courses?title=like.Written*`, { headers });
    expect(await found.json()).toHaveLength(1);

    const third = run();
    expect(await third.ended).toBe(1);
    expect(third.output()).toMatch(/^chronos-local: The data folder .* is in use by process \d+/);

    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(await readdir(folder)).not.toContain('lock');
  });

  it('tells mistakes in one sentence and ends with 1', async () => {
    const mistaken = run('--pork');
    expect(await mistaken.ended).toBe(1);
    expect(mistaken.output()).toMatch(/^chronos-local: Unknown option '--pork'/);
  });

  it('explains itself', async () => {
    const help = run('--help');
    expect(await help.ended).toBe(0);
    for (const option of ['--port', '--data', '--database-url', '--seed', '--fresh'])
      expect(help.output()).toContain(option);
  });
});
