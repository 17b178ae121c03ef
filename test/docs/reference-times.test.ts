import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import {
  closeScenes,
  databaseLost,
  networkGone,
  outage,
  slowStatements,
  stuckJob,
  type Took,
} from '../../src/app/testing/reference-times.ts';
import { longestUntilNoticed } from '../../src/warden/watchdog/testing/blocked-loop.ts';

afterEach(closeScenes);

const PAGE = new URL('../../docs/recovery.md', import.meta.url);
/** A figure of the page may be so much more than what was measured: it is rounded up. */
const SLACK_MS = 3_000;
/** Files take real time, in which virtual time goes on, more of it on a busy machine. */
const SLACK_OF_FILES_MS = 30_000;

interface Row {
  readonly fault: string;
  readonly what: string;
  readonly withinMs: number;
  readonly limitMs: number;
}

const seconds = (cell: string): number => {
  const [, figure] = /^([\d.]+) s$/.exec(cell) ?? [];
  return Number(figure) * 1_000;
};

function rowsOf(page: string): readonly Row[] {
  const [, table = ''] = page.split(/<!-- \/?times -->/);
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) => {
    const [fault = '', what = '', within = '', limit = ''] = row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { fault, what, withinMs: seconds(within), limitMs: seconds(limit) };
  });
}

const rows = rowsOf(readFileSync(PAGE, 'utf8'));
/** In the order of the rows. */
const MEASURED: readonly (readonly [string, () => Promise<readonly Took[]>])[] = [
  ['The source', async () => Object.values(await outage())],
  ['The network', async () => [await networkGone()]],
  ['A run of a job', async () => [await stuckJob()]],
  ['One statement', async () => [await slowStatements()]],
  ['The files', async () => Object.values(await databaseLost())],
  ['The event loop', () => Promise.resolve([longestUntilNoticed(1_000)])],
];

test('the page has a row for each time that is measured', () => {
  for (const { fault } of rows)
    expect(
      MEASURED.some(([begin]) => fault.startsWith(begin)),
      fault,
    ).toBe(true);
});

test.each(MEASURED)('%s: what must come comes as docs/recovery.md says', async (begin, measure) => {
  const told = rows.filter(({ fault }) => fault.startsWith(begin));
  const took = await measure();
  expect(told).toHaveLength(took.length);
  for (const [index, { what, withinMs, limitMs }] of told.entries()) {
    const ms = took[index] ?? null;
    expect(ms, what).not.toBeNull();
    expect(ms, what).toBeLessThanOrEqual(withinMs);
    expect(withinMs - Number(ms), `${what}: rounded up`).toBeLessThanOrEqual(
      begin === 'The files' ? SLACK_OF_FILES_MS : SLACK_MS,
    );
    expect(withinMs, `${what}: the limit`).toBeLessThanOrEqual(limitMs);
  }
});
