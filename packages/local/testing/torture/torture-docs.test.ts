import { glob, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, ROOT), 'utf8');

/** The numbers of the tests of a file, by the titles they begin with. */
function numbersOf(source: string): readonly number[] {
  return [...source.matchAll(/'(\d+)\. /g)].map(([, number]) => Number(number));
}

describe('docs/torture.md', async () => {
  const rows = (await read('docs/torture.md')).split('\n').filter((line) => /^\| \d/.test(line));
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));

  it('has the twenty-seven, in order', () => {
    expect(cells.map(([, number]) => Number(number))).toEqual(Array.from({ length: 27 }, (_, place) => place + 1));
  });

  it('lists what has a test under its number', async () => {
    const tested: number[] = [];
    for await (const file of glob('packages/local/testing/torture/*.test.ts', { cwd: ROOT })) {
      tested.push(...numbersOf(await read(file)));
    }
    expect([...new Set(tested)].toSorted((a, b) => a - b)).toEqual(cells.map(([, number]) => Number(number)));
  });

  it('names only files there are', async () => {
    const files = cells.flatMap((row) => [...(row[4] ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path!));
    expect(files.length).toBeGreaterThan(10);
    await Promise.all(files.map((file) => read(file)));
  });
});
