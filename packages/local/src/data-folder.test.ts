import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { moveAside, openDataFolder } from './data-folder.ts';
import { loadKeys } from './keys.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'chronos-'));
  folder = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true }));

describe('openDataFolder', () => {
  it('makes the folder and says that it is new until a database is in it', async () => {
    const first = await openDataFolder(folder);
    expect(first).toMatchObject({ path: folder, isNew: true });
    await mkdir(first.database);
    await first.release();
    const second = await openDataFolder(folder);
    expect(second.isNew).toBe(false);
    await second.release();
  });

  it('refuses a second holder in a sentence, and lets go at release', async () => {
    const first = await openDataFolder(folder);
    await expect(openDataFolder(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    await first.release();
    await (await openDataFolder(folder)).release();
  });

  it('refuses while another living process holds it', async () => {
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await mkdir(folder);
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: other.pid, startedAt: Date.now() }));
    await expect(openDataFolder(folder)).rejects.toThrow(`in use by process ${other.pid}`);
    const ended = new Promise((resolve) => other.on('exit', resolve));
    other.stdin.end();
    await ended;
    await (await openDataFolder(folder)).release();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 0 })],
    ['an earlier process with our number', JSON.stringify({ pid: process.pid, startedAt: 1 })],
    ['a crash in the middle of writing', '{"pid": 1'],
  ])('takes over the lock of %s', async (_name, lock) => {
    await mkdir(folder);
    await writeFile(join(folder, 'lock'), lock);
    const taken = await openDataFolder(folder);
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await taken.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['nobody holds', undefined],
    ['a dead process held', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 0 })],
  ])('gives a folder that %s to one of many at once', async (_name, lock) => {
    for (let round = 0; round < 20; round += 1) {
      const contested = `${folder}-${round}`;
      await mkdir(contested);
      if (lock !== undefined) await writeFile(join(contested, 'lock'), lock);
      const opened = await Promise.allSettled(Array.from({ length: 20 }, () => openDataFolder(contested)));
      expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await readdir(contested)).toEqual(['lock']);
    }
  });
});

describe('moveAside', () => {
  const now = new Date('2026-03-04T05:06:07.890Z');

  it('renames the folder with everything in it, and deletes nothing', async () => {
    await mkdir(join(folder, 'database'), { recursive: true });
    await writeFile(join(folder, 'database', 'rows'), 'precious');
    expect(await moveAside(folder, now)).toBe(`${folder}.old-20260304T050607Z`);
    expect(await readdir(parent)).toEqual(['data.old-20260304T050607Z']);
    expect(await readFile(join(parent, 'data.old-20260304T050607Z', 'database', 'rows'), 'utf8')).toBe('precious');
  });

  it('has nothing to do where there is nothing', async () => {
    expect(await moveAside(folder, now)).toBeUndefined();
  });

  it('leaves a folder alone that is not ours, or in use', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'holiday.jpg'), '');
    await expect(moveAside(folder, now)).rejects.toThrow('is not a data folder of chronos-local');
    const held = await openDataFolder(folder);
    await mkdir(held.database);
    await expect(moveAside(folder, now)).rejects.toThrow('in use by process');
    await held.release();
    expect(await readdir(folder)).toContain('holiday.jpg');
  });
});

describe('loadKeys', () => {
  it('makes keys once, readable by their owner only', async () => {
    const file = join(folder, 'keys.json');
    const keys = await loadKeys(file);
    expect(keys.publishableKey).toMatch(/^sb_publishable_[\w-]{32}$/);
    expect(keys.secretKey).toMatch(/^sb_secret_[\w-]{32}$/);
    expect(await loadKeys(file)).toEqual(keys);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it.each([
    ['cut short', '{"publishableKey": "sb_'],
    ['empty', ''],
    ['null', 'null'],
    ['without a secret', JSON.stringify({ publishableKey: 'x'.repeat(40) })],
  ])('says what to do with a file that is %s, and keeps it', async (_name, text) => {
    await mkdir(folder);
    const file = join(folder, 'keys.json');
    await writeFile(file, text);
    await expect(loadKeys(file)).rejects.toThrow(`The keys in ${file} are damaged. Delete that file`);
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
