/** @module What a script tag loads: the element, defined, and `configure` for `import { configure } from '…/chronos-player.js'`. */
import './define.ts';

export * from './player.ts';
