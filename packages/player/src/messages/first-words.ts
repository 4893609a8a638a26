/** English words that are there before anything is loaded; the rest is in `en.ts`. What the spinner is to those who do not see it. */
export const LOADING = 'Loading';
/** And what the facade is. */
export const PLAY = 'Play';
