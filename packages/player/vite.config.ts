import type { UserConfig } from 'vite';
import { defineLibrary } from '../../scripts/vite-library.ts';

const config: UserConfig = defineLibrary(import.meta.dirname, { player: 'src/player.ts', define: 'src/define.ts' });
export default config;
