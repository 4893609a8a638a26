import { defineLibrary } from '../../scripts/vite-library.ts';

export default defineLibrary(import.meta.dirname, { local: 'src/local.ts', cli: 'src/cli.ts' });
