/** The package's own types are not where its `exports` could lead to them. */
declare module 'mux-embed' {
  const mux: { monitor(video: HTMLVideoElement, options: object): void };
  export default mux;
}
