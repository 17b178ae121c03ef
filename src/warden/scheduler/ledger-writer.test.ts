import { expect, test } from 'vitest';
import { FakeClock, silentLogger, type Logger } from '../../kernel/index.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { RunChange, RunLedger, RunRecord } from './ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';

const record = (nr: number): RunRecord => ({
  ...{ runId: `run ${nr}`, job: 'job', group: 'cold', plannedAt: 0, startedAt: 0, askedBy: 'plan' },
  ...{ who: null, why: null, endedAt: 1, durationMs: 1, outcome: 'succeeded', abandoned: false },
  ...{ itemsDone: 0, itemsFailed: 0, cause: null },
});
const end = (nr: number): RunChange => ({ kind: 'run.ended', record: record(nr) });
const flight = (items: number): RunChange => {
  const settled = Array.from({ length: items }, (_, nr) => `item ${nr}`);
  return { kind: 'run.items', job: 'job', runId: 'run 0', begun: [], settled, done: items, failed: 0 };
};

const setUp = async (everyMs?: number) => {
  const clock = new FakeClock();
  const inner = createMemoryLedger();
  await inner.claim('me', 0, 1e9);
  const commits: number[] = [];
  let refuses = false;
  const ledger: RunLedger = {
    ...inner,
    async commit(owner, changes) {
      if (refuses) throw new Error('the disk is full');
      commits.push(changes.length);
      return inner.commit(owner, changes);
    },
  };
  const logged: [string, unknown][] = [];
  const log: Logger = { ...silentLogger, error: (msg, fields) => void logged.push([msg, fields]) };
  let fences = 0;
  const writer = new LedgerWriter({ ledger, owner: 'me', clock, log, everyMs, onFenced: () => fences++ });
  const refuse = (yes: boolean): void => void (refuses = yes);
  return { clock, inner, commits, writer, logged, refuse, fences: () => fences };
};

test('what comes in one turn is written as one, and no commit is longer than the loop can bear', async () => {
  const { clock, commits, writer } = await setUp();
  for (let nr = 0; nr < 1_200; nr++) writer.add(end(nr));
  await clock.settle();
  expect(commits).toEqual([500, 500, 200]);
  expect(writer.backlog).toBe(0);
});

test('with a pace, the first change after a pause is written at once and what follows together', async () => {
  const { clock, commits, writer } = await setUp(10);
  for (let nr = 0; nr < 25; nr++) {
    writer.add(end(nr));
    await clock.advance(1);
  }
  expect(commits).toEqual([1, 9, 10]);
  await clock.advance(20);
  expect(commits).toEqual([1, 9, 10, 5]);
  writer.add(end(25));
  await clock.settle();
  expect(commits).toEqual([1, 9, 10, 5, 1]);
});

test('a pace holds up neither much nor a flush', async () => {
  const { clock, commits, writer } = await setUp(1_000);
  writer.add(end(0));
  await clock.settle();
  for (let nr = 1; nr <= 3; nr++) writer.add(end(nr));
  await clock.settle();
  expect(commits).toEqual([1]);
  await writer.flush(5_000);
  expect([commits, clock.monotonic(), writer.backlog]).toEqual([[1, 3], 0, 0]);
});

test('an hour in which the ledger refuses costs no more memory than the bound, loses the oldest, and counts them', async () => {
  const { clock, inner, writer, logged, refuse } = await setUp();
  refuse(true);
  let most = 0;
  let nr = 0;
  for (let second = 0; second < 3_600; second++) {
    for (let one = 0; one < 30; one++) writer.add(end(nr++));
    most = Math.max(most, writer.backlog);
    await clock.advance(1_000);
  }
  expect(most).toBeLessThanOrEqual(50_500);
  expect(most).toBeGreaterThan(45_000);
  expect(writer.lost + writer.backlog).toBe(nr);
  expect(logged.map(([msg]) => msg)).toEqual([
    'Records of runs are given up: the ledger has not taken any for too long.',
  ]);
  refuse(false);
  await clock.advance(10_000);
  expect(writer.backlog).toBe(0);
  const kept = await inner.last('job', nr);
  expect(kept).toHaveLength(nr - writer.lost);
  expect(kept.map(({ runId }) => runId)).toEqual(
    Array.from({ length: kept.length }, (_, back) => `run ${nr - 1 - back}`),
  );
  expect(logged.slice(1)).toEqual([
    ['The ledger takes records of runs again; some are missing.', { changes: writer.lost }],
  ]);
});

test('few changes of many items are bounded too', async () => {
  const { clock, writer, refuse } = await setUp();
  refuse(true);
  for (let nr = 0; nr < 1_000; nr++) {
    writer.add(flight(1_000));
    await clock.advance(100);
  }
  expect(writer.backlog).toBeLessThanOrEqual(51);
  expect(writer.lost + writer.backlog).toBe(1_000);
});

test('a flush waits for what is to be written, and not for ever', async () => {
  const { clock, writer, refuse } = await setUp();
  refuse(true);
  writer.add(end(1));
  let flushed = false;
  void writer.flush(5_000).then(() => (flushed = true));
  await clock.advance(4_900);
  expect(flushed).toBe(false);
  await clock.advance(200);
  expect(flushed).toBe(true);
  refuse(false);
  await clock.advance(10_000);
  await writer.flush(5_000);
  expect(writer.backlog).toBe(0);
});

test('whose lease is another one’s writes nothing more', async () => {
  const { clock, inner, writer, fences } = await setUp();
  await inner.claim('other', 0, 1e9, true);
  writer.add(end(1));
  writer.add(end(2));
  await clock.settle();
  writer.add(end(3));
  await clock.settle();
  expect([fences(), writer.backlog]).toEqual([1, 0]);
  expect(await inner.last('job', 9)).toEqual([]);
});
