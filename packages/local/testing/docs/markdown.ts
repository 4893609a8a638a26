/** Text of a comment as Markdown: names of code stand as code, and no angle bracket opens HTML. */
export function toProse(text: string): string {
  return text.replace(CODE, (match) => (match.startsWith('`') ? match : `\`${match}\``));
}

/** What is code already, `<tag>`, `{a, b}/{c}`, `name()`, `name_of_something`. */
const CODE =
  /`[^`]*`|<[a-z/][^<>]*>|\{[^{}]*\}(?:\/\{[^{}]*\})*|\b[a-z][\w.]*\(\)|\b(?:[a-z]\w*\.)*[a-z]\w*_\w+(?:\.\w+)*/g;

export function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `**${title}**\n\n${items.map((item) => `- ${item}`).join('\n')}`;
}

/** A Markdown table; text in cells must not end them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
