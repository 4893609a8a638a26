/** One thing a viewer does; seconds. */
export type Step =
  | { readonly do: 'play' | 'pause' | 'end' }
  /** Plays on until the playhead is there; after a loop, in the next pass. */
  | { readonly do: 'until' | 'seek'; readonly at: number }
  | { readonly do: 'rate'; readonly rate: number }
  | { readonly do: 'wait'; readonly seconds: number }
  /** Plays until the server stops sending, and so many seconds on; then it sends the rest. */
  | { readonly do: 'stall'; readonly seconds: number }
  /** The page is told that its tab is hidden, or in front again; while hidden, `timeupdate` comes once a second. */
  | { readonly do: 'hide' | 'show' };

/** What a viewer does with a clip of 30 s. */
export interface ViewingScript {
  readonly name: string;
  readonly loop?: boolean;
  readonly steps: readonly Step[];
}

const play = { do: 'play' } as const;
const pause = { do: 'pause' } as const;
const until = (at: number): Step => ({ do: 'until', at });
const seek = (at: number): Step => ({ do: 'seek', at });
const rate = (rate: number): Step => ({ do: 'rate', rate });
const wait = (seconds: number): Step => ({ do: 'wait', seconds });

export const VIEWING_SCRIPTS: readonly ViewingScript[] = [
  { name: 'straight, 0 to 10', steps: [play, until(10), pause] },
  { name: 'a pause of 5 s', steps: [play, until(5), pause, wait(5), play, until(10), pause] },
  { name: '0 to 9, seek to 15, to 18', steps: [play, until(9), seek(15), until(18), pause] },
  {
    name: '0 to 8, back to 4, to 8, on to 20, to 22',
    steps: [play, until(8), seek(4), until(8), seek(20), until(22), pause],
  },
  { name: '0 to 16 at 2x', steps: [rate(2), play, until(16), pause] },
  {
    name: '0 to 4 at 1x, to 12 at 2x, to 14 at 0.5x',
    steps: [play, until(4), rate(2), until(12), rate(0.5), until(14), pause],
  },
  { name: 'a stall of 5 s', steps: [play, { do: 'stall', seconds: 5 }, wait(3), pause] },
  {
    name: '2 to 14 in a hidden tab (emulated), to 16',
    steps: [play, until(2), { do: 'hide' }, until(14), { do: 'show' }, until(16), pause],
  },
  { name: '0 to 2, seek to 95 %, to the end', steps: [play, until(2), seek(28.5), { do: 'end' }] },
  { name: 'from 24, looping, to 6', loop: true, steps: [seek(24), play, until(6), pause] },
  {
    name: 'ten seeks while paused',
    steps: [play, until(3), pause, ...[9, 2, 20, 11, 27, 5, 16, 1, 22, 8].flatMap((at) => [seek(at), wait(0.3)])],
  },
];
