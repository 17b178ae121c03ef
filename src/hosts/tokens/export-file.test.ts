import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { marketsExport, type MarketsExport } from '../../contract/index.ts';
import { createExportFile } from './export-file.ts';
import { keptLog } from './testing/tokens.ts';

const content = (total = 0): MarketsExport => ({
  generatedAt: '2026-01-01T00:00:00.000Z',
  generator: 'moonwarden',
  version: '1',
  minScore: 0,
  total,
  tokens: [],
});

function bench(write: (file: string, text: string) => Promise<void>, intervalMs = 60_000) {
  const clock = new FakeClock();
  const log = keptLog();
  const make = { clock, log, file: '/nowhere/markets.json', intervalMs, content: () => content() };
  return { clock, log, file: createExportFile({ ...make, write }) };
}

it('writes after ten seconds, then every interval, until it is stopped', async () => {
  const times: number[] = [];
  const { clock, file } = bench(async () => void times.push(clock.monotonic()));
  const start = clock.monotonic();
  file.start();
  await clock.advance(190_000);
  expect(times.map((time) => time - start)).toEqual([10_000, 70_000, 130_000, 190_000]);
  await file.stop();
  await clock.advance(190_000);
  expect(times).toHaveLength(4);
});

it('says once that it cannot write, tries again, and says when it can', async () => {
  let broken = false;
  let tries = 0;
  const { clock, log, file } = bench(async () => {
    tries += 1;
    if (broken) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  file.start();
  await clock.advance(10_000);
  broken = true;
  await clock.advance(180_000);
  expect(tries).toBe(4);
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { file: '/nowhere/markets.json', cause: 'no space left on device (ENOSPC)' } },
  ]);
  broken = false;
  await clock.advance(120_000);
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  await file.stop();
});

it('is not ended by content that cannot be made', async () => {
  const clock = new FakeClock();
  const log = keptLog();
  let made = 0;
  const written: string[] = [];
  const file = createExportFile({
    clock,
    log,
    file: '/nowhere/x',
    intervalMs: 1_000,
    content: () => {
      made += 1;
      if (made === 1) throw new Error('boom');
      return content(made);
    },
    write: async (_file, text) => void written.push(text),
  });
  file.start();
  await clock.advance(2_000);
  expect(log.lines[0]).toMatchObject({ level: 'error', fields: { cause: 'boom' } });
  expect(marketsExport.parse(JSON.parse(written[0] ?? '')).total).toBe(2);
  await file.stop();
});

it('never writes twice at once, and waits for the write under way when it is stopped', async () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  let underWay = 0;
  const { clock, file } = bench(async () => {
    underWay += 1;
    await promise;
  }, 1_000);
  file.start();
  await clock.advance(5_000);
  expect(underWay).toBe(1);
  let isStopped = false;
  const stopping = file.stop().then(() => (isStopped = true));
  await clock.advance(1_000);
  expect(isStopped).toBe(false);
  resolve();
  await stopping;
  await clock.advance(5_000);
  expect(underWay).toBe(1);
});

it('writes a real file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden export '));
  const path = join(folder, 'markets.json');
  const clock = new FakeClock();
  const make = { clock, log: keptLog(), intervalMs: 1_000, content: () => content(7) };
  const file = createExportFile({ ...make, file: path });
  file.start();
  await clock.advance(1_000);
  await file.stop();
  expect(marketsExport.parse(JSON.parse(readFileSync(path, 'utf8'))).total).toBe(7);
  expect(readdirSync(folder)).toEqual(['markets.json']);
  rmSync(folder, { recursive: true, force: true });
});
