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
    // Generous: they find what hangs. A slow machine is no fault, and starting a Postgres takes seconds.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    // Once more, and told below the table: Postgres, clocks and processes on a busy machine. Never what a property found.
    retry: { count: 1, condition: /^(?!Property failed)/ },
    reporters: ['default', 'junit', './scripts/second-tries.mjs'],
    outputFile: { junit: 'test-results/unit.xml' },
  },
});
