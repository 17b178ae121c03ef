import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { clockRule } from './tools/clock-rule.mjs';
import { sqlClockRule } from './tools/sql-clock-rule.mjs';

const TESTS = ['**/*.test.ts', '**/*.test.tsx', 'test/**', 'bench/**'];
// Fakes for tests: they keep the clock rule, or a test under virtual time would wait for the real one.
const TEST_HELPERS = ['src/**/testing/**'];
const SCRIPTS = ['**/*.{js,mjs,cjs}'];

const moonwarden = { rules: { clock: clockRule, 'sql-clock': sqlClockRule } };

const printing = ['console', 'node:console'].map((name) => ({
  name,
  message: 'Only the command line prints.',
}));

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', 'test-results/', 'test/fixtures/', '**/.cache/'] },
  {
    files: ['**/*.{ts,tsx,mts,js,mjs}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { moonwarden },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Numbers and booleans print as one expects; what matters is objects and undefined.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `async` without `await` turns a throw into a rejection, which is what a port's caller expects.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: TESTS,
    rules: {
      'moonwarden/clock': 'error',
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: printing }],
    },
  },
  // Who owns the clock, and who reads the environment.
  { files: ['src/kernel/**', 'src/warden/config/**'], rules: { 'moonwarden/clock': 'off' } },
  { files: ['src/cli/**'], rules: { 'no-console': 'off', 'no-restricted-imports': 'off' } },
  { files: ['src/storage/**', 'src/cluster/**'], ignores: TESTS, rules: { 'moonwarden/sql-clock': 'error' } },
  { files: ['dashboard/**'], ignores: TESTS, rules: { 'no-console': 'error' } },
  {
    files: [...TESTS, ...TEST_HELPERS],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  { files: SCRIPTS, extends: [tseslint.configs.disableTypeChecked] },
);
