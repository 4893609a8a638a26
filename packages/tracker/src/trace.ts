/** @module `@chronos-player/tracker/trace`: apart from the tracker, so that whoever looks into nothing loads nothing of it. */
export { inspectDelivery, type DeliveryReport } from './inspect-delivery.ts';
export { recordTrace, type Trace, type TraceBounds, type TraceView } from './record-trace.ts';
export { replayTrace, type Replay, type ReplayedSession } from './replay-trace.ts';
export type { TracedMessage } from './trace-format.ts';
