import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, listen, start, VIDEO_ID, type Tracked } from '../testing/tracked-media.ts';
import { recordTrace } from './record-trace.ts';
import { replayTrace } from './replay-trace.ts';
import { traceMessage } from './trace-format.ts';

/** Whatever can happen to a media and its tracking. */
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), amount: fc.integer({ min: 1, max: 40_000 }) }),
  },
  fc.record({ do: fc.constant('seek' as const), amount: fc.double({ min: -5, max: 130, noNaN: true }) }),
  fc.record({ do: fc.constant('rate' as const), amount: fc.constantFrom(0.25, 0.5, 1, 1.1, 2, 4) }),
  fc.record({ do: fc.constant('tick' as const), amount: fc.constantFrom(33.3, 250, 1001) }),
  fc.record({ do: fc.constant('length' as const), amount: fc.constantFrom(NaN, Infinity, 60, 100, 200) }),
  fc.record({ do: fc.constant('stall' as const), amount: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ do: fc.constant('sleep' as const), amount: fc.constantFrom(20_000, 3_600_000) }),
  fc.record({
    do: fc.constantFrom('play', 'pause', 'resume', 'mute', 'loop', 'nap', 'lie', 'answer'),
    amount: fc.nat(1),
  }),
);
type Action = typeof action extends fc.Arbitrary<infer Type> ? Type : never;

const ACTIONS: { readonly [Name in Action['do']]: (tracked: Tracked, amount: number) => unknown } = {
  wait: ({ clock }, amount) => clock.advance(amount),
  seek: ({ media }, amount) => media.seek(amount),
  rate: ({ media }, amount) => media.setRate(amount),
  tick: ({ media }, amount) => media.tickEvery(amount),
  length: ({ media }, amount) => media.setDuration(amount),
  stall: ({ media }, amount) => media.stall({ reported: amount === 1 }),
  sleep: ({ media }, amount) => media.sleep(amount, { monotonic: true }),
  play: ({ media }) => media.play(),
  pause: ({ media }) => media.pause(),
  resume: ({ media }) => media.resume(),
  mute: ({ media }) => (media.muted = !media.muted),
  loop: ({ media }) => (media.loop = !media.loop),
  // Long enough for the next playback to be another visit.
  nap: ({ media, clock }) => (media.pause(), clock.advance(31 * 60_000)),
  lie: ({ media }) => {
    Object.defineProperty(media, 'currentTime', { get: () => NaN, configurable: true });
    media.dispatchEvent(new Event('timeupdate'));
    Reflect.deleteProperty(media, 'currentTime');
  },
  answer: ({ joined }, amount) => joined.at(-1)?.onAnswer(answer({ completed: amount === 1, flags: ['late'] })),
};

