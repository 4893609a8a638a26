import { hls } from './hls/provider.ts';
import { loom } from './loom/provider.ts';
import { mux } from './mux/provider.ts';
import type { MediaProvider } from './provider.ts';
import { upload } from './upload/provider.ts';
import { vimeo } from './vimeo/provider.ts';
import { wistia } from './wistia/provider.ts';
import { youtube } from './youtube/provider.ts';

/** THE LIST. Whoever recognises a source first plays it, so plain files come after the vendors that serve such files. */
export const PROVIDERS: readonly MediaProvider[] = Object.freeze([youtube, loom, mux, vimeo, wistia, hls, upload]);
