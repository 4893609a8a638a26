/** @module "Mark as watched": loaded when a page asks for it, or where watching cannot complete a video. */
export { markAsWatched } from './mark-as-watched.ts';
export { MarkOffer } from './mark-offer.ts';
