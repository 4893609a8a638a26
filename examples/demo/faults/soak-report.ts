import type { SoakReport } from './soak.ts';

/** The longest a crash may cost: what is played is on disk within a second. */
const CRASH_SECONDS = 1.25;

/** Nothing lost, nothing counted twice, and no crash cost more than it may. */
export function isFaultless(report: SoakReport): boolean {
  const { lostSessions, lostSeconds, doubledSeconds, doubledProgressSeconds, unknownRows, doubledEvents } = report;
  const faults = [lostSessions, lostSeconds, doubledSeconds, doubledProgressSeconds, unknownRows, doubledEvents];
  return faults.every((fault) => fault === 0) && report.worstCrashSeconds <= CRASH_SECONDS;
}

/** A line for each thing worth knowing. */
export function describeSoak(report: SoakReport): string {
  const { p50, p95, max } = report.databaseMs;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ') || 'none';
  return [
    `sessions         ${report.sessions}, of them closed ${report.closed}; watched ${report.watchedSeconds.toFixed(0)} s`,
    `requests         ${report.requests} (${list(report.met)})`,
    `database         p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, longest ${max.toFixed(0)} ms`,
    `told to pages    ${list(report.errors)}`,
    `all delivered    ${report.deliveredAfterSeconds.toFixed(0)} s after everybody came back`,
    `lost             ${report.lostSessions} closed sessions, ${report.lostSeconds.toFixed(3)} s`,
    `counted twice    ${report.doubledSeconds.toFixed(3)} s in sessions, ${report.doubledProgressSeconds.toFixed(3)} s in progress, ${report.doubledEvents} events, ${report.unknownRows} unknown rows`,
    `worst crash      ${report.worstCrashSeconds.toFixed(3)} s`,
  ].join('\n');
}
