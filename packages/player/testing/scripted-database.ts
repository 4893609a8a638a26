import type { PlayerVideo } from '../src/read-player-video.ts';

/** One request the database was sent. */
export interface ScriptedCall {
  readonly name: string;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the database answers to one RPC: a body, or a body with a status, or nothing at all (`down`). */
export type ScriptedAnswer = object | 'down';

/** A database that answers by a script, in place of the page's `fetch`. Everything else is fetched as ever. */
export interface ScriptedDatabase {
  readonly url: string;
  readonly calls: readonly ScriptedCall[];
  /** Every other address the page's code fetched. */
  readonly others: readonly string[];
  answer(name: string, answer: ScriptedAnswer, status?: number): void;
  called(name: string): readonly ScriptedCall[];
  restore(): void;
}

/** Every database has an address of its own: what the tracker still owes to another test's never reaches it. */
function createUrl(): string {
  return `https://${crypto.randomUUID()}.invalid`;
}

/** A function of the database, or what Storage is asked to do. */
const PATH = /\/(?:rest\/v1\/rpc|storage\/v1\/object)\/(.+)$/;

/** Puts itself in place of `window.fetch` until `restore()`. */
export function scriptDatabase(): ScriptedDatabase {
  const url = createUrl();
  const real = window.fetch;
  const calls: ScriptedCall[] = [];
  const others: string[] = [];
  const answers = new Map<string, { answer: ScriptedAnswer; status: number }>();
  window.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : `${input}`;
    const name = address.startsWith(url) ? PATH.exec(address)?.[1] : undefined;
    if (!name) {
      others.push(address);
      return real.call(window, input, init);
    }
    init?.signal?.throwIfAborted();
    calls.push({ name, headers: new Headers(init?.headers), body: JSON.parse(init?.body as string) });
    const { answer, status } = answers.get(name) ?? { answer: answerTo(name, calls.at(-1)!), status: 200 };
    if (answer === 'down') throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer), { status, headers: { 'content-type': 'application/json' } });
  };
  return {
    url,
    calls,
    others,
    answer: (name, answer, status = 200) => void answers.set(name, { answer, status }),
    called: (name) => calls.filter((call) => call.name === name),
    restore: () => void (window.fetch = real),
  };
}

/** A viewer who was never here, unless the script says otherwise. */
function answerTo(name: string, { body }: ScriptedCall): object {
  if (name === 'get_player_video') return describeVideo();
  return describeSession({ session_id: body['p_session_id'], seq: body['p_seq'] });
}

/** The answer to `get_player_video`. */
export function describeVideo(changes: Partial<PlayerVideo> = {}): PlayerVideo {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    title: 'The clock',
    source_type: 'upload',
    src: '/examples/clips/clock.mp4',
    poster: null,
    captions: [],
    chapters: [],
    duration_ms: 30_000,
    completion_threshold: 90,
    accepted_evidence: ['measured'],
    resume_position_seconds: null,
    resume_age_ms: null,
    viewer_percent_complete: null,
    completed: false,
    ...changes,
  };
}

/** The answer to a watch session's message. */
export function describeSession(changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    session_id: '22222222-2222-4222-8222-222222222222',
    seq: 1,
    watch_time_seconds: 0,
    percent_complete: 0,
    viewer_percent_complete: 0,
    completed: false,
    resume_position_seconds: null,
    events: [],
    flags: [],
    ...changes,
  };
}
