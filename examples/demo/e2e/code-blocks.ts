import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { expect } from './world.ts';

/** The code blocks of one language in a file of the repository, as they are written; with a heading, those below it. */
export async function readBlocks(file: string, language: string, heading?: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const part =
    heading === undefined ? text : (text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '');
  const found = [...part.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code!);
  expect(found, `a ${language} block in ${file} ${heading ?? ''}`).not.toHaveLength(0);
  return found;
}

/** A TypeScript block as a script for a page; names the text leaves to its reader are given. */
export async function bundleBlock(code: string, given: Readonly<Record<string, unknown>>): Promise<string> {
  const define = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)]));
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts', resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['source'],
    define,
  });
  return outputFiles[0]!.text;
}
