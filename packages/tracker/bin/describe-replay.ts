import type { Replay, ReplayedSession } from '../src/trace.ts';

/** A replayed trace for people: what each session came to, and whether it still does. */
export function describeReplay({ playerVersion, dropped, sessions, differences }: Replay): string {
  const lines = [`Recorded by ${playerVersion}; ${sessions.length} session${sessions.length === 1 ? '' : 's'}.`];
  if (dropped > 0) lines.push(`Cut: ${dropped} older entries were dropped; the first session begins as it then stood.`);
  for (const [index, session] of sessions.entries()) lines.push('', ...describeSession(session, index + 1));
  const verdict =
    differences.length === 0
      ? 'Reproduced exactly: every message is computed as it was sent.'
      : `NOT reproduced: ${differences.length} numbers are computed differently now.`;
  return [...lines, '', verdict, ...differences.map((difference) => `  ${difference}`)].join('\n');
}

function describeSession({ watch, milestones, messages, looks }: ReplayedSession, number: number): readonly string[] {
  const { time, content, covered, percent, ranges, completed, evidence } = watch;
  const reached = milestones.map((milestone) => ('percent' in milestone ? `${milestone.percent} %` : milestone.kind));
  const counters = Object.entries(messages.at(-1)?.counters ?? {}).filter(([, count]) => count > 0);
  const rows = {
    evidence,
    'watch time': `${seconds(time)} s`,
    'content time': `${seconds(content)} s`,
    covered: `${seconds(covered)} s${percent === null ? '' : `, ${percent} %`}${completed ? ', completed' : ''}`,
    watched: ranges.map(([start, end]) => `[${seconds(start)}, ${seconds(end)})`).join(' ') || 'nothing',
    reached: reached.join(', ') || 'nothing',
    counters: counters.map(([name, count]) => `${name} ${count}`).join(', ') || 'none',
    seen: `${looks} looks, ${messages.length} messages`,
  };
  return [`Session ${number}`, ...Object.entries(rows).map(([name, value]) => `  ${name.padEnd(13)} ${value}`)];
}

function seconds(value: number): string {
  return value.toFixed(3).replace(/\.?0+$/, '');
}
