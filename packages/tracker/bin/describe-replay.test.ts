import { describe, expect, it } from 'vitest';
import { start } from '../testing/tracked-media.ts';
import { recordTrace, replayTrace } from '../src/trace.ts';
import { describeReplay } from './describe-replay.ts';

describe('describeReplay', () => {
  it('says what each session came to', async () => {
    const { clock, media, tracking } = await start({}, { ready: false });
    const trace = recordTrace(tracking);
    media.becomeReady();
    void media.play();
    clock.advance(12_500);
    media.seek(50);
    clock.advance(10_000);
    media.pause();
    const text = describeReplay(replayTrace(trace.toJson()));
    expect(text).toContain('Recorded by 0.0.0; 1 session.');
    expect(text).toMatch(/watch time +22\.5 s\n/);
    expect(text).toMatch(/covered +22\.5 s, 22 %\n/);
    expect(text).toContain('[0, 12.5) [50, 60)');
    expect(text).toMatch(/reached +started, 10 %\n/);
    expect(text).toContain('seeks_forward 1');
    expect(text).toContain('Reproduced exactly');
    expect(text).not.toContain('Cut');
  });

  it('says that a trace was cut, and what is no longer so', () => {
    const text = describeReplay({
      playerVersion: '1.0.0',
      dropped: 7,
      sessions: [],
      differences: ['entry 3: seq was 1'],
    });
    expect(text).toContain('Cut: 7 older entries');
    expect(text).toContain('NOT reproduced: 1 numbers');
    expect(text).toContain('  entry 3: seq was 1');
  });
});
