import { LOADING, PLAY } from './messages/first-words.ts';
import type { PlayerError } from './player-errors.ts';

/** Everything that decides what is to be seen. */
export interface PlayerPicture {
  readonly media: HTMLElement | null;
  /** Address of the image in place of the media; empty: none. */
  readonly poster: string;
  /** Nothing is brought in before the viewer presses play. */
  readonly isFacade: boolean;
  readonly isLoading: boolean;
  readonly failure: PlayerError | null;
}

/** What a {@link PlayerView} calls back. */
export interface PlayerViewEvents {
  /** The viewer pressed the facade. */
  readonly onPlay: () => void;
  /** He is about to: answers the servers that will be asked. */
  readonly onWarm: () => readonly string[];
  readonly onRetry: () => void;
  /** The element's children have changed. */
  readonly onChildren: () => void;
}

/** Where even the words for a failure could not be loaded; in English, since nothing can be. */
const FAILED = 'This video cannot be shown.';

/** The shadow tree: five parts, changed only where the picture changed. The media's element is put in once, never moved. */
export class PlayerView {
  readonly #root: ShadowRoot;
  readonly #events: PlayerViewEvents;
  readonly #media: HTMLElement = createPart('div', 'media');
  readonly #poster: HTMLImageElement = createPart('img', 'poster');
  readonly #facade: HTMLElement = createPart('button', 'facade');
  readonly #spinner: HTMLElement = createPart('div', 'spinner');
  #panel: HTMLElement | null = null;
  #failure: PlayerError | null = null;
  /** The viewer pressed the panel's button: where it comes back, the keyboard goes on from there. */
  #wasPressed = false;

  constructor(root: ShadowRoot, events: PlayerViewEvents) {
    this.#root = root;
    this.#events = events;
    this.#poster.alt = '';
    this.#facade.ariaLabel = PLAY;
    this.#facade.addEventListener('click', () => this.#play());
    for (const sign of ['pointerenter', 'focus']) this.#facade.addEventListener(sign, () => this.#warm());
    this.#media.tabIndex = -1;
    this.#spinner.role = 'progressbar';
    this.#spinner.ariaLabel = LOADING;
    // Children are not shown: `<track>`s are passed to the media.
    const slot = Object.assign(document.createElement('slot'), { hidden: true });
    slot.addEventListener('slotchange', events.onChildren);
    root.append(this.#media, this.#poster, this.#facade, this.#spinner, slot);
  }

  show({ media, poster, isFacade, isLoading, failure }: PlayerPicture): void {
    if (media && media.parentNode !== this.#media) this.#media.replaceChildren(media);
    this.#media.hidden = failure !== null;
    this.#poster.hidden = !poster || failure !== null;
    if (poster && this.#poster.getAttribute('src') !== poster) this.#poster.src = poster;
    this.#facade.hidden = !isFacade;
    this.#spinner.hidden = !isLoading;
    if (failure !== this.#failure) void this.#showFailure(failure);
    // In vain: then it stays English.
    if (!this.#root.host.matches(':lang(en)'))
      void import('./messages/speak.ts').then(
        ({ speak }) => speak(this.#root),
        () => {},
      );
  }

  async #showFailure(failure: PlayerError | null): Promise<void> {
    this.#failure = failure;
    this.#panel?.remove();
    this.#panel = null;
    if (!failure) return;
    const words = await import('./on-demand.ts').catch(() => null);
    const panel =
      (await words?.createErrorPanel(failure, { root: this.#root, onRetry: () => this.#retry() })) ?? createBarePanel();
    if (failure !== this.#failure) return;
    this.#root.append((this.#panel = panel));
    if (this.#wasPressed) panel.querySelector('button')?.focus({ preventScroll: true });
    this.#wasPressed = false;
  }

  /** Connections are made ready; the links stand where the media will. In the button they would swallow its click. */
  #warm(): void {
    const link = (href: string): HTMLElement =>
      Object.assign(document.createElement('link'), { rel: 'preconnect', href });
    this.#media.replaceChildren(...this.#events.onWarm().map(link));
  }

  /** The button goes; whoever came by keyboard is at the player still. */
  #play(): void {
    this.#events.onPlay();
    this.#media.focus({ preventScroll: true });
  }

  #retry(): void {
    this.#wasPressed = true;
    this.#events.onRetry();
  }
}

function createBarePanel(): HTMLElement {
  return Object.assign(createPart('div', 'error'), { role: 'alert', textContent: FAILED });
}

function createPart<Tag extends 'div' | 'img' | 'button'>(tag: Tag, part: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.setAttribute('part', part);
  return element;
}
