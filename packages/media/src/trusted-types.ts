/**
 * May text become markup on this page? Where it may not, vendors' elements that are made of templates cannot run.
 *
 * There is no other way to know than to try, which a page that enforces Trusted Types reports as one violation.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/
 */
export function isMarkupForbidden(): boolean {
  if (!('trustedTypes' in globalThis)) return false;
  try {
    document.createRange().createContextualFragment(' ');
    return false;
  } catch {
    return true;
  }
}
