import { PlayedVideo } from './played-video.ts';
import { expect, test } from './world.ts';

/** A position that is asked for may be a quarter of a second old. */
const WITHIN_SECONDS = 1;

const VENDORS = [
  { name: 'YouTube', evidence: 'polled', columns: { source_type: 'youtube', youtube_video_id: 'aqz-KE-bpKQ' } },
  {
    name: 'Loom',
    evidence: 'reported',
    columns: { source_type: 'loom', embed_type: 'loom', embed_id: '00'.padEnd(32, '0') },
  },
] as const;

for (const { name, evidence, columns } of VENDORS) {
  test(`${name}: true rows with its own grade of evidence`, async ({ world, page }) => {
    await world.moveTo(columns);
    await world.goto(page);
    const video = await PlayedVideo.inEmbed(page);
    await video.playTo(5);
    await video.seek(15);
    await video.playTo(19);
    await video.pause();
    const truth = await video.truth();
    await video.remove();
    await expect.poll(async () => (await world.sessions())[0]?.closed).toBe(true);
    const [row] = await world.sessions();
    console.log(
      `${name}: watch ${row!.watch.toFixed(3)} s (truth ${truth.watch.toFixed(3)}), covered ${row!.covered.toFixed(3)} s (truth ${truth.covered.toFixed(3)})`,
    );
    expect(row).toMatchObject({ evidence, close_reason: 'removed', flags: [] });
    expect(Math.abs(row!.watch - truth.watch)).toBeLessThanOrEqual(WITHIN_SECONDS);
    expect(Math.abs(row!.covered - truth.covered)).toBeLessThanOrEqual(WITHIN_SECONDS);
    expect(await world.events()).toEqual(['video_started', 'video_progress 10', 'video_progress 25']);
  });
}

test('nothing of a vendor is asked for before the viewer presses play', async ({ world, page }) => {
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
  await world.moveTo({ ...VENDORS[0].columns, thumbnail_url: 'https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg' });
  await world.goto(page);
  await page.getByRole('button', { name: 'Play' }).waitFor();
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(await world.sessions()).toEqual([]);
});
