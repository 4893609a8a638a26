import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Viewing } from './viewing.ts';

const FOLDER = join(import.meta.dirname, 'kept');

/** Scripts that once broke a promise. They are performed for ever. */
export function readKeptViewings(): readonly { readonly name: string; readonly viewing: Viewing }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, viewing: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Viewing }));
}

/** Keeps a script; answers its file's name. */
export function keepViewing(viewing: Viewing): string {
  mkdirSync(FOLDER, { recursive: true });
  const name = `${viewing.kind}-${viewing.seed}-${viewing.acts.length}.json`;
  writeFileSync(join(FOLDER, name), `${JSON.stringify(viewing, null, 2)}\n`);
  return name;
}
