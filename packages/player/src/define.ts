/** @module Defines `<chronos-player>`. Importing it is all there is to do; on a server, or a second time, it does nothing. */
import { ChronosPlayer } from './chronos-player.ts';

const TAG = 'chronos-player';

if (globalThis.document && !customElements.get(TAG)) customElements.define(TAG, ChronosPlayer);
