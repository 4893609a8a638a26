import type { Chapter } from './chapters.ts';
import type { Catalog, Routine } from './read-catalog.ts';
import { code, table, toProse } from './markdown.ts';
import { plainType, ROLE_NAMES, shortName, writePolicies, writeRelation } from './write-relation.ts';

const HEAD = `# The database

<!-- Written by \`pnpm --filter @chronos-player/local run generate\` from the database itself. Not to be edited: the words are those
of supabase/schemas, which says the same with the reasons beside it. -->

Three schemas: \`public\` is what the API serves, \`private\` holds the rules and the secrets, \`partitions\` the months of events.
Names without a schema are in \`public\`. Whoever reads a table sees the rows its policies let him see; nobody writes what is
measured but the functions. Analysts begin with the figures per day ([Video analytics](#video-analytics)), visits
([Video watch sessions](#video-watch-sessions)), viewers ([Video progress](#video-progress)) and events
([Video analytics events](#video-analytics-events)), or with an answer: the [dashboard](#creator-dashboard), the
[retention curve](#video-retention), [the sessions behind a number](#explain-metric).

A type with a question mark may be null; \`= value\` is what stands there when nobody says.
`;

/** `docs/database.md`: the schema files as chapters, in their order, under the parts they make. */
export function writeDocs(chapters: readonly Chapter[], catalog: Catalog): string {
  const missing = findMissing(chapters, catalog);
  if (missing.length > 0) throw new Error(`No file of supabase/schemas creates ${missing.join(', ')}.`);
  const names = new Set(chapters.map(({ part }) => part));
  const parts = [...names].map((name): Part => [name, chapters.filter(({ part }) => part === name)]);
  const sections = parts.map(([part, own]) => writePart(part, own, catalog));
  return `${[HEAD.trim(), writeContents(parts), ...sections].join('\n\n')}\n`;
}

type Part = [name: string, chapters: readonly Chapter[]];

/** A list of the parts, each with its chapters. */
function writeContents(parts: readonly Part[]): string {
  const items = parts.map(
    ([part, own]) => `- **${linkTo(titleOf(part))}**: ${own.map(({ title }) => linkTo(title)).join(' · ')}`,
  );
  return items.join('\n');
}

function linkTo(title: string): string {
  return `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`;
}

/** `People` of `People: creators and students.` */
function titleOf(part: string): string {
  return part.replace(/:.*/, '');
}

/** What is in the database although no chapter tells of it. */
function findMissing(chapters: readonly Chapter[], { relations, routines, policies }: Catalog): string[] {
  const told = new Set(chapters.flatMap(({ objects, policies }) => [...objects, ...policies.keys()]));
  return [...relations, ...routines, ...policies].map(({ name }) => name).filter((name) => !told.has(name));
}

function writePart(part: string, chapters: readonly Chapter[], catalog: Catalog): string {
  const about = part.replace(/^[^:]*: /, '');
  const rows = chapters.map((chapter) => [
    linkTo(chapter.title),
    firstSentence(chapter.intro),
    code([
      ...relationsOf(chapter, catalog).map(({ name }) => shortName(name)),
      ...routinesOf(chapter, catalog, true).map(({ name }) => `${shortName(name)}()`),
    ]),
  ]);
  return [
    `## ${titleOf(part)}`,
    about.charAt(0).toUpperCase() + about.slice(1),
    table(['chapter', 'about', 'tables, and functions you can call'], rows),
    ...chapters.map((chapter) => writeChapter(chapter, catalog)),
  ].join('\n\n');
}

