import { defineLibrary } from '../../scripts/vite-library.ts';

export default defineLibrary(import.meta.dirname, { index: 'src/index.ts' });
