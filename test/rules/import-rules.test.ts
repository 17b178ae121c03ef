import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { IMPORT_RULES } from '../../tools/import-rules.mjs';
import { CLEAN_TREE, PACKAGES, PLANTED } from './planted-imports.ts';
import type { Tree } from './planted-imports.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string; readonly severity: string };
}

function plant(...trees: readonly Tree[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden rules '));
  folders.push(folder);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const manifest: Record<string, unknown> = { name: 'planted', type: 'module' };
  for (const [kind, names] of Object.entries(PACKAGES)) {
    manifest[kind] = Object.fromEntries(names.map((name) => [name, '1.0.0']));
    for (const name of names) {
      write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
      );
      write(`node_modules/${name}/index.js`, '');
    }
  }
  write('package.json', JSON.stringify(manifest));
  write('tsconfig.json', JSON.stringify({ extends: join(ROOT, 'tsconfig.json') }));
  for (const tree of trees) for (const [path, text] of Object.entries(tree)) write(path, text);
  return folder;
}

/** Runs dependency-cruiser as the checks do, with the real rules. */
function cruise(folder: string, outputType: 'json' | 'err'): { code: number | null; output: string } {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(ROOT, '.dependency-cruiser.mjs');
  const args = [bin, '--config', config, '--output-type', outputType, 'src', 'dashboard', 'test'];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { code: run.status, output: run.stdout + run.stderr };
}

const violationsIn = (folder: string): readonly Violation[] => {
  const result = JSON.parse(cruise(folder, 'json').output) as { summary: { violations: Violation[] } };
  return result.summary.violations;
};

describe('import rules', () => {
  const found = violationsIn(plant(CLEAN_TREE, ...Object.values(PLANTED)));

  test('a tree that keeps the rules has no violation', () => {
    const folder = plant(CLEAN_TREE);
    expect(violationsIn(folder)).toEqual([]);
    expect(cruise(folder, 'err').code).toBe(0);
  });

  test('each rule has a planted violation and each planted violation a rule', () => {
    expect(Object.keys(PLANTED).toSorted()).toEqual(IMPORT_RULES.map((rule) => rule.name).toSorted());
  });

  test('each rule says why', () => {
    for (const rule of IMPORT_RULES) expect(rule.comment.length, rule.name).toBeGreaterThan(30);
  });

  test.each(Object.entries(PLANTED))('%s is caught', (name, tree) => {
    const culprit = Object.keys(tree)[0];
    const caught = found.filter((violation) => violation.rule.name === name);
    expect(caught.map((violation) => violation.from)).toContain(culprit);
    for (const violation of caught) expect(violation.rule.severity).toBe('error');
  });

  test('one violation turns the command red', () => {
    expect(cruise(plant(CLEAN_TREE, PLANTED['http-imports-only'] ?? {}), 'err').code).not.toBe(0);
  });

  test('a rule catches only what was planted for it or for a rule that overlaps with it', () => {
    const planted = new Set(Object.values(PLANTED).flatMap((tree) => Object.keys(tree)));
    expect(found.filter((violation) => !planted.has(violation.from))).toEqual([]);
  });
});
