import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KINDS, compare, countsOf, findIn } from '../../scripts/ratchet.mjs';

type Kind = (typeof KINDS)[number];

const PLANTED: readonly (readonly [Kind, string])[] = [
  ['skippedTests', `it.skip('x', () => {});`],
  ['skippedTests', `describe.only('x', () => {});`],
  ['skippedTests', `test.todo('x');`],
  ['skippedTests', `test.skipIf(process.platform === 'win32')('x', () => {});`],
  ['skippedTests', `describe.runIf(true)('x', () => {});`],
  ['skippedTests', `test.concurrent.skip('x', () => {});`],
  ['skippedTests', `test['skip']('x', () => {});`],
  ['skippedTests', `test('x', (context) => { context.skip(); });`],
  ['skippedTests', `it.fails('x', () => {});`],
  ['skippedTests', `xit('x', () => {});`],
  ['skippedTests', `const later = it.skip; later('x', () => {});`],
  ['explicitAny', `const a: any = 1;`],
  ['explicitAny', `const a: Promise<any>[] = [];`],
  ['asAny', `const a = 1 as any;`],
  ['asAny', `const a = <any>1;`],
  ['doubleCast', `const a = 1 as unknown as string;`],
  ['doubleCast', `const a = ((1 as never)) as string;`],
  ['nonNullAssertion', `const a = b!;`],
  ['nonNullAssertion', `const a = b.c!.d;`],
  ['nonNullAssertion', `let a!: string;`],
  ['nonNullAssertion', `class A { b!: string }`],
  ['typeCheckOff', `// @ts-ignore\nconst a = 1;`],
  ['typeCheckOff', `const a = 1; // @ts-expect-error why`],
  ['typeCheckOff', `/* @ts-nocheck */`],
  ['lintOff', `// eslint-disable-next-line no-console\nconst a = 1;`],
  ['lintOff', `const a = { // eslint-disable-line\n};`],
  ['coverageOff', `/* istanbul ignore next */ const a = 1;`],
  ['coverageOff', `/* v8 ignore start */`],
  ['coverageOff', `function f() {\n  // c8 ignore next\n}`],
  ['todo', `/** TODO: later */\nexport const a = 1;`],
  ['todo', `f(1, /* FIXME */ 2);`],
  ['todo', '`${/* TODO */ 1}`;'],
  ['longFileWithoutReason', 'f();\n'.repeat(351)],
  ['longFileWithoutReason', `/** Over 350 lines. */\n${'f();\n'.repeat(350)}`],
];

const HARMLESS = [
  `const a = "it.skip // TODO as any eslint-disable b!";`,
  'const a = `// @ts-ignore ${1} as unknown as string`;',
  `const a = /TODO as any/;`,
  `const a = !b && b !== c;`,
  `// a hero of any kind, to do`,
  `const a = { skip: 1 }.skip; list.only(); stream.skip(2);`,
  `const a = 1 as unknown;`,
  `const a = (1 as number) as Branded;`,
  `declare let a: unknown;`,
  'f();\n'.repeat(350),
  `#!/usr/bin/env node\n/** Over 350 lines because a table of faults is read best in one piece. */\n${'f();\n'.repeat(400)}`,
];

const named = ([kind, text]: readonly [Kind, string]): [Kind, string, string] => [
  kind,
  text.slice(0, 60),
  text,
];

const MARK = 'const first = 1;\n';

describe('what the ratchet counts', () => {
  test.each(PLANTED.map(named))('%s in %s', (kind, _name, text) => {
    const lines = kind === 'longFileWithoutReason' ? text : MARK + text;
    const findings = findIn('src/x.ts', lines);
    expect(findings.map((finding) => finding.kind)).toEqual([kind]);
    if (kind !== 'longFileWithoutReason') expect(findings[0]?.line).toBeGreaterThan(1);
  });

  test.each(HARMLESS.map((text) => [text.slice(0, 60), text]))('nothing in %s', (_name, text) => {
    expect(findIn('src/x.ts', text)).toEqual([]);
  });

  test('comments in a page', () => {
    const page = `export const A = () => <p>{/* TODO */} // TODO in text {b!}</p>;`;
    expect(findIn('dashboard/src/x.tsx', page).map((finding) => finding.kind)).toEqual([
      'nonNullAssertion',
      'todo',
    ]);
  });

  test('each kind has a planted case', () => {
    expect(new Set(PLANTED.map(([kind]) => kind))).toEqual(new Set(KINDS));
  });
});

describe('the comparison', () => {
  const nothing = countsOf([]);
  const one = findIn('src/x.ts', 'const a: any = 1;');

  test('more than allowed names file and line', () => {
    expect(compare(nothing, one).worse).toEqual(['explicitAny: 1 where at most 0 may be', '  src/x.ts:1']);
  });

  test('less than allowed asks for a tighter file', () => {
    expect(compare({ ...nothing, explicitAny: 2 }, one)).toEqual({
      worse: [],
      better: ['explicitAny: 1, and 2 is allowed'],
    });
  });

  test.each([
    null,
    {},
    [],
    { ...nothing, todo: '0' },
    { ...nothing, todo: undefined },
    { ...nothing, other: 1 },
  ])('a broken file %o allows nothing', (limits) => {
    expect(compare(limits, []).worse).not.toEqual([]);
  });
});

describe('the command', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'moonwarden ratchet '));
    mkdirSync(join(root, 'src'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const script = fileURLToPath(new URL('../../scripts/ratchet.mjs', import.meta.url));
  const run = (...args: string[]): { code: number | null; output: string } => {
    const result = spawnSync(process.execPath, [script, '--root', root, ...args], { encoding: 'utf8' });
    return { code: result.status, output: result.stdout + result.stderr };
  };
  const source = (text: string): void => {
    writeFileSync(join(root, 'src', 'x.ts'), text);
  };
  const limits = (): Record<string, number> =>
    JSON.parse(readFileSync(join(root, 'ratchet.json'), 'utf8')) as Record<string, number>;

  test('goes up never, down only with --write', () => {
    expect(run().code, 'an empty tree').toBe(1);
    source('const a: any = 1;');
    expect(run().code, 'no ratchet.json').toBe(1);
    expect(run('--write').code).toBe(0);
    expect(limits()).toEqual({ ...countsOf([]), explicitAny: 1 });
    expect(run().code).toBe(0);

    source('const a: any = 1; const b: any = 2;');
    expect(run()).toEqual({ code: 1, output: expect.stringContaining('src/x.ts:1') as string });
    expect(run('--write').code, '--write must not loosen').toBe(1);
    expect(limits()['explicitAny']).toBe(1);

    source('const a = 1;');
    expect(run()).toEqual({
      code: 1,
      output: expect.stringContaining('npm run ratchet -- --write') as string,
    });
    expect(run('--write').code).toBe(0);
    expect(run().code).toBe(0);
  });
});
