import { styles } from './debug-styles.ts';
import { describeTracking, type DebugPicture } from './describe-tracking.ts';
import { WatchedStrip } from './watched-strip.ts';

/** The panel below the video. Text, never markup; changed only where the words changed, so that it can be selected and copied. */
export class DebugPanel {
  readonly element: HTMLElement = document.createElement('section');
  readonly #strip = new WatchedStrip();
  readonly #list = document.createElement('dl');
  readonly #texts = new Map<string, HTMLElement>();
  readonly #save = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Save trace' });

  constructor(root: ShadowRoot, { onSave }: { readonly onSave: () => void }) {
    const sheet = styles.styleSheet;
    if (sheet && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
    this.element.setAttribute('part', 'debug');
    this.element.ariaLabel = 'Debug';
    // It may scroll, and must then be reachable by keyboard.
    this.element.tabIndex = 0;
    this.#save.addEventListener('click', onSave);
    this.element.append(this.#strip.element, this.#list, this.#save);
    root.append(this.element);
  }

  show(picture: DebugPicture): void {
    const { media, watch, trace } = picture;
    this.#strip.show({ ranges: watch.ranges, currentTime: media.currentTime, duration: media.duration });
    this.#save.disabled = trace.size.entries === 0;
    for (const [name, text] of describeTracking(picture)) {
      const element = this.#texts.get(name) ?? this.#addRow(name);
      if (element.textContent !== text) element.textContent = text;
    }
  }

  #addRow(name: string): HTMLElement {
    const text = document.createElement('dd');
    this.#list.append(Object.assign(document.createElement('dt'), { textContent: name }), text);
    this.#texts.set(name, text);
    return text;
  }
}
