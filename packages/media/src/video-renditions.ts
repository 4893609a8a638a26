/** One quality of a video, as plain data. */
export interface VideoRendition {
  /** Unique in its list. */
  readonly id: string;
  /** Pixels. */
  readonly width?: number;
  /** Pixels. */
  readonly height?: number;
  /** Bits per second. */
  readonly bitrate?: number;
}

/**
 * The qualities of a video, as media-tracks has named them for every player: an array-like that says `addrendition`,
 * `removerendition` and, when another one is selected, `change`.
 *
 * @see https://github.com/muxinc/media-elements/tree/main/packages/media-tracks
 */
export interface VideoRenditionList extends EventTarget, Iterable<VideoRendition> {
  readonly length: number;
  readonly [index: number]: VideoRendition;
  /** -1: whichever fits the network. Setting it chooses; what is no index of the list means -1. */
  selectedIndex: number;
}

/** A {@link VideoRenditionList} that whoever has the renditions fills. */
export class VideoRenditions extends EventTarget implements VideoRenditionList {
  readonly [index: number]: VideoRendition;
  #all: readonly VideoRendition[] = [];
  #selectedIndex = -1;
  #select: (index: number) => void = () => {};

  get length(): number {
    return this.#all.length;
  }

  [Symbol.iterator](): Iterator<VideoRendition> {
    return this.#all[Symbol.iterator]();
  }

  get selectedIndex(): number {
    return this.#selectedIndex;
  }

  set selectedIndex(index: number) {
    const wanted = index in this.#all ? index : -1;
    if (wanted === this.#selectedIndex) return;
    this.#selectedIndex = wanted;
    this.#select(wanted);
    this.dispatchEvent(new Event('change'));
  }

  /** In place of what was there; a choice among those is not carried over. */
  offer(renditions: readonly VideoRendition[], select: (index: number) => void): void {
    const before = this.#all;
    this.#selectedIndex = -1;
    this.#select = select;
    this.#all = renditions;
    for (const index of before.keys()) Reflect.deleteProperty(this, index);
    Object.assign(this, renditions);
    for (const rendition of before) this.#say('removerendition', rendition);
    for (const rendition of renditions) this.#say('addrendition', rendition);
  }

  #say(type: string, rendition: VideoRendition): void {
    this.dispatchEvent(Object.assign(new Event(type), { rendition }));
  }
}
