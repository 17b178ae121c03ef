import { beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger, type Logger } from '../../../kernel/index.ts';
import { createSignalHistory, type SignalHistory } from './history.ts';
import { createMemorySignalStore } from './memory-store.ts';
import type { SignalHistoryStore } from './store-port.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let clock: FakeClock;
let store: SignalHistoryStore;
let history: SignalHistory;
let said: string[];
const log: Logger = {
  ...silentLogger,
  warning: (text) => said.push(text),
  error: (text) => said.push(text),
  child: () => log,
};
const open = (options: { maxSeries?: number; store?: SignalHistoryStore } = {}): SignalHistory =>
  createSignalHistory({ clock, log, store, recordEveryMs: 5_000, maxSeries: 10, ...options });
beforeEach(async () => {
  clock = new FakeClock();
  store = createMemorySignalStore();
  said = [];
  history = open();
  await history.start();
});

/** Turns once a second, as the loop does. */
async function turn(ms: number, value: (at: number) => number | null = () => 1): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    history.record([{ signal: 'backlog', value: value(clock.now()) }], clock.now());
    await clock.advance(1_000);
  }
}
const ask = (lastMs: number, stepMs: number | null = null) =>
  history.query({ name: 'backlog', labels: {}, from: clock.now() - lastMs, to: clock.now(), stepMs });
const rowsOf = async (lastMs: number, stepMs: number | null = null) =>
  (await ask(lastMs, stepMs))?.series[0]?.rows ?? [];

test('a signal of every turn is stored once in five seconds, and can be read when it is written', async () => {
  await turn(MINUTE);
  await clock.advance(5_000);
  const rows = await rowsOf(HOUR);
  expect(rows).toHaveLength(12);
  expect(new Set(rows.slice(1).map(({ at }, index) => at - (rows[index]?.at ?? 0)))).toEqual(
    new Set([5_000]),
  );
  expect(history.series()).toEqual([
    { name: 'backlog', labels: {}, last: { at: rows.at(-1)?.at, value: 1 } },
  ]);
  expect(await history.query({ name: 'no', labels: {}, from: 0, to: 1, stepMs: null })).toBeUndefined();
});

test('a range over all tiers has one row a step, without doubles at the borders; a gap stays one', async () => {
  const start = clock.now();
  // A day without measurements in the middle; a value an hour, so that days go by fast.
  for (let hour = 0; hour < 72; hour++) {
    if (hour < 10 || hour >= 34) history.record([{ signal: 'backlog', value: hour }], clock.now());
    await clock.advance(HOUR);
  }
  const answer = await ask(72 * HOUR, HOUR);
  expect(answer?.stepMs).toBe(HOUR);
  const rows = answer?.series[0]?.rows ?? [];
  expect(rows.reduce((total, { count }) => total + count, 0)).toBe(48);
  expect(new Set(rows.map(({ at }) => at)).size).toBe(48);
  expect(rows.every(({ at }) => at % HOUR === 0)).toBe(true);
  expect(rows.some(({ at }) => at >= start + 10 * HOUR && at < start + 33 * HOUR)).toBe(false);
  expect((await store.size()).minute.rows).toBeLessThan(50);
});

test('points are written again after a failure, and nothing is lost or double', async () => {
  let failing = true;
  const flaky: SignalHistoryStore = {
    ...store,
    write: async (series, points) => {
      const late = await store.write(series, points);
      if (failing) throw new Error('planted');
      return late;
    },
  };
  history = open({ store: flaky });
  await history.start();
  await turn(30_000);
  expect(said).toEqual(['Writing the history of signals failed and is tried again.']);
  failing = false;
  await clock.advance(5_000);
  expect(await rowsOf(HOUR)).toHaveLength(6);
  expect(history.dropped()).toBe(0);
});

test('what is held back is written at the stop, and the series are known to the next start', async () => {
  await turn(1_000);
  await history.stop();
  expect(clock.pending).toBe(0);
  history = open();
  await history.start();
  expect(await rowsOf(HOUR)).toHaveLength(1);
  expect(history.series()).toEqual([{ name: 'backlog', labels: {}, last: null }]);
});

test('beyond the limit of series one warning is given, and nothing of them is stored', async () => {
  history = open({ maxSeries: 2 });
  await history.start();
  for (let n = 0; n < 20; n++)
    history.record([{ signal: 'calls', labels: { n: String(n) }, value: n }], clock.now());
  await clock.advance(5_000);
  expect(history.series()).toHaveLength(2);
  expect(said).toHaveLength(1);
  expect(history.dropped()).toBe(18);
  expect((await store.size()).raw.rows).toBe(2);
});

test('labels make a series, in whatever order they are given, and choose among series', async () => {
  history.record([{ signal: 'backlog', labels: { a: '1', b: '2' }, value: 1 }], clock.now());
  history.record([{ signal: 'backlog', labels: { b: '2', a: '1' }, value: 2 }], clock.now());
  history.record([{ signal: 'backlog', labels: { a: '3', b: '2' }, value: 3 }], clock.now());
  await clock.advance(5_000);
  const range = { name: 'backlog', from: clock.now() - HOUR, to: clock.now(), stepMs: null };
  const found = await history.query({ ...range, labels: { a: '1' } });
  expect(found?.series.map(({ labels, rows }) => [labels, rows.map(({ avg }) => avg)])).toEqual([
    [{ a: '1', b: '2' }, [1]],
  ]);
  expect((await history.query({ ...range, labels: { b: '2' } }))?.series).toHaveLength(2);
});

test('an answer that would be too large is refused with its place', async () => {
  for (let n = 0; n < 9; n++)
    history.record([{ signal: 'backlog', labels: { n: String(n) }, value: n }], clock.now());
  const request = { name: 'backlog', labels: {}, from: clock.now() - HOUR, to: clock.now(), stepMs: 100 };
  await expect(history.query(request)).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    faults: [{ path: 'query.step' }],
  });
});
