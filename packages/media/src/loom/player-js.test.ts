import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectPlayerJs, type PlayerJsListener } from './player-js.ts';

const ORIGIN = 'https://www.loom.com';
const ENVELOPE = { context: 'player.js', version: '0.0.11' };

/** An iframe and its page, without a browser: what the client uses of them. */
function openConversation(listener: Partial<PlayerJsListener> = {}) {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  const child = { postMessage: vi.fn<(message: unknown, origin: string) => void>() };
  const frame = Object.assign(new EventTarget(), { src: `${ORIGIN}/embed/x`, contentWindow: child });
  const heard: [string, unknown][] = [];
  let readyCount = 0;
  const ending = new AbortController();
  connectPlayerJs(frame as unknown as HTMLIFrameElement, ['play'], {
    signal: ending.signal,
    onReady: () => (readyCount += 1),
    onEvent: (event, value) => heard.push([event, value]),
    onSilence: () => {},
    ...listener,
  });
  const say = (data: unknown, source: unknown = child, origin = ORIGIN): void => {
    page.dispatchEvent(Object.assign(new Event('message'), { data, source, origin }));
  };
  return { say, heard, child, end: () => ending.abort(), readyCount: () => readyCount };
}

/** Messages as they might be, from well-formed to nonsense. */
const messages = fc.oneof(
  fc.anything(),
  fc.string(),
  fc.json(),
  fc.record({ context: fc.constantFrom('player.js', 'other', 1), event: fc.anything(), value: fc.anything() }),
  fc
    .record({
      context: fc.constantFrom('player.js', 'other'),
      event: fc.oneof(fc.string(), fc.integer()),
      value: fc.jsonValue(),
    })
    .map((message) => JSON.stringify(message)),
);

describe('connectPlayerJs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('hears nothing from another window or another origin, whatever it says', () => {
    fc.assert(
      fc.property(
        messages,
        fc.constantFrom('https://www.loom.com.evil.example', 'null', 'http://www.loom.com'),
        (data, origin) => {
          const { say, heard, child, end, readyCount } = openConversation();
          say({ ...ENVELOPE, event: 'ready' }, {});
          say(data, {});
          say({ ...ENVELOPE, event: 'ready' }, child, origin);
          say(data, child, origin);
          expect([readyCount(), heard]).toEqual([0, []]);
          end();
        },
      ),
    );
  });

  it('survives whatever its own iframe says, and passes on named events of this protocol only', () => {
    fc.assert(
      fc.property(fc.array(messages), (all) => {
        const { say, heard, end } = openConversation();
        say({ ...ENVELOPE, event: 'ready' });
        for (const data of all) say(data);
        for (const [event] of heard) expect(typeof event).toBe('string');
        const understood = all.filter((data) => isOfProtocol(data));
        expect(heard).toHaveLength(understood.length);
        end();
      }),
    );
  });

  it('does not even read a text that is too long', () => {
    const { say, heard, end } = openConversation();
    say({ ...ENVELOPE, event: 'ready' });
    say(JSON.stringify({ ...ENVELOPE, event: 'play', value: 'x'.repeat(10_000) }));
    say(JSON.stringify({ ...ENVELOPE, event: 'play' }));
    expect(heard).toEqual([['play', undefined]]);
    end();
  });

  it('addresses the iframe’s own origin and no other, and nobody once it has ended', () => {
    const { say, child, end } = openConversation();
    vi.advanceTimersByTime(2000);
    say({ ...ENVELOPE, event: 'ready' });
    expect(new Set(child.postMessage.mock.calls.map(([, origin]) => origin))).toEqual(new Set([ORIGIN]));
    end();
    const count = child.postMessage.mock.calls.length;
    vi.advanceTimersByTime(10_000);
    expect([child.postMessage.mock.calls.length, vi.getTimerCount()]).toEqual([count, 0]);
  });
});

/** Told independently: parsed if text, an object of this context with a named event. */
function isOfProtocol(data: unknown): boolean {
  let message = data;
  try {
    if (typeof data === 'string') message = JSON.parse(data);
  } catch {
    return false;
  }
  const { context, event } = Object(message) as { context?: unknown; event?: unknown };
  return typeof message === 'object' && context === 'player.js' && typeof event === 'string';
}
