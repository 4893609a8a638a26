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
