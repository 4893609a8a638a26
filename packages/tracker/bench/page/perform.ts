import type { Step, ViewingScript } from '../viewing-scripts.ts';

/** What was really played: content from `from` to `to` seconds at a rate. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

/** What the page cannot do by itself. */
export interface Helpers {
  readonly hide: (isHidden: boolean) => void;
  /** Lets the server send the rest of the clip. */
  readonly release: () => Promise<void>;
}

const LOOK_MS = 10;

/**
 * Performs a script on a real media element and keeps the truth beside it: where the playhead stood whenever something
 * began or ended, read in the task in which it did. No meter is asked.
 */
export async function perform(
  video: HTMLVideoElement,
  { steps }: Pick<ViewingScript, 'steps'>,
  helpers: Helpers,
): Promise<readonly Stretch[]> {
  const truth = new Truth(video);
  for (const step of steps) {
    const act = ACTIONS[step.do] as (scene: Scene, step: Step) => unknown;
    await act({ video, truth, ...helpers }, step);
  }
  return truth.stretches;
}

interface Scene extends Helpers {
  readonly video: HTMLVideoElement;
  readonly truth: Truth;
}

const ACTIONS: {
  readonly [Name in Step['do']]: (scene: Scene, step: Extract<Step, { readonly do: Name }>) => unknown;
} = {
  play: ({ video, truth }) => {
    // Where it stands is where it begins, however long it takes to.
    truth.begin();
    return video.play();
  },
  pause: ({ video, truth }) => {
    video.pause();
    truth.end();
    return once(video, 'pause');
  },
  until: ({ video, truth }, { at }) => truth.until(() => video.currentTime >= at && video.currentTime < at + 2),
  end: async ({ video, truth }) => {
    await truth.until(() => video.ended);
    truth.end(video.duration);
  },
  seek: async ({ video, truth }, { at }) => {
    const isPlaying = !video.paused;
    truth.end();
    video.currentTime = at;
    await once(video, 'seeked');
    if (isPlaying) truth.begin(at);
  },
  rate: ({ video, truth }, { rate }) => {
    truth.end();
    video.playbackRate = rate;
    if (!video.paused) truth.begin();
  },
  wait: ({ truth }, { seconds }) => truth.pass(seconds),
  stall: async ({ video, truth, release }, { seconds }) => {
    await once(video, 'waiting');
    await truth.pass(seconds);
    await release();
    await once(video, 'playing');
  },
  hide: ({ hide }) => hide(true),
  show: ({ hide }) => hide(false),
};

class Truth {
  readonly stretches: Stretch[] = [];
  readonly #video: HTMLVideoElement;
  #from: number | null = null;
  #last = 0;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  begin(from = this.#video.currentTime): void {
    this.#from = this.#last = from;
  }

  end(to = this.#video.currentTime): void {
    if (this.#from !== null && to > this.#from) {
      this.stretches.push({ from: this.#from, to, rate: this.#video.playbackRate });
    }
    this.#from = null;
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        this.#look();
        if (!isSo()) return;
        clearInterval(timer);
        resolve();
      }, LOOK_MS);
    });
  }

  pass(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    return this.until(() => performance.now() >= end);
  }

  /** A playhead that stands before where it was, unasked, has gone round. */
  #look(): void {
    const { currentTime, duration, loop } = this.#video;
    if (this.#from !== null && loop && currentTime < this.#last - 1) {
      this.end(duration);
      this.begin(0);
    }
    this.#last = currentTime;
  }
}

function once(target: EventTarget, type: string): Promise<unknown> {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}
