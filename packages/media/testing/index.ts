/** @module `@chronos-player/media/testing`: for the workspace's own tests; not published. */
export * from './count-leftovers.ts';
export * from './engine.ts';
export * from './fake-clock.ts';
export { POLL_MS, TICK_MS, type FakeMediaOptions } from './fake-element.ts';
export * from './fake-media.ts';
export * from './scripted-embed.ts';
