import type { UserConfig } from 'vite';
import { defineLibrary } from '../../scripts/vite-library.ts';

const config: UserConfig = defineLibrary(import.meta.dirname, {
  index: 'src/index.ts',
  'mark-as-watched': 'src/mark-as-watched.ts',
  'left-off': 'src/left-off.ts',
  trace: 'src/trace.ts',
});
export default config;
