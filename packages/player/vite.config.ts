import { defineLibrary } from '../../scripts/vite-library.ts';

export default defineLibrary(import.meta.dirname, { player: 'src/player.ts', define: 'src/define.ts' });
