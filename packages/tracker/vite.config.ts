import type { UserConfig } from 'vite';
import { defineLibrary } from '../../scripts/vite-library.ts';

const config: UserConfig = defineLibrary(import.meta.dirname, { index: 'src/index.ts', trace: 'src/trace.ts' });
export default config;
