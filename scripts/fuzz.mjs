// @ts-check
/**
 * `npm run fuzz -- [--runs 100000] [--seed 7] [--corpus DIR]`: spoils answers in DexScreener's format and takes each as far
 * as it goes: JSON, envelope, pairs, metrics, score, activation. Prints how many were cut off at which stage. A run that
 * fails names its seed and number, which give the same answer again. `--corpus` adds the JSON files of a folder.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { binOf, run } from './run.mjs';

const HOUR_MS = 3_600_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '7' },
    corpus: { type: 'string' },
  },
});
if (!/^[1-9]\d{0,8}$/.test(values.runs)) {
  console.error(`--runs takes a whole number, not ${values.runs}`);
  process.exit(2);
}
if (values.corpus !== undefined && !existsSync(values.corpus)) {
  console.error(`there is no folder ${values.corpus}`);
  process.exit(2);
}

const outcome = await run(
  process.execPath,
  [binOf('vitest'), 'run', 'src/hosts/tokens/fuzz.test.ts', '--project', 'unit', '--disableConsoleIntercept'],
  {
    env: {
      ...process.env,
      MOONWARDEN_FUZZ_RUNS: values.runs,
      MOONWARDEN_FUZZ_SEED: values.seed,
      ...(values.corpus === undefined ? {} : { MOONWARDEN_FUZZ_CORPUS: resolve(values.corpus) }),
    },
    limitMs: HOUR_MS,
    show: true,
  },
);
process.exitCode = outcome.ok ? 0 : 1;
