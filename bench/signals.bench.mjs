// @ts-check
/**
 * `npm run bench -- signals [--reads N] [--series N] [--json]`: reads 48 h of one series while all are written, on a file, and
 * says how long that takes and how long the loop is held up meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provenance } from './provenance.mjs';
import { fill, measureReads } from './signals/measure.mjs';

/** @param {string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      reads: { type: 'string', default: '200' },
      series: { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
    },
  });
  const [reads, series] = [Number(values.reads), Number(values.series)];
  if (![reads, series].every((value) => Number.isInteger(value) && value >= 1 && value <= 10_000)) {
    console.error('--reads and --series are whole numbers from 1 to 10,000');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden-bench-'));
  try {
    const filled = await fill(folder, series);
    const results = { ...(await measureReads(filled, reads)), series, ...provenance() };
    const { read, loop, idleLoop, write, rows } = results;
    const line = (/** @type {string} */ what, /** @type {{ p50: number, p99: number, max: number }} */ ms) =>
      `| ${what} | ${ms.p50.toFixed(2)} ms | ${ms.p99.toFixed(2)} ms | ${ms.max.toFixed(2)} ms |`;
    console.log(
      values.json
        ? JSON.stringify(results, null, 2)
        : [
            '| | median | p99 | longest |',
            '| --- | --- | --- | --- |',
            line(`48 h of one series (${rows} rows)`, read),
            line(`a write of ${series} points meanwhile`, write),
            line('delay of the loop meanwhile', loop),
            line('delay of the loop with nothing to do', idleLoop),
            '',
            `${series} series, ${reads} reads, Node ${process.versions.node}.`,
          ].join('\n'),
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
