import { readFile, writeFile } from 'node:fs/promises';
import type { PolicyNeeds } from './policy-needs.ts';

const GUIDE = new URL('../../../docs/guides/content-security-policy.md', import.meta.url);
const BEGIN = '<!-- found by content-security.spec.ts -->\n\n';
const END = '\n\n<!-- end -->';

/** The table as the guide has it. */
export async function readGuide(): Promise<string> {
  return (await readFile(GUIDE, 'utf8')).split(BEGIN)[1]?.split(END)[0] ?? '';
}

/** Puts what was found into the guide. */
export async function updateGuide(found: ReadonlyMap<string, PolicyNeeds>): Promise<void> {
  const guide = await readFile(GUIDE, 'utf8');
  await writeFile(
    GUIDE,
    guide.replace(await readGuide(), () => writeTable(found)),
  );
}

/** One row for each directive, one column for each provider; formatted as `pnpm run format` would. */
export function writeTable(found: ReadonlyMap<string, PolicyNeeds>): string {
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
