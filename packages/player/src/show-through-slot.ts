/** Where a media is shown that has to stand in the page's own tree. */
const MEDIA_SLOT = 'chronos-media';

/** Puts an element into the page's own tree, as a child of the player, and answers the slot that shows it. */
export function showThroughSlot(host: HTMLElement, element: HTMLElement, signal: AbortSignal): HTMLElement {
  const slot = Object.assign(document.createElement('slot'), { name: MEDIA_SLOT });
  element.slot = MEDIA_SLOT;
  host.append(element);
  signal.addEventListener('abort', () => slot.remove(), { once: true });
  return slot;
}
