import { defineConfig } from 'vitest/config';

/** The workspace's own configuration: unit tests. Each package builds by its own vite.config.ts. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  // Never 'import' here: Vitest hands these to Node, whose require() would then load ES modules into CommonJS packages (pg).
  ssr: { resolve: { conditions: ['source', 'module', 'node'] } },
  test: {
    include: ['packages/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: [
      '**/*.browser.test.ts',
      '**/node_modules/**',
      '**/dist/**',
      '**/e2e/**',
      'packages/local/testing/debian/**',
    ],
    reporters: ['default', 'junit'],
    outputFile: { junit: 'test-results/unit.xml' },
  },
});
