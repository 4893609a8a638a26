/**
 * In place of the network: what this page asks of a vendor's origin goes to the stand-in for it on this machine. A page
 * has all power over its own `src` setters and `fetch`; the player knows nothing of it, and talks only with the origin
 * its iframe really has.
 *
 * @param origins a vendor's origin -> the one that stands in for it.
 */
export function standInForVendors(origins: Readonly<Record<string, string>>): void {
  // Where Trusted Types are known an address may be an object that reads as text.
  const redirect: Redirect = (address) => {
    const { origin, href } = new URL(address as string, location.href);
    const other = origins[origin];
    return other === undefined ? address : other + href.slice(origin.length);
  };
  redirectProperty(HTMLIFrameElement.prototype, 'src', redirect);
  redirectProperty(HTMLScriptElement.prototype, 'src', redirect);
  redirectProperty(HTMLLinkElement.prototype, 'href', redirect);
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) => send(input instanceof Request ? input : redirect(input), init);
}

type Redirect = <Address extends object | string>(address: Address) => Address | string;

function redirectProperty(prototype: object, name: string, redirect: Redirect): void {
  const original = Object.getOwnPropertyDescriptor(prototype, name);
  Object.defineProperty(prototype, name, {
    ...original,
    set(address: string) {
      original?.set?.call(this, redirect(address));
    },
  });
}
