import type { Chapter } from './chapters.ts';
import { code, list, table, toProse } from './markdown.ts';
import type { Column, Constraint, Policy, Relation } from './read-catalog.ts';

/** How roles are called where people read. */
export const ROLE_NAMES: Record<string, string> = {
  anon: 'anyone with the publishable key',
  authenticated: 'signed-in users',
  service_role: 'the operator (`service_role`)',
};

const VERBS: Record<string, string> = { select: 'read', insert: 'add', update: 'change', delete: 'remove' };

/** A table or view as Markdown: what it is, its columns, its rules, who sees and does what. */
export function writeRelation(relation: Relation, chapter: Chapter, policies: readonly Policy[]): string {
  return [
    `#### \`${shortName(relation.name)}\``,
    `${relation.kind === 'view' ? 'View. ' : ''}${toProse(relation.comment ?? '')}`,
    writeColumns(relation),
    list(
      'Rules',
      relation.constraints.map((constraint) => writeConstraint(constraint, chapter)),
    ),
    list('Indexes', writeIndexes(relation, chapter)),
    list('Triggers', writeTriggers(relation)),
    list('Who may', writeGrants(relation, chapter)),
    writePolicies(policies, [chapter]),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Policies on a table as sentences: which rows. */
export function writePolicies(policies: readonly Policy[], chapters: readonly Chapter[]): string {
  return list(
    'Which rows',
    policies.map(({ name, command, comment }) => {
      const written = chapters.map((chapter) => chapter.policies.get(name)?.comment).find(Boolean) ?? '';
      return `${toProse(comment ?? written.replaceAll('\n', ' '))} (\`${command}\`, \`${name}\`)`;
    }),
  );
}

/** Tables of the API go by their name, all others with their schema. */
export function shortName(name: string): string {
  return name.replace(/^public\./, '');
}

function writeColumns({ kind, columns }: Relation): string {
  return table(
    ['column', 'type', 'meaning'],
    columns.map((column) => [`\`${column.name}\``, writeType(column, kind), toProse(column.comment ?? '')]),
  );
}

/** `text`, `text?` (may be null; nobody knows of a view), and what it is when nobody says. */
function writeType({ type, isNullable, isGenerated, default: value }: Column, kind: Relation['kind']): string {
  const mark = isNullable && !isGenerated && kind === 'table' ? '?' : '';
  const name = `\`${plainType(type)}${mark}\``;
  if (value === null) return name;
  return isGenerated ? `${name} computed` : `${name} = \`${plainDefault(value)}\``;
}

/** Types by the names people write. */
export function plainType(type: string): string {
  return type.replaceAll('timestamp with time zone', 'timestamptz').replaceAll('double precision', 'float8');
}

/** Without the casts Postgres adds to what was written. */
function plainDefault(value: string): string {
  return value
    .replace(/::[a-z0-9 ]+(\[\])?$/, '')
    .replace(/^'(-?\d+)'$/, '$1')
    .replace(/^\((.*)\)$/, '$1');
}

function writeConstraint({ kind, name, columns, references, onDelete, comment }: Constraint, chapter: Chapter): string {
  const names = code(columns);
  const meaning = comment === null ? '' : `: ${toProse(comment)}`;
  if (kind === 'p') return `primary key ${names}${meaning}`;
  if (kind === 'u') return `${names} ${columns.length === 1 ? 'is' : 'are together'} unique${meaning}`;
  if (kind === 'f')
    return `${names} names a row of \`${shortName(references ?? '')}\`${ON_DELETE[onDelete] ?? ''}${meaning}`;
  const written = chapter.constraints.get(name)?.replace(/^check \((.*)\)$/, '$1');
  return `${sentenceOf(name, chapter)}${written === undefined ? '' : `: \`${written}\``}${meaning}`;
}

const ON_DELETE: Record<string, string> = {
  c: ' and goes with it',
  n: ' and is null when that goes',
  a: ', which cannot go before',
};

/** Constraints are named as sentences: `courses_title_is_short` is "title is short". */
function sentenceOf(name: string, { objects }: Chapter): string {
  const prefix = objects.map((object) => `${object.split('.')[1]}_`).find((start) => name.startsWith(start)) ?? '';
  return name.slice(prefix.length).replaceAll('_', ' ');
}

function writeIndexes({ indexes, constraints }: Relation, chapter: Chapter): string[] {
  const keys = constraints.map(({ name }) => chapter.keys.get(name)).filter((text) => text !== undefined);
  return [
    ...keys.map((text) => text.replace(/\b\w+_p?key\b/g, '`$&`')),
    ...indexes.map((name) => {
      const { definition = '', serves = '' } = chapter.indexes.get(name) ?? {};
      return `\`${definition}\`${serves === '' ? '' : `: ${serves.replaceAll('\n', ' ')}`}`;
    }),
  ];
}

/** Without that of `updated_at`: every table has it, and the column says so. */
function writeTriggers({ triggers }: Relation): string[] {
  return triggers
    .filter(({ name }) => name !== 'touch_updated_at')
    .map(({ event, comment }) => `${event}: ${toProse((comment ?? '').replace(/^Trigger: /, ''))}`);
}

/** One line per role: `signed-in users: read; change title, description`. */
function writeGrants({ name, columns, grants }: Relation, { notGranted }: Chapter): string[] {
  const roles = [...new Set(grants.map(({ role }) => role))];
  const lines = roles.map((role) => {
    const verbs = grants.filter((grant) => grant.role === role);
    const words = verbs.map((grant) => `${VERBS[grant.verb]}${writeNames(columns, grant.columns)}`);
    return `${ROLE_NAMES[role]}: ${words.join(verbs.some((grant) => grant.columns !== null) ? '; ' : ', ')}`;
  });
  const refused = notGranted.get(name);
  if (lines.length === 0) lines.push('nobody but the functions that own it');
  return refused === undefined ? lines : [...lines, toProse(refused)];
}

/** The shorter list: what is granted, or what is not. */
function writeNames(columns: readonly Column[], granted: readonly string[] | null): string {
  if (granted === null) return '';
  const others = columns.map(({ name }) => name).filter((name) => !granted.includes(name));
  return others.length < granted.length / 2 ? ` all but ${code(others)}` : ` ${code(granted)}`;
}
