import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

/**
 * How every package is built for npm: ES modules as they were written, one file per source file, not minified (the
 * bundler of whoever uses it does that), every dependency left to be resolved there.
 *
 * @param folder the package's own folder, `import.meta.dirname` of its vite.config.ts.
 * @param entries output name -> source file, as in the package's `exports`.
 */
export function defineLibrary(folder: string, entries: Readonly<Record<string, string>>): UserConfig {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const dependencies = Object.keys(manifest.dependencies ?? {});
  return defineConfig({
    root: folder,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      minify: false,
      sourcemap: true,
      emptyOutDir: true,
      lib: { entry: entries, formats: ['es'] },
      rolldownOptions: {
        external: (id) =>
          id.startsWith('node:') || dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
        output: { preserveModules: true, preserveModulesRoot: join(folder, 'src'), entryFileNames: '[name].js' },
      },
    },
  });
}
