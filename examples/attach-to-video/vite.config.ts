import { defineConfig, type UserConfig } from 'vite';

/** The clips lie beside this folder; the tracker is taken from its source, as everywhere in this workspace. */
const config: UserConfig = defineConfig({
  publicDir: '../clips',
  resolve: { conditions: ['source', 'module', 'browser'] },
});
export default config;
