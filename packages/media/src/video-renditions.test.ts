import { describe, expect, it } from 'vitest';
import { VideoRenditions } from './video-renditions.ts';

const LADDER = [
  { id: '0', height: 180 },
  { id: '1', height: 360 },
];

function offered(): { list: VideoRenditions; selected: number[]; said: string[] } {
  const list = new VideoRenditions();
  const selected: number[] = [];
  const said: string[] = [];
  for (const type of ['addrendition', 'removerendition', 'change']) {
    list.addEventListener(type, (event) => {
      const { rendition } = event as Event & { rendition?: { id: string } };
      said.push(rendition ? `${type} ${rendition.id}` : type);
    });
  }
  list.offer(LADDER, (index) => selected.push(index));
  return { list, selected, said };
}

describe('VideoRenditions', () => {
  it('is an array-like of what is offered, nothing of it chosen', () => {
    const { list, said } = offered();
    expect([list.length, list[0], list[1], [...list], list.selectedIndex]).toEqual([
      2,
      LADDER[0],
      LADDER[1],
      LADDER,
      -1,
    ]);
    expect(Array.prototype.findIndex.call(list, ({ id }) => id === '1')).toBe(1);
    expect(said).toEqual(['addrendition 0', 'addrendition 1']);
  });

  it('tells whoever has the renditions first, then everybody, and only of a change', () => {
    const { list, selected, said } = offered();
    list.addEventListener('change', () => said.push(`chosen before: ${selected.join()}`));
    list.selectedIndex = 1;
    list.selectedIndex = 1;
    expect(list.selectedIndex).toBe(1);
    expect(said.slice(2)).toEqual(['change', 'chosen before: 1']);
  });

  for (const index of [-1, 2, -7, 0.5, Number.NaN]) {
    it(`leaves it to the network at ${index}`, () => {
      const { list, selected } = offered();
      list.selectedIndex = 0;
      list.selectedIndex = index;
      expect([list.selectedIndex, selected]).toEqual([-1, [0, -1]]);
    });
  }

  it('forgets what was offered before, and what was chosen among it', () => {
    const { list, selected, said } = offered();
    list.selectedIndex = 1;
    list.offer([{ id: 'only' }], () => {});
    expect([list.length, list[0], list[1], list.selectedIndex]).toEqual([1, { id: 'only' }, undefined, -1]);
    expect(said.slice(3)).toEqual(['removerendition 0', 'removerendition 1', 'addrendition only']);
    list.selectedIndex = 0;
    expect(selected).toEqual([1]);
  });
});
