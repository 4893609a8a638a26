import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { start } from '../testing/tracked-media.ts';
import { recordTrace } from './record-trace.ts';
import { replayTrace } from './replay-trace.ts';

async function traceOfTenSeconds(): Promise<string> {
  const { clock, media, tracking } = await start({}, { ready: false });
  const trace = recordTrace(tracking);
  media.becomeReady();
  void media.play();
  clock.advance(10_000);
  return trace.toJson();
}

describe('replayTrace', () => {
  it('computes the numbers of a whole session from its first look on', async () => {
    const { sessions, dropped, differences } = replayTrace(await traceOfTenSeconds());
    expect(sessions[0]).toMatchObject({
      watch: { time: 10, covered: 10, percent: 10, ranges: [[0, 10]] },
      milestones: [{ kind: 'started' }, { kind: 'progress', percent: 10 }],
    });
    expect({ dropped, differences }).toEqual({ dropped: 0, differences: [] });
  });

  it('says where a message comes out otherwise than it was sent', async () => {
    const json = await traceOfTenSeconds();
    const [, post] = [...json.matchAll(/"post",\{[^\n]*/g)].map(([found]) => found);
    const other = post!.replace(/"watchTimeMs":\d+/, '"watchTimeMs":77');
    expect(replayTrace(json.replace(post!, other)).differences).toEqual([
      expect.stringMatching(/^entry \d+: watchTimeMs was 77, is \d+ now$/),
    ]);
  });

  it('passes over what a later version may add', async () => {
    const json = (await traceOfTenSeconds()).replace('\n]}', ',\n["weather",{"sun":true}]\n]}');
    expect(replayTrace(json).sessions[0]?.watch.time).toBe(10);
  });

  // Of a real <video> in a real Chromium, recorded by `npm run accuracy`, whose truth is in docs/accuracy.md. They stay:
  // whatever changes a number in them changes what is counted.
  it.each([
    ['hidden', 16.001, 16.001, [[0, 16.001]]],
    [
      'loop',
      12.007,
      12.007,
      [
        [0, 6.007],
        [24, 30],
      ],
    ],
    ['rates', 11.862, 14.003, [[0, 14.003]]],
    [
      'seek-to-the-end',
      3.515,
      3.515,
      [
        [0, 2.015],
        [28.5, 30],
      ],
    ],
    [
      'seeks',
      14.015,
      10.011,
      [
        [0, 8.007],
        [20, 22.004],
      ],
    ],
    ['stall', 8.587, 8.605, [[0, 8.605]]],
  ])('reproduces the kept trace "%s"', async (name, ...[time, covered, ranges]) => {
    const json = await readFile(new URL(`../testing/traces/${name}.json`, import.meta.url), 'utf8');
    const { sessions, differences } = replayTrace(json);
    expect(differences).toEqual([]);
    const { watch } = sessions[0]!;
    expect(watch).toMatchObject({ covered, ranges, completed: false });
    expect(watch.time).toBeCloseTo(time, 3);
  });

  it.each([
    ['', /no JSON/],
    ['{"entries":', /no JSON/],
    ['null', /no trace/],
    ['[]', /no trace/],
    ['{"chronos_trace":1}', /no trace/],
    ['{"chronos_trace":2,"entries":[]}', /format 2; this version reads another/],
    ['{"chronos_trace":1,"entries":[null]}', /Entry 1 of the trace cannot be read/],
    ['{"chronos_trace":1,"entries":[["session"]]}', /Entry 1 of the trace cannot be read/],
    [' '.repeat(16_000_001), /too long/],
  ])('refuses what is no trace: %j', (json, message) => {
    expect(() => replayTrace(json)).toThrow(TypeError);
    expect(() => replayTrace(json)).toThrow(message);
  });
});
