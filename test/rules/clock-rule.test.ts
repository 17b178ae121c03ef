import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { findSqlClock } from '../../tools/sql-clock-rule.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

// The real configuration. Planted files are in no project, so the rules that need types are left out here.
const linter = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] });
// With the types of one file: those of the whole project take their time.
const typedLinter = new ESLint({
  cwd: ROOT,
  overrideConfig: [
    {
      languageOptions: {
        parserOptions: {
          projectService: false,
          // Under CI it would take the text from the disk.
          disallowAutomaticSingleRunInference: true,
          project: 'test/rules/one-file.tsconfig.json',
          tsconfigRootDir: ROOT,
        },
      },
    },
  ],
});

async function rulesBroken(path: string, code: string, eslint = linter): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, path) });
  const messages = result?.messages ?? [];
  const fatal = messages.find((message) => message.fatal);
  if (result === undefined || fatal)
    throw new Error(`${path} was not linted: ${fatal?.message ?? 'ignored'}`);
  return messages.filter((message) => message.severity === 2).map((message) => message.ruleId ?? '');
}

const FORBIDDEN = [
  `export const a = Date.now();`,
  `export const a = Date['now']();`,
  'export const a = Date[`now`]();',
  `export const a = (key: 'now') => Date[key]();`,
  `export const a = new Date();`,
  `export const a = new (globalThis.Date)();`,
  `export const a = new Date(...[]);`,
  `export const a = Date();`,
  `const D = Date; export const a = D;`,
  `export class Later extends Date {}`,
  `const { now } = Date; export const a = now;`,
  `export const a = [1].map(Date.now);`,
  `export const a = performance.now();`,
  `export const a = performance.timeOrigin;`,
  `import { performance } from 'node:perf_hooks'; export const a = performance.now();`,
  `import * as hooks from 'perf_hooks'; export const a = hooks.performance.now();`,
  `export const a = process.hrtime();`,
  `export const a = process.hrtime.bigint();`,
  `export const a = process.env['HOME'];`,
  `export const a = process?.env;`,
  `const { env } = process; export const a = env;`,
  `const { env: { HOME } } = process; export const a = HOME;`,
  `import { env } from 'node:process'; export const a = env;`,
  `import process from 'node:process'; export const a = process.env;`,
  `import * as p from 'process'; export const a = p.env;`,
  `export { env } from 'node:process';`,
  `export * from 'node:crypto';`,
  `setTimeout(() => undefined, 1);`,
  `setInterval(() => undefined, 1);`,
  `setImmediate(() => undefined);`,
  `export const later = setTimeout;`,
  `export const timers = { setTimeout };`,
  `globalThis.setTimeout(() => undefined, 1);`,
  `global.setInterval(() => undefined, 1);`,
  `(globalThis as any).setImmediate(() => undefined);`,
  `globalThis['setTimeout'](() => undefined, 1);`,
  `globalThis.globalThis.setTimeout(() => undefined, 1);`,
  `const { setTimeout: later } = globalThis; export const a = later;`,
  `const { Date: D } = globalThis; export const a = D;`,
  `const g = globalThis; export const a = g;`,
  `export const a = globalThis.Date.now();`,
  `export const a = globalThis.performance.now();`,
  `export const a = globalThis.process.env;`,
  `import { setTimeout } from 'node:timers/promises'; export const a = setTimeout;`,
  `import { setTimeout as sleep } from 'timers/promises'; export const a = sleep;`,
  `import * as timers from 'node:timers'; export const a = timers;`,
  `import 'node:timers';`,
  `export { setTimeout } from 'node:timers/promises';`,
  `export const a = await import('node:timers/promises');`,
  `export const a = process.getBuiltinModule('node:timers');`,
  `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export const a = require('timers');`,
  `export const a = AbortSignal.timeout(5);`,
  `export const a = globalThis.AbortSignal.timeout(5);`,
  `export const a = Math.random();`,
  `const { random } = Math; export const a = random;`,
  `export const a = crypto.randomUUID();`,
  `export const a = crypto.getRandomValues(new Uint8Array(1));`,
  `import { randomUUID } from 'node:crypto'; export const a = randomUUID();`,
  `import { randomBytes as bytes } from 'crypto'; export const a = bytes(1);`,
  `import crypto from 'node:crypto'; export const a = crypto.randomInt(2);`,
  `import * as c from 'node:crypto'; export const a = c.webcrypto.randomUUID();`,
  `const { randomUUID } = await import('node:crypto'); export const a = randomUUID();`,
  `export const a = import('node:crypto').then((c) => c.randomUUID());`,
];

const ALLOWED = [
  `export const a = new Date(0).toISOString();`,
  `export const a = (ms: number): Date => new Date(ms);`,
  `export const a = Date.parse('2026-01-01') + Date.UTC(2026, 0);`,
  `export const a = (x: unknown): boolean => x instanceof Date || x instanceof AbortSignal;`,
  `export const a = Math.max(1, Math.floor(2));`,
  `export const a = AbortSignal.any([]);`,
  `import { createHash, timingSafeEqual } from 'node:crypto'; export const a = [createHash, timingSafeEqual];`,
  `import { monitorEventLoopDelay } from 'node:perf_hooks'; export const a = monitorEventLoopDelay();`,
  `export const a = process.memoryUsage(); process.on('SIGTERM', () => undefined); process.exitCode = 1;`,
  `export const a = (clock: { now(): number; setTimeout(): void }) => { clock.setTimeout(); return clock.now(); };`,
  `export const a = (setTimeout: () => void) => { setTimeout(); };`,
  `export const a = { random: 1, now: 2, env: 3 };`,
  `export type Timer = ReturnType<typeof setTimeout>; export type P = typeof performance; export type G = typeof globalThis;`,
  `import type { setTimeout as T } from 'node:timers/promises'; export type S = typeof T;`,
  `export const a = (socket: { setTimeout(ms: number): void }) => { socket.setTimeout(5); };`,
];

