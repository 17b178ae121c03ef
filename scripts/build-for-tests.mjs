// @ts-check
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

/** Vitest calls it once before the tests that use dist/. */
export default async function buildForTests() {
  const args = [join(ROOT, 'scripts', 'build.mjs'), '--if-stale'];
  const outcome = await run(process.execPath, args, { limitMs: 240_000 });
  if (!outcome.ok) throw new Error(`the build failed:\n${outcome.output}`);
}
