/** Custom elements alone are told when they come into a page. */
const NAME = 'chronos-placed-box';

/** Where a vendor's player is made once it can be. */
interface PlacedBox extends HTMLElement {
  onPlaced: (() => void) | null;
}

/**
 * A box that fills its place and tells when it is first put into a page: vendors' players are made only there, and some
 * leave half of what they are made of when they are put in twice.
 */
export function createPlacedBox(onPlaced: () => void): HTMLElement {
  // Not before it is needed, since importing has no side effect; and perhaps by another copy of this package.
  if (!customElements.get(NAME)) customElements.define(NAME, defineBox());
  const box = document.createElement(NAME) as PlacedBox;
  box.onPlaced = onPlaced;
  Object.assign(box.style, { display: 'block', width: '100%', height: '100%' });
  return box;
}

function defineBox(): CustomElementConstructor {
  return class extends HTMLElement implements PlacedBox {
    onPlaced: (() => void) | null = null;

    connectedCallback(): void {
      const { onPlaced } = this;
      this.onPlaced = null;
      onPlaced?.();
    }

    /** With it `moveBefore` is no removal to whatever is inside. There is nothing to do. */
    connectedMoveCallback(): void {}
  };
}
