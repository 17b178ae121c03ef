import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { marketsExport, type MarketsExport } from '../../contract/index.ts';
import { createExportFile } from './export-file.ts';
import { runJobs } from './testing/run-jobs.ts';
import { keptLog } from './testing/tokens.ts';

const content = (total = 0): MarketsExport => ({
  generatedAt: '2026-01-01T00:00:00.000Z',
  generator: 'moonwarden',
  version: '1',
  minScore: 0,
  total,
  tokens: [],
});

function bench(
  write?: (file: string, text: string) => Promise<void>,
  {
    intervalMs: exportIntervalMs = 60_000,
    ...changes
  }: { intervalMs?: number; content?: typeof content } = {},
) {
  const clock = new FakeClock();
  const log = keptLog();
  const file = createExportFile({
    log,
    file: '/nowhere/markets.json',
    content: () => content(),
    ...(write ? { write } : {}),
    ...changes,
  });
  return { clock, log, ...runJobs(clock, { exportFile: file, exportIntervalMs }) };
}

it('writes after ten seconds, then every interval, until it is stopped', async () => {
  const times: number[] = [];
  const { clock, stop } = bench(async () => void times.push(clock.monotonic()));
  await clock.advance(190_000);
  expect(times).toEqual([10_000, 70_000, 130_000, 190_000]);
  await stop();
  await clock.advance(190_000);
  expect(times).toHaveLength(4);
});

it('says once that it cannot write, tries again soon and then less often, and says when it can', async () => {
  let broken = false;
  const tries: number[] = [];
  const { clock, log, stop } = bench(async () => {
    tries.push(clock.monotonic());
    if (broken) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  await clock.advance(10_000);
  broken = true;
  await clock.advance(100_000);
  expect(tries).toEqual([10_000, 70_000, 75_000, 85_000, 105_000]);
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { file: '/nowhere/markets.json', cause: 'no space left on device (ENOSPC)' } },
  ]);
  broken = false;
  await clock.advance(120_000);
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  await stop();
});

it('is parked when it never can, and tried again after a while', async () => {
  let broken = true;
  const { clock, scheduler, stop } = bench(async () => {
    if (broken) throw new Error('read-only');
  });
  await clock.advance(100_000);
  expect(scheduler.job('export').state).toBe('parked');
  broken = false;
  await clock.advance(40_000);
  expect(scheduler.job('export')).toMatchObject({
    state: 'idle',
    runs: [
      { outcome: 'succeeded', askedBy: 'plan' },
      { outcome: 'succeeded', askedBy: 'recovery' },
      {},
      {},
      {},
      {},
      {},
    ],
  });
  await stop();
});

it('is not ended by content that cannot be made', async () => {
  let made = 0;
  const written: string[] = [];
  const { clock, log, stop } = bench(async (_file, text) => void written.push(text), {
    intervalMs: 1_000,
    content: () => {
      made += 1;
      if (made === 1) throw new Error('boom');
      return content(made);
    },
  });
  await clock.advance(2_000);
  expect(log.lines[0]).toMatchObject({ level: 'error', fields: { cause: 'boom' } });
  expect(marketsExport.parse(JSON.parse(written[0] ?? '')).total).toBe(2);
  await stop();
});

it('never writes twice at once, and waits for the write under way when it is stopped', async () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  let underWay = 0;
  const { clock, scheduler } = bench(
    async () => {
      underWay += 1;
      await promise;
    },
    { intervalMs: 1_000 },
  );
  await clock.advance(5_000);
  expect(underWay).toBe(1);
  let isStopped = false;
  const stopping = scheduler.stop({ who: 'test', why: 'a test' }).then(() => (isStopped = true));
  await clock.advance(1_000);
  expect(isStopped).toBe(false);
  resolve();
  await clock.advance(1_000);
  await stopping;
  await clock.advance(5_000);
  expect(underWay).toBe(1);
});

it('writes a real file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden export '));
  const path = join(folder, 'markets.json');
  const file = createExportFile({ log: keptLog(), content: () => content(7), file: path });
  await file.write();
  expect(marketsExport.parse(JSON.parse(readFileSync(path, 'utf8'))).total).toBe(7);
  expect(readdirSync(folder)).toEqual(['markets.json']);
  rmSync(folder, { recursive: true, force: true });
});
