import type { Frame, Page } from '@playwright/test';

/** What the page's own stopwatch and the browser's own `played` ranges say: the truth the database is compared with. */
export interface Truth {
  /** Wall-clock seconds during which the playhead advanced. */
  readonly watch: number;
  /** How much of the video the playhead went over, seconds. */
  readonly covered: number;
}

/** The player of a page, driven by a script that waits for places, not for time. */
export class PlayedVideo {
  readonly #page: Page;
  /** Where the `<video>` is: the page, or a vendor's iframe in it. */
  readonly #place: Page | Frame;

  private constructor(page: Page, place: Page | Frame) {
    this.#page = page;
    this.#place = place;
  }

  /** Waits until the video can play, and starts a stopwatch beside it that knows nothing of the tracker. */
  static async on(page: Page): Promise<PlayedVideo> {
    await PlayedVideo.#untilReady(page);
    await startStopwatch(page);
    return new PlayedVideo(page, page);
  }

  /** The same for a video that plays in a vendor's iframe, behind a facade that is pressed first. */
  static async inEmbed(page: Page): Promise<PlayedVideo> {
    await page.evaluate(() => customElements.whenDefined('chronos-player'));
    await page.getByRole('button', { name: 'Play' }).click();
    const handle = await page.locator('chronos-player iframe').elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error('There is no iframe in the player.');
    await frame.waitForSelector('video');
    await startStopwatch(frame);
    await PlayedVideo.#untilReady(page);
    return new PlayedVideo(page, frame);
  }

  static async #untilReady(page: Page): Promise<void> {
    await page.evaluate(async () => {
      const player = document.querySelector('chronos-player') as unknown as HTMLVideoElement;
      await customElements.whenDefined('chronos-player');
      if (player.readyState >= 1) return;
      await new Promise<unknown>((resolve, reject) => {
        player.addEventListener('loadedmetadata', resolve, { once: true });
        player.addEventListener('error', () => reject(new Error(`The video failed: ${player.error?.message}`)));
      });
    });
  }

  /** Plays until the playhead has reached `to` (seconds) or the end. The video plays on. */
  async playTo(to: number, { rate = 1 }: { rate?: number } = {}): Promise<void> {
    await this.#page.evaluate(
      async ([target, speed]) => {
        const player = document.querySelector('chronos-player') as unknown as HTMLVideoElement;
        player.playbackRate = speed!;
        await player.play();
        await new Promise<void>((resolve) => {
          const look = (): void => {
            if (player.currentTime < target! && !player.ended) return;
            player.removeEventListener('timeupdate', look);
            player.removeEventListener('ended', look);
            resolve();
          };
          player.addEventListener('timeupdate', look);
          player.addEventListener('ended', look);
          look();
        });
      },
      [to, rate],
    );
  }

  /** Resolves when the page has heard of it. */
  async pause(): Promise<void> {
    await this.#page.evaluate(async () => {
      const player = document.querySelector('chronos-player') as unknown as HTMLVideoElement;
      if (player.paused) return;
      const heard = new Promise((resolve) => player.addEventListener('pause', resolve, { once: true }));
      player.pause();
      await heard;
    });
  }

  async seek(to: number): Promise<void> {
    await this.#page.evaluate(async (target) => {
      const player = document.querySelector('chronos-player') as unknown as HTMLVideoElement;
      const done = new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }));
      player.currentTime = target;
      await done;
    }, to);
  }

  /** Seeks as the viewer does, by the seek bar of whatever shows the video: the page is not told. */
  dragTo(to: number): Promise<void> {
    return this.#place.evaluate((target) => {
      document.querySelector('video')!.currentTime = target;
    }, to);
  }

  position(): Promise<number> {
    return this.#page.evaluate(
      () => (document.querySelector('chronos-player') as unknown as HTMLVideoElement).currentTime,
    );
  }

  remove(): Promise<void> {
    return this.#page.evaluate(() => document.querySelector('chronos-player')!.remove());
  }

  /** Up to now. */
  truth(): Promise<Truth> {
    return this.#place.evaluate(() => (globalThis as unknown as { truth: () => Truth }).truth());
  }
}

/** Up to the end of the page that was here before, and where its playhead was then. */
export function lastTruth(page: Page): Promise<Truth & { readonly position: number }> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('truth') ?? 'null') as Truth & { position: number });
}

/**
 * Beside the `<video>` of the page, of the player in it, or of an iframe. A press on the facade has begun to play before
 * a test can look into the iframe: where the playhead stands by then, it has come to from 0.
 */
async function startStopwatch(place: Page | Frame): Promise<void> {
  await place.evaluate(() => {
    const player = document.querySelector('chronos-player') as { nativeVideo: HTMLVideoElement | null } | null;
    const video = player?.nativeVideo ?? document.querySelector('video')!;
    // Frame by frame: did the playhead advance since the last one, and not by a seek?
    let watch = video.paused ? 0 : video.currentTime;
    const steps: [from: number, to: number][] = [[0, watch]];
    let last = video.currentTime;
    let hasJumped = false;
    const look = (): void => {
      const position = video.currentTime;
      // By how much says nothing: on a busy machine a playhead stands for a second of frames and then makes up for them.
      if (position > last && !hasJumped && !video.seeking) {
        watch += (position - last) / video.playbackRate;
        steps.push([last, position]);
      }
      last = position;
      hasJumped = video.seeking;
    };
    const lookAgain = (): void => {
      look();
      requestAnimationFrame(lookAgain);
    };
    requestAnimationFrame(lookAgain);
    video.addEventListener('seeking', () => (hasJumped = true));
    const lengthOf = (ranges: readonly (readonly [number, number])[]): number => {
      let [length, head] = [0, 0];
      for (const [from, to] of ranges.toSorted(([one], [other]) => one - other)) {
        length += Math.max(0, to - Math.max(head, from));
        head = Math.max(head, to);
      }
      return length;
    };
    const played = (): number => {
      let length = 0;
      for (let i = 0; i < video.played.length; i++) length += video.played.end(i) - video.played.start(i);
      return length;
    };
    const truth = (): Truth => {
      look();
      // Either may have missed something: the stopwatch a frame before a seek, Firefox's ranges the first second.
      return { watch, covered: Math.max(lengthOf(steps), played()) };
    };
    Object.assign(globalThis, { truth });
    // It plays on until the page is gone.
    addEventListener('pagehide', () =>
      localStorage.setItem('truth', JSON.stringify({ ...truth(), position: video.currentTime })),
    );
  });
}