describe('recordTrace', () => {
  it.each([
    ['measured', {}],
    ['polled', {}],
    ['estimated', {}],
    ['measured', { maxEntries: 40 }],
    ['polled', { maxBytes: 4_000 }],
  ] as const)('holds what reproduces the numbers exactly, whatever happens (%s, %o)', async (evidence, bounds) => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const polled = evidence !== 'measured';
        const tracked = await start({ evidence }, { polled });
        const trace = recordTrace(tracked.tracking, bounds);
        for (const { do: name, amount } of actions) ACTIONS[name](tracked, amount);
        expect(replayTrace(trace.toJson()).sessions.at(-1)?.watch).toEqual(tracked.tracking.watch);
        tracked.tracking.stop();
        const replay = replayTrace(trace.toJson());
        expect(replay.differences).toEqual([]);
        expect(replay.sessions.at(-1)?.watch).toEqual(tracked.tracking.watch);
        const messages = replay.sessions.flatMap((session) => session.messages);
        const sent = tracked.posted.map(traceMessage).slice(tracked.posted.length - messages.length);
        expect(messages).toEqual(sent);
        expect(messages.length === tracked.posted.length - 1 || replay.dropped > 0).toBe(true);
      }),
      { numRuns: 60, endOnFailure: true, seed: 20261127 },
    );
  });

  it('keeps to its bounds, says what it dropped and still reproduces the end', async () => {
    const { clock, media, tracking } = await start({}, { duration: 7_200 });
    const trace = recordTrace(tracking, { maxEntries: 400, maxBytes: 20_000 });
    void media.play();
    clock.advance(600_000);
    const { entries, bytes, dropped } = trace.size;
    expect(entries).toBeLessThanOrEqual(400);
    expect(bytes).toBeLessThanOrEqual(21_000);
    expect(dropped).toBeGreaterThan(2_000);
    const replay = replayTrace(trace.toJson());
    expect(replay.dropped).toBe(dropped);
    expect(replay.sessions).toHaveLength(1);
    expect(replay.sessions[0]?.watch).toEqual(tracking.watch);
    expect(tracking.watch.time).toBeCloseTo(600, 1);
  });

  it('begun in the middle of a session, begins with the session as it stands', async () => {
    const { clock, media, tracking } = await start();
    void media.play();
    clock.advance(30_000);
    const trace = recordTrace(tracking);
    clock.advance(30_000);
    const [session] = replayTrace(trace.toJson()).sessions;
    expect(session?.watch).toEqual(tracking.watch);
    expect(session?.watch.time).toBe(60);
    expect(session?.milestones).toEqual([{ kind: 'progress', percent: 50 }]);
  });

  it('goes on through the sessions of a tracking', async () => {
    const tracked = await start();
    const heard = listen(tracked.tracking);
    const trace = recordTrace(tracked.tracking);
    void tracked.media.play();
    tracked.clock.advance(60_000);
    ACTIONS.nap(tracked, 0);
    void tracked.media.play();
    tracked.clock.advance(35_000);
    const { sessions } = replayTrace(trace.toJson());
    expect(sessions.map(({ watch }) => watch.time)).toEqual([60, 35]);
    const reached = sessions.flatMap(({ milestones }) =>
      milestones.map((milestone) => ('percent' in milestone ? `${milestone.percent}` : milestone.kind)),
    );
    expect(reached).toEqual(heard.filter((what) => !what.startsWith('end')));
  });

  it('holds no id, token, key, address or text of the page', async () => {
    const secrets = {
      courseId: '00000000-0000-4000-8000-00000000c0de',
      moduleId: '00000000-0000-4000-8000-0000000000de',
      supabaseUrl: 'https://secret-project.example',
      supabaseKey: 'sb_publishable_secret',
      token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.secret',
    };
    const { clock, media, tracking, joined, posted } = await start({
      ...secrets,
      referrerType: 'chat_reference',
      identity: () => ({ accessToken: secrets.token }),
    });
    const trace = recordTrace(tracking);
    Object.assign(media, { currentSrc: 'https://secret-project.example/lesson.mp4', title: 'Secret lesson' });
    void media.play();
    clock.advance(20_000);
    const [session] = joined;
    session!.onAnswer(answer({ session_id: posted[0]!.sessionId, flags: ['late', 'Secret lesson of Ada'] }));
    session!.onError({
      code: 'refused',
      message: `${secrets.supabaseUrl} said Secret lesson`,
      reason: 'Secret lesson',
    });
    session!.onError({ code: 'refused', status: 403, reason: 'PT403', message: 'no', hint: 'Secret lesson' });
    tracking.stop();
    const json = trace.toJson();
    const { sessionId, writeKey } = posted[0]!;
    for (const secret of [...Object.values(secrets), VIDEO_ID, sessionId, writeKey, 'chat_reference', 'ecret']) {
      expect(json).not.toContain(secret);
    }
    expect(json).toContain('["trouble",{"code":"refused","status":403,"reason":"PT403"}]');
    // Nothing that looks like an id or an address either, and no word that is not ours.
    expect(json).not.toMatch(/[\da-f]{8}-[\da-f]{4}|[\da-f]{32}|https?:|@/);
    const words = new Set<string>();
    JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? words.add(value) : value));
    const kinds = ['session', 'look', 'keep', 'post', 'answer', 'trouble'];
    const known = [...kinds, '0.0.0', 'measured', 'playing', 'paused', 'play', 'timeupdate', '', 'removed', 'late'];
    expect([...words].filter((word) => !known.includes(word))).toEqual(['refused', 'PT403']);
  });
});
