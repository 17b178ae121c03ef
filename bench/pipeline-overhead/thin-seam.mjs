// @ts-check
/** Loads the seam that the policy is measured against: the least that keeps a quota, a timeout, one retry and a pause. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const SOURCES = {
  dependency: new URL('./thin-seam/dependency.ts', import.meta.url),
  quota: new URL('./thin-seam/quota.ts', import.meta.url),
  'outcome-window': new URL('./thin-seam/outcome-window.ts', import.meta.url),
};
// It stands on the same kernel as the pipeline, or its errors would be strangers there.
const KERNEL = new URL('../../dist/kernel/index.js', import.meta.url).href;

/** @returns {Promise<Function>} its `createDependency` */
export async function loadThinSeam() {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden-thin-seam-'));
  try {
    for (const [name, source] of Object.entries(SOURCES)) {
      const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      });
      const text = outputText
        .replace(/'[./]+src\/kernel\/index\.ts'/, `'${KERNEL}'`)
        .replaceAll(/'(\.\/[a-z-]+)\.ts'/g, "'$1.mjs'");
      writeFileSync(join(folder, `${name}.mjs`), text);
    }
    return (await import(pathToFileURL(join(folder, 'dependency.mjs')).href)).createDependency;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
