import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// No test may depend on where it runs, so they run where nobody lives: +12:45, with daylight saving time.
process.env['TZ'] ??= 'Pacific/Chatham';

const resultsFile = process.env['MOONWARDEN_TEST_RESULTS'];

// The long form of the property tests: `MOONWARDEN_PROPERTY_RUNS=10000 npx vitest run --project unit src/warden/resilience`.
const propertyRuns = Number(process.env['MOONWARDEN_PROPERTY_RUNS'] ?? 0);

// They look at dist/ as users get it, and an old one would show what is no longer so.
const BUILT = { globalSetup: ['./scripts/build-for-tests.mjs'] };

// Tests that start processes, build or pack need their time, also on a small and busy machine.
const PATIENT = { testTimeout: 300_000, hookTimeout: 300_000 };

const MOCKED = ['src/**/*.mocked.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // By itself it leaves one of two cores idle; and many tests wait for a process or a timeout.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    provide: { propertyRuns },
    setupFiles: ['./test/fast-check.setup.ts'],
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // scripts/test.mjs counts from the file.
    reporters: resultsFile === undefined ? ['default'] : ['default', ['json', { outputFile: resultsFile }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'dashboard/**/*.test.{ts,tsx}'],
          // Those that replace a module need the modules for themselves. The others share them: most of the time went into
          // loading the same ones for each file anew.
          exclude: MOCKED,
          isolate: false,
          // Only what hangs comes to it: virtual hours take their time on a small and busy machine.
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts', ...MOCKED],
          exclude: ['test/browser/**'],
          ...BUILT,
          ...PATIENT,
        },
      },
      {
        extends: true,
        // One browser at a time: several starve each other on two cores.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...BUILT,
          ...PATIENT,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.test.ts', 'src/**/testing/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: { lines: 85, branches: 80 },
    },
  },
});
