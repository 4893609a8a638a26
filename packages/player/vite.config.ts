import { defineConfig, type UserConfig } from 'vite';

/** The npm build: readable modules, dependencies left to the application's own bundler. */
const config: UserConfig = defineConfig({
  build: {
    target: 'es2022',
    minify: false,
    sourcemap: true,
    lib: { entry: { player: 'src/player.ts', define: 'src/define.ts' }, formats: ['es'] },
    rolldownOptions: { external: /^(@lit|@chronos-player)\// },
  },
});
export default config;
