/** An SQL identifier, quoted. The only way a name reaches a statement. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A schema-qualified name, quoted. */
export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** The values of one statement; `add` answers the placeholder that stands for the value. */
export interface Parameters {
  readonly values: readonly string[];
  add(value: string): string;
}

/** An empty list of values. */
export function createParameters(): Parameters {
  const values: string[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** A quote opens a quoted part only after one of these; elsewhere (`5" screen`) it is a character. */
const OPENS_QUOTE = /[,.:>(\s]/;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

/**
 * Splits at a separator outside double quotes and brackets, as PostgREST's lists are written:
 * `a,"b,c",d.in.(1,2)` gives three parts. Empty text gives none.
 *
 * @returns undefined when quotes or brackets do not close.
 */
export function splitList(text: string, separator = ','): string[] | undefined {
  const parts: string[] = [];
  const open: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (inQuotes && character === '\\') index += 1;
    else if (inQuotes) inQuotes = character !== '"';
    else if (character === '"') inQuotes = index === 0 || OPENS_QUOTE.test(text.charAt(index - 1));
    else if (CLOSING[character] !== undefined) open.push(CLOSING[character]);
    else if (character === open.at(-1)) open.pop();
    else if (character === separator && open.length === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (inQuotes || open.length > 0) return undefined;
  return text === '' ? [] : [...parts, text.slice(start)];
}

/** Takes the double quotes off a quoted name or value; other text is itself. */
export function unquote(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text;
}
