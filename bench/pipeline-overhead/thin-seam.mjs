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

/** @returns {Promise<(options: any) => any>} what makes it, called as the policy is */
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
    const { createDependency } = await import(pathToFileURL(join(folder, 'dependency.mjs')).href);
    return (options) => asPolicy(createDependency, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The seam behind the calls that the client makes today. What those add is one object and one function a call.
 * @param {Function} createDependency @param {any} options of the policy
 */
function asPolicy(createDependency, options) {
  const seam = createDependency({
    name: options.name,
    clock: options.clock,
    timeoutMs: options.timeout.initialMs,
    retryDelayMs: options.retry.backoff.firstMs,
    quotaWaitMs: options.quotas.pairs.maxWaitMs,
    failuresToPause: 3,
    pauseMs: 1_000,
    longestPauseMs: 30_000,
    quotas: options.quotas,
    classify: options.classify,
  });
  return {
    name: options.name,
    execute: (/** @type {Function} */ work, /** @type {any} */ call) =>
      seam.call(call, (/** @type {AbortSignal} */ signal) => work({ signal })),
    quota: (/** @type {string} */ name) => seam.quota(name),
    pausedForMs: () => seam.pausedForMs(),
    report: () => seam.state(),
    trial: () => seam.resume(),
    on: () => () => undefined,
    close: () => undefined,
  };
}
