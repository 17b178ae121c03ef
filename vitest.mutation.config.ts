import { defineConfig } from 'vitest/config';

// For `npm run mutation`: only the tests of what is mutated, or each mutant would be held against processes and a browser.
export default defineConfig({
  test: {
    include: [
      'src/warden/resilience/**/*.test.ts',
      'src/warden/scheduler/{due-heap,group-health,hold-ups,job-reduce*,left-over,schedule,start-queue}.test.ts',
      'src/warden/recovery/**/*.test.ts',
      'src/warden/{detection,health,incidents}/**/*.test.ts',
      'src/warden/metrics/history/{query,roll-up,series}.test.ts',
    ],
    provide: { propertyRuns: 0 },
    setupFiles: ['./test/fast-check.setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
