import { defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';

/** The check `database`: apart from the unit tests, because it needs what npm cannot bring. */
const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'module', 'node'] } },
  test: {
    include: ['packages/local/testing/debian/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['verbose', 'junit'],
    outputFile: { junit: 'test-results/database.xml' },
  },
});

export default config;