describe('the clock rule', () => {
  test.each(FORBIDDEN)('catches %s', async (code) => {
    expect(await rulesBroken('src/warden/x.ts', code)).toContain('moonwarden/clock');
    expect(await rulesBroken('src/kernel/x.ts', code)).not.toContain('moonwarden/clock');
  });

  test.each(ALLOWED)('lets pass %s', async (code) => {
    expect(await rulesBroken('src/warden/x.ts', code)).not.toContain('moonwarden/clock');
  });

  test.each([
    'src/x.ts',
    'src/contract/x.ts',
    'src/warden/loop.ts',
    'src/warden/resilience/x.ts',
    'src/warden/configuration.ts',
    'src/warden/alerts/channels/x.ts',
    'src/hosts/tokens/x.ts',
    'src/storage/sqlite/x.ts',
    'src/storage/testing/x.ts',
    'src/cluster/x.ts',
    'src/http/x.ts',
    'src/guardian/main.ts',
    'src/simulator/faults/x.ts',
    'src/app/x.ts',
    'src/cli/main.ts',
  ])('holds in %s', async (path) => {
    expect(await rulesBroken(path, FORBIDDEN[0] ?? '')).toContain('moonwarden/clock');
  });

  test.each([
    'src/warden/config/x.ts',
    'src/warden/x.test.ts',
    'dashboard/src/x.tsx',
    'test/e2e/x.test.ts',
    'test/support/x.ts',
    'bench/x.ts',
    'scripts/x.mjs',
  ])('does not hold in %s', async (path) => {
    expect(await rulesBroken(path, FORBIDDEN[0] ?? '')).not.toContain('moonwarden/clock');
  });
});

describe('the clock of the database', () => {
  const FORBIDDEN_SQL = [
    'select now()',
    'INSERT INTO t VALUES (CURRENT_TIMESTAMP)',
    "select datetime('now', '-1 day')",
    `select strftime('%s', "now")`,
    'select unixepoch()',
    'select * from t order by random() limit 1',
    'select hex(randomblob(16))',
    'select gen_random_uuid()',
    'select clock_timestamp()',
  ];
  test.each(FORBIDDEN_SQL)('catches %s', async (sql) => {
    const code = `export const a = ${JSON.stringify(sql)}; export const b = \`${sql} where x = \${a}\`;`;
    const broken = await rulesBroken('src/storage/x.ts', code);
    expect(broken.filter((rule) => rule === 'moonwarden/sql-clock')).toHaveLength(2);
  });

  test('catches a function that is named to kysely', async () => {
    const code = `export const a = (eb: { fn(name: string): unknown }) => eb.fn('now');`;
    expect(await rulesBroken('src/storage/x.ts', code)).toContain('moonwarden/sql-clock');
  });

  test.each([
    'select * from t where at > ?',
    'select date(at) from t',
    "select datetime(at, 'unixepoch')",
    'select unixepoch(at) from t',
    'The database is busy now',
    'create table t (now integer, random real)',
  ])('lets pass %s', async (sql) => {
    expect(await rulesBroken('src/storage/x.ts', `export const a = ${JSON.stringify(sql)};`)).toEqual([]);
  });

  test('files of SQL keep the rule too', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.sql'))) {
      expect(findSqlClock(readFileSync(join(ROOT, 'src', file), 'utf8')), file).toBeUndefined();
    }
  });
});

describe('other rules of the house', () => {
  test.each([
    ['src/app/x.ts', `console.log('x');`, 'no-console'],
    ['dashboard/src/x.tsx', `console.log('x');`, 'no-console'],
    ['src/app/x.ts', `import { log } from 'node:console'; log('x');`, 'no-restricted-imports'],
    [
      'src/app/x.ts',
      `import { A } from './a.ts'; export type B = A;`,
      '@typescript-eslint/consistent-type-imports',
    ],
    ['src/app/x.ts', `export const a = (b: any) => b;`, '@typescript-eslint/no-explicit-any'],
  ])('%s: %s', async (path, code, rule) => {
    expect(await rulesBroken(path, code)).toContain(rule);
  });

  test('the command line may print', async () => {
    expect(await rulesBroken('src/cli/x.ts', `console.log('x');`)).toEqual([]);
  });

  test.each([
    [`Promise.resolve();`, 'no-floating-promises'],
    [`[1].forEach(async () => { await Promise.resolve(); });`, 'no-misused-promises'],
    [
      `export function f(x: 'a' | 'b'): void { switch (x) { case 'a': return; } }`,
      'switch-exhaustiveness-check',
    ],
  ])('rules with types see %s', async (code, rule) => {
    // A file of the project, with another text.
    const broken = await rulesBroken('src/kernel/index.ts', code, typedLinter);
    expect(broken).toContain(`@typescript-eslint/${rule}`);
  });
});
