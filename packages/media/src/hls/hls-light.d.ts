/** The package describes only its full build; the light one has the same shape. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
