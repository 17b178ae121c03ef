import { defineConfig } from 'vitest/config';

// For `npm run mutation`: only the tests of what is mutated, or each mutant would be held against processes and a browser.
export default defineConfig({
  test: {
    include: ['src/warden/resilience/**/*.test.ts'],
    provide: { propertyRuns: 0 },
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