function firstSentence(intro: string): string {
  const [paragraph = ''] = intro.split('\n\n');
  return /^[^]*?[.?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph.replace(/:$/, '.');
}

function writeChapter(chapter: Chapter, catalog: Catalog): string {
  const { title, file, intro, jobs, policies } = chapter;
  const foreign = [...new Set([...policies.values()].map(({ table }) => table))].filter(
    (name) => !/^(public|private|partitions)\./.test(name),
  );
  return [
    `### ${title}`,
    intro,
    `<sub>[supabase/schemas/${file}](../supabase/schemas/${file})</sub>`,
    ...relationsOf(chapter, catalog).map((relation) =>
      writeRelation(
        relation,
        chapter,
        catalog.policies.filter((policy) => policy.table === relation.name),
      ),
    ),
    ...foreign.map((name) => {
      const ours = catalog.policies.filter((policy) => policy.table === name && policies.has(policy.name));
      return `#### \`${name}\`\n\nSupabase's own table.\n\n${writePolicies(ours, [chapter])}`;
    }),
    ...routinesOf(chapter, catalog, true).map(writeRoutine),
    jobs.length === 0
      ? ''
      : table(
          ['job', 'when', 'runs'],
          jobs.map((job) => [job.name, writeSchedule(job.schedule), `\`${job.command}\``]),
        ),
    writeInside(chapter, catalog),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function writeRoutine(routine: Routine, place: number, all: readonly Routine[]): string {
  const { name, comment, roles, result } = routine;
  const before = all[place - 1];
  const isSame = before !== undefined && before.arguments === routine.arguments && before.result === result;
  const signature = isSame
    ? `Arguments and answer are those of \`${shortName(before.name)}()\`.`
    : `\`\`\`sql\n${writeSignature(routine)}\n\`\`\``;
  const callers = roles.map((role) => ROLE_NAMES[role]).join(', ') || 'nobody but its owner';
  return [`#### \`${shortName(name)}()\``, toProse(comment ?? ''), signature, `Called by: ${callers}.`].join('\n\n');
}

const WIDEST = 90;

function writeSignature({ name, arguments: given, result }: Routine): string {
  const plain = given
    .replace(/ DEFAULT ('[^']*'|\w+)(::[a-z0-9 ]+(\[\])?)?/g, ' default $1')
    .replaceAll('NULL', 'null');
  const [, columns] = /^TABLE\((.*)\)$/.exec(result) ?? [];
  const answer = columns === undefined ? result.replace('SETOF', 'setof') : `table ${inParentheses(columns)}`;
  return plainType(`${shortName(name)}${inParentheses(plain)} returns ${answer}`);
}

/** On one line while it is short, else an item a line. */
function inParentheses(items: string): string {
  return items.length <= WIDEST ? `(${items})` : `(\n  ${items.split(/, (?=\w+ )/).join(',\n  ')}\n)`;
}

/** The schedules in use, in words; any other as it stands. */
function writeSchedule(schedule: string): string {
  const [minute = '', hour = '', ...rest] = schedule.split(' ');
  if (rest.join(' ') !== '* * *') return `\`${schedule}\``;
  if (schedule === '* * * * *') return 'every minute';
  if (/^\*\/\d+$/.test(minute) && hour === '*') return `every ${minute.slice(2)} minutes`;
  if (/^\d+$/.test(minute) && hour === '*') return `every hour at :${minute.padStart(2, '0')}`;
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour))
    return `daily at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`;
  return `\`${schedule}\``;
}

/** What no client calls, folded away. */
function writeInside(chapter: Chapter, catalog: Catalog): string {
  const types = catalog.types.filter(({ name }) => chapter.objects.includes(name));
  const routines = routinesOf(chapter, catalog, false);
  const items = [
    ...types.map(
      ({ name, comment, attributes }) => `\`${name}\` (${code(attributes.map(plainType))}): ${toProse(comment ?? '')}`,
    ),
    ...routines.map(({ name, comment }) => `\`${name}()\`: ${toProse(comment ?? '')}`),
  ];
  return items.length === 0
    ? ''
    : `<details>\n<summary>Inside</summary>\n\n${items.map((item) => `- ${item}`).join('\n')}\n\n</details>`;
}

function relationsOf({ objects }: Chapter, { relations }: Catalog): Catalog['relations'] {
  return objects.flatMap((name) => relations.filter((relation) => relation.name === name));
}

function routinesOf({ objects }: Chapter, { routines }: Catalog, isPublic: boolean): Routine[] {
  return [...new Set(objects)]
    .flatMap((name) => routines.filter((routine) => routine.name === name))
    .filter(({ name, result }) => (name.startsWith('public.') && result !== 'trigger') === isPublic);
}
