import { readFile, writeFile } from 'node:fs/promises';
import type { PolicyNeeds } from './policy-needs.ts';

const GUIDE = new URL('../../../docs/guides/content-security-policy.md', import.meta.url);
const BEGIN = '<!-- found by content-security.spec.ts -->\n\n';
const END = '\n\n<!-- end -->';

/** What the guide says that each kind of source needs: a column of its table for each, in order. */
export async function readGuide(): Promise<ReadonlyMap<string, PolicyNeeds>> {
  const [head = [], , ...rows] = tableOf(await readFile(GUIDE, 'utf8'))
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(
    head.slice(1).map((name, column) => {
      const needs = rows.map((row) => [inCode(row[0])[0] ?? '', inCode(row[column + 1])] as const);
      return [name, new Map(needs.filter(([, sources]) => sources.length > 0))] as const;
    }),
  );
}

/** Puts what was found for one kind of source into the guide, and leaves out the kinds that are no more. */
export async function updateGuide(name: string, needs: PolicyNeeds, kinds: readonly string[]): Promise<void> {
  const known = new Map([...(await readGuide()), [name, needs]]);
  const columns = kinds.flatMap((kind) => (known.has(kind) ? [[kind, known.get(kind)!] as const] : []));
  const guide = await readFile(GUIDE, 'utf8');
  await writeFile(
    GUIDE,
    guide.replace(tableOf(guide), () => writeTable(new Map(columns))),
  );
}

function tableOf(guide: string): string {
  return guide.split(BEGIN)[1]?.split(END)[0] ?? '';
}

function inCode(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** One row for each directive, one column for each kind; formatted as `pnpm run format` would. */
function writeTable(found: ReadonlyMap<string, PolicyNeeds>): string {
  const directives = [...new Set([...found.values()].flatMap((needs) => [...needs.keys()]))].toSorted();
  const rows = directives.map((directive) => [
    `\`${directive}\``,
    ...[...found.values()].map((needs) => (needs.get(directive) ?? []).map((source) => `\`${source}\``).join(' ')),
  ]);
  const table = [['directive', ...found.keys()], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const [head, ...body] = table.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [head, rule, ...body].join('\n');
}
