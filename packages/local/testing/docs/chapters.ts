import type { SchemaFile } from '../../src/database/schema-files.ts';
import { toProse } from './markdown.ts';

/** What a schema file says that the catalog does not keep. */
export interface Chapter {
  /** `Video watch sessions` */
  title: string;
  /** `creators.sql` */
  file: string;
  /** The part of `schema_paths` it stands in: `People: creators and students.` */
  part: string;
  /** The comment the file begins with, as Markdown. */
  intro: string;
  /** Names with their schema, in the order of the file: tables, views, functions, types. */
  objects: string[];
  /** Policies by name, with the comment above them: nobody but its owner can comment on what is on a table of Supabase. */
  policies: Map<string, { table: string; comment: string }>;
  /** Constraints by name, as written: `check (length(name) between 1 and 200)`. */
  constraints: Map<string, string>;
  /** Indexes by name, as written, with the query each serves. */
  indexes: Map<string, { definition: string; serves: string }>;
  /** Sentences about the index a constraint brings (`-- creators_user_id_key serves ...`), by the name of the constraint. */
  keys: Map<string, string>;
  /** Sentences beginning `-- Not granted`, by the table whose grants they follow. */
  notGranted: Map<string, string>;
  jobs: Job[];
}

/** What pg_cron runs. */
export interface Job {
  name: string;
  schedule: string;
  command: string;
}

const OBJECT =
  /^create (?:or replace )?(?:unlogged |materialized )?(?:table|view|function|type|domain) ((?:public|private|partitions)\.\w+)/gm;

/** Up to the line that ends a sentence: the next may be about another index. */
const KEY = /^-- ((\w+_p?key) serves(?:.*[^.?)\n]\n--)*.*[.?)])\n/gm;

/** Reads one schema file: its comments and definitions as its author wrote them. */
export function readChapter({ path, part, sql }: SchemaFile): Chapter {
  const file = path.replace('./schemas/', '');
  return {
    title: titleOf(file),
    file,
    part,
    intro: toMarkdown(/^(?:--.*\n)*/.exec(sql)?.[0] ?? ''),
    objects: [...sql.matchAll(OBJECT)].map((match) => match[1] as string),
    policies: new Map(
      [...sql.matchAll(/((?:^--.*\n)*)^create policy (\w+)\s+on ([\w.]+)/gm)].map((match) => [
        match[2] as string,
        { table: match[3] as string, comment: toMarkdown(match[1] ?? '') },
      ]),
    ),
    constraints: pairs(
      [...sql.matchAll(/^ *constraint (\w+)\s+/gm)].map((match) => [
        '',
        match[1] as string,
        clauseAt(sql, match.index + match[0].length),
      ]),
    ),
    indexes: new Map(
      [...sql.replace(KEY, '').matchAll(/((?:^--.*\n)*)^create (unique )?index (\w+)\s+on [\w.]+([^;]*);/gm)].map(
        (match) => [
          match[3] as string,
          { definition: oneLine(`${match[2] ?? ''}${match[4] ?? ''}`), serves: oneLine(toMarkdown(match[1] ?? '')) },
        ],
      ),
    ),
    keys: new Map(
      [...sql.matchAll(KEY)].map(([, text, name]) => [name as string, oneLine((text as string).replace(/\n--/g, ' '))]),
    ),
    notGranted: readNotGranted(sql),
    jobs: [...sql.matchAll(/cron\.schedule\(\s*'([^']+)',\s*'([^']+)',\s*'((?:[^']|'')+)'\s*\)/g)].map(
      ([, name, schedule, command]) => ({
        name: name as string,
        schedule: schedule as string,
        command: (command as string).replaceAll("''", "'"),
      }),
    ),
  };
}

function titleOf(file: string): string {
  const words = file
    .replace(/^.*\//, '')
    .replace('.sql', '')
    .replaceAll('_', ' ')
    .replace(/\brpcs\b/, 'RPCs');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function pairs(matches: Iterable<ArrayLike<string | undefined>>): Map<string, string> {
  return new Map([...matches].map((match) => [match[1] as string, match[2] as string]));
}

/** The text from `start` to the comma or parenthesis that ends it. */
function clauseAt(sql: string, start: number): string {
  let depth = 0;
  let end = start;
  for (; end < sql.length; end++) {
    const letter = sql.charAt(end);
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (depth < 0 || (depth === 0 && (letter === ',' || letter === ';'))) break;
  }
  return oneLine(sql.slice(start, end));
}

function readNotGranted(sql: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of sql.matchAll(/^-- (Not granted.*(?:\n--.*)*)/gm)) {
    const table = [...sql.slice(0, match.index).matchAll(/^(?:grant|revoke) [^;]* on table ([\w.]+)/gm)].at(-1)?.[1];
    if (table !== undefined) found.set(table, oneLine((match[1] as string).replace(/\n--/g, ' ')));
  }
  return found;
}

/** Comment lines as paragraphs; lines that are a word, a gap and a text become a list, numbered where they are. */
function toMarkdown(comment: string): string {
  const out: string[] = [];
  for (const line of comment
    .split('\n')
    .filter(Boolean)
    .map((text) => text.replace(/^-- ?/, ''))) {
    const [, number = '-', term, text] = /^(\d+\.)? ?(\S+) {2,}(\S.*)$/.exec(line) ?? [];
    const last = out.at(-1) ?? '';
    if (term !== undefined) out.push(`${isItem(last) || last === '' ? '' : '\n'}${number} **${term}**: ${text}`);
    else if (line.startsWith('  ') && isItem(last)) out.push(`${out.pop()} ${line.trim()}`);
    else out.push(line);
  }
  return toProse(out.join('\n').trim());
}

function isItem(line: string): boolean {
  return /^\n?(-|\d+\.) /.test(line);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
