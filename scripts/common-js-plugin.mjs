// The dev server hands files to the browser as they are, which a CommonJS package cannot be: it is bundled first, once.
import { build } from 'esbuild';
import { createRequire } from 'node:module';

/**
 * @param {Readonly<Record<string, URL>>} packages name -> a file from which it can be resolved.
 * @returns a plugin for @web/dev-server.
 */
export function commonJsPlugin(packages) {
  const bundled = new Map();
  const bundle = async (name) => {
    const entry = createRequire(packages[name]).resolve(name);
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      format: 'esm',
      write: false,
      target: 'es2022',
    });
    return outputFiles[0].text;
  };
  return {
    name: 'common-js',
    resolveImport: ({ source }) => (Object.hasOwn(packages, source) ? `/__common-js/${source}.js` : undefined),
    async serve({ path }) {
      const [, name] = /^\/__common-js\/(.+)\.js$/.exec(path) ?? [];
      if (!name || !Object.hasOwn(packages, name)) return undefined;
      if (!bundled.has(name)) bundled.set(name, bundle(name));
      return { body: await bundled.get(name), type: 'js' };
    },
  };
}
