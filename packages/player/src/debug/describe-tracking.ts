import type { MediaTracking, WatchReadout } from '@chronos-player/tracker';
import type { DeliveryReport, TraceView } from '@chronos-player/tracker/trace';
import type { MediaFacade } from '../media-facade.ts';
import { formatTime } from './watched-strip.ts';

/** Everything the panel has to say. */
export interface DebugPicture {
  /** The element's `:state()`. */
  readonly state: string;
  readonly media: Pick<MediaFacade, 'currentTime' | 'duration' | 'playbackRate' | 'readyState' | 'seeking'>;
  readonly watch: WatchReadout;
  /** Why nothing is told, or null: there is a session. */
  readonly untracked: string | null;
  readonly session: MediaTracking['session'];
  readonly trace: TraceView & { readonly size: { readonly entries: number; readonly dropped: number } };
  readonly delivery: DeliveryReport | null;
  /** The last thing that went wrong; empty: nothing. */
  readonly error: string;
}

/** The panel's rows: a name, and what there is to say. */
export function describeTracking(picture: DebugPicture): readonly (readonly [name: string, text: string])[] {
  const { state, media, watch, untracked, session, trace, error } = picture;
  const { currentTime, duration, playbackRate, readyState, seeking } = media;
  const counters = Object.entries(trace.counters ?? {}).filter(([, count]) => count > 0);
  const percent = watch.percent === null ? '' : `, ${watch.percent} %`;
  return [
    ['state', `${state}${seeking ? ', seeking' : ''}, readyState ${readyState}`],
    ['playhead', `${formatTime(currentTime)} of ${formatTime(duration)}, ${playbackRate}x`],
    ['watch time', `${watch.time.toFixed(1)} s, content ${watch.content.toFixed(1)} s`],
    ['covered', `${watch.covered.toFixed(1)} s${percent}${watch.completed ? ', completed' : ''}`],
    ['watched', watch.ranges.map(([start, end]) => `${formatTime(start)}–${formatTime(end)}`).join('  ') || 'nothing'],
    ['evidence', watch.evidence],
    ['session', session?.id ?? untracked ?? 'none open'],
    ['counters', counters.map(([name, count]) => `${name} ${count}`).join('  ') || 'none'],
    ['messages', describeMessages(trace)],
    ['queue', describeQueue(picture.delivery)],
    ['last answer', describeAnswer(trace.answer)],
    ['last error', error || 'none'],
    [
      'trace',
      `${trace.size.entries} entries${trace.size.dropped > 0 ? `, ${trace.size.dropped} older ones dropped` : ''}`,
    ],
  ];
}

function describeMessages({ message, answer }: TraceView): string {
  if (!message) return 'none yet';
  return `newest ${message.seq}, acknowledged ${answer?.seq ?? 'none'}`;
}

function describeQueue(delivery: DeliveryReport | null): string {
  if (!delivery) return 'nothing was ever sent';
  const { isSending, waiting, waitMs, onDisk } = delivery;
  const wait = waiting > 0 && waitMs > 1_000 ? `, next try in ${Math.ceil(waitMs / 1000)} s` : '';
  return `${isSending ? 1 : 0} in flight, ${waiting} waiting${wait}, ${onDisk} on disk`;
}

function describeAnswer(answer: TraceView['answer']): string {
  if (!answer) return 'none';
  const { seq, watch_time_seconds: watched, percent_complete: own, viewer_percent_complete: viewer } = answer;
  const percents = `${own ?? '–'} % of this session, ${viewer ?? '–'} % of the viewer`;
  const codes = [
    ...answer.events.map(({ event_type }) => event_type),
    ...answer.flags,
    answer.completed && 'completed',
  ];
  return [`${seq}: ${watched} s, ${percents}`, ...codes.filter(Boolean)].join(', ');
}
