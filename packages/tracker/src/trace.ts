/** @module `@chronos-player/tracker/trace`: apart from the tracker, so that whoever records nothing loads nothing of it. */
export { recordTrace, type Trace, type TraceBounds } from './record-trace.ts';
export { replayTrace, type Replay, type ReplayedSession } from './replay-trace.ts';
export type { TracedMessage } from './trace-format.ts';
