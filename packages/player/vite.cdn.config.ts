import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** White space in css`…` is text to a minifier. None of ours is meant: no strings with spaces, no `content`. */
const squeezeCss: Plugin = {
  name: 'squeeze-css',
  transform(code, id) {
    if (!id.endsWith('styles.ts')) return null;
    const squeezed = code.replaceAll(/\bcss`([^`]*)`/g, (_, text: string) => {
      const rules = text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ');
      return `css\`${rules
        .replaceAll(/ ?([{};,>/]) ?/g, '$1')
        .replaceAll(/: (?=[^{}]*[;}])/g, ':')
        .replaceAll(';}', '}')
        .replaceAll(/='([\w-]+)'/g, '=$1')
        .replaceAll(/\b0\./g, '.')
        .trim()}\``;
    });
    return { code: squeezed, map: null };
  },
};

/**
 * Vite wraps every `import()` in 1.8 kB that preload style sheets. There are none, so the wrapper does nothing, and is
 * taken off again. What is not recognised, in another version of Vite, stays wrapped and works as well.
 */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'post',
  load: (id) => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load();' : null),
  generateBundle(_, bundle) {
    const rest = String.raw`,__VITE_PRELOAD__,import\.meta\.url\)`;
    // What others import at once, too, is taken out of its file by a name.
    const load = String.raw`(import\(.[^()]+.\)(?:\.then\(\w+=>\w+\.\w+\))?)`;
    const whole = new RegExp(String.raw`\w+\(\(\)=>${load}${rest}`, 'g');
    const named = new RegExp(
      String.raw`\w+\(async\(\)=>\{let\{(\w+):(\w+)\}=await ${load};return\{\1:\2\}\}${rest}`,
      'g',
    );
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = file.code.replaceAll(whole, '$1').replaceAll(named, '$3');
    }
  },
};

/**
 * What `youtube-player` requires and never gets to use here: a logger for its own developers, and a loader for the script
 * that is in the page before it is asked. The library itself is left as it is.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  debug: 'export default () => () => {};',
  'load-script': 'export default () => {};',
};
const leaveOut: Plugin = {
  name: 'leave-out',
  enforce: 'pre',
  resolveId: (id) => (Object.hasOwn(LEFT_OUT, id) ? `\0${id}` : null),
  load: (id) => LEFT_OUT[id.slice(1)] ?? null,
};

/**
 * The CDN build: one address for a script tag, everything in it; what not every page needs is loaded when it is needed,
 * from beside the entry. Not `build.lib`, which keeps white space.
 */
const config: UserConfig = defineConfig({
  base: './',
  logLevel: 'warn',
  plugins: [squeezeCss, leaveOut, plainImports],
  resolve: { conditions: ['source', 'module', 'browser', 'production', 'import', 'default'] },
  build: {
    target: 'es2022',
    outDir: 'dist/cdn',
    modulePreload: false,
    rolldownOptions: {
      input: 'src/cdn.ts',
      preserveEntrySignatures: 'allow-extension',
      output: { entryFileNames: 'chronos-player.js', chunkFileNames: 'chronos-[name]-[hash].js' },
    },
  },
});
export default config;
