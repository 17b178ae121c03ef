import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type {
  Row,
  SeriesPoint,
  SignalHistoryStore,
  SignalSeries,
  Tier,
} from '../../src/warden/metrics/index.ts';

/** A store under test. */
export interface SignalStoreCase {
  readonly store: SignalHistoryStore;
  /** Breaks the call off that writes after so many statements, where the store can be made to. */
  readonly crashAfter?: (statements: number) => void;
  readonly end?: () => Promise<void> | void;
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** A quarter of an hour begins here. */
const START = 1_700_000_100_000 - (1_700_000_100_000 % QUARTER);
const EVER = 8e15;
const NEVER = { raw: -EVER, minute: -EVER, quarter: -EVER };

const series: readonly SignalSeries[] = [
  { id: 1, name: 'backlog', labels: {} },
  { id: 2, name: 'calls', labels: { endpoint: 'pairs', outcome: 'good' } },
];

/** The row of a period by its definition, apart from the code under test. */
function recompute(points: readonly { at: number; value: number }[], stepMs: number): Row[] {
  const periods = new Map<number, number[]>();
  for (const { at, value } of [...points].sort((a, b) => a.at - b.at)) {
    const start = at - (((at % stepMs) + stepMs) % stepMs);
    periods.set(start, [...(periods.get(start) ?? []), value]);
  }
  return [...periods].map(([at, values]) => {
    let sum = 0;
    for (const value of values) sum += value;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const p95 = values.filter(
      (value) => values.filter((other) => other <= value).length >= 0.95 * values.length,
    );
    const avg = Math.min(max, Math.max(min, sum / values.length));
    return { at, min, max, avg, p95: Math.min(...p95), count: values.length };
  });
}

/** What every store of the history of signals does. */
export function signalStoreContract(name: string, open: () => SignalStoreCase, runs = 60): void {
  describe(`the history of signals: ${name}`, () => {
    let subject: SignalStoreCase;
    let store: SignalHistoryStore;
    beforeEach(async () => {
      subject = open();
      store = subject.store;
      await store.open();
    });
    afterEach(async () => {
      await subject.end?.();
    });
    const all = async (tier: Tier, id = 1): Promise<readonly Row[]> =>
      (await store.read(id, [{ tier, from: 0, to: EVER }]))[0] ?? [];
    const rollAll = async (until = EVER): Promise<number> => {
      let total = 0;
      for (let done = 1; done > 0; total += done) done = await store.rollUp(until, 3);
      return total;
    };
    const write = (...points: (readonly [number, number])[]): Promise<number> =>
      store.write(
        series,
        points.map(([at, value]) => ({ series: 1, at: START + at, value })),
      );

    test('gives back points in order of time, and of two at one moment the first', async () => {
      expect(await write([2_000, 2], [1_000, 1], [2_000, 9])).toBe(0);
      await write([1_000, 7]);
      expect((await all('raw')).map(({ at, avg, count }) => [at - START, avg, count])).toEqual([
        [1_000, 1, 1],
        [2_000, 2, 1],
      ]);
      expect(await all('raw', 2)).toEqual([]);
    });

    test('reads from the first moment until before the last, of several parts each', async () => {
      await write([0, 0], [1_000, 1], [2_000, 2]);
      const parts = await store.read(1, [
        { tier: 'raw', from: START, to: START + 1_000 },
        { tier: 'raw', from: START + 1_000, to: START + 2_000 },
        { tier: 'minute', from: START, to: EVER },
      ]);
      expect(parts.map((rows) => rows.map(({ avg }) => avg))).toEqual([[0], [1], []]);
    });

    test('rolls up closed periods only, once, and again when a point comes late', async () => {
      await write([0, 1], [30_000, 5], [60_000, 7]);
      expect(await rollAll(START + MINUTE)).toBe(1);
      expect(await all('minute')).toEqual([{ at: START, min: 1, max: 5, avg: 3, p95: 5, count: 2 }]);
      expect(await rollAll(START + MINUTE)).toBe(0);
      await write([45_000, 9]);
      expect(await rollAll(START + MINUTE)).toBe(1);
      expect(await all('minute')).toEqual([{ at: START, min: 1, max: 9, avg: 5, p95: 9, count: 3 }]);
      expect(await all('quarter')).toEqual([]);
      expect(await rollAll()).toBe(2);
      expect(await all('quarter')).toEqual([{ at: START, min: 1, max: 9, avg: 5.5, p95: 9, count: 4 }]);
    });

    test('deletes no point whose rows are due, and takes none of a period whose points are gone', async () => {
      await write([0, 1], [QUARTER, 2]);
      const before = { ...NEVER, raw: START + QUARTER };
      expect(await store.prune(before)).toBe(0);
      await rollAll();
      expect(await store.prune(before)).toBe(1);
      expect(await store.prune(before)).toBe(0);
      expect(await write([5_000, 3], [QUARTER + 5_000, 4])).toBe(1);
      await rollAll();
      expect((await all('quarter')).map(({ count }) => count)).toEqual([1, 2]);
    });

    test('deletes at most 1,000 rows at once, the oldest of each tier by its own limit', async () => {
      const points = Array.from({ length: 1_500 }, (_, n) => [n * MINUTE, n] as const);
      await write(...points);
      await rollAll();
      const limits = { raw: START + 1_200 * MINUTE, minute: START + 600 * MINUTE, quarter: START + QUARTER };
      const removed: number[] = [];
      for (let rows = 1; rows > 0; removed.push(rows)) rows = await store.prune(limits);
      expect(removed).toEqual([1_000, 801, 0]);
      const size = await store.size();
      expect(size).toMatchObject({ raw: { rows: 300 }, minute: { rows: 900 }, quarter: { rows: 99 } });
      expect(size.minute.bytes).toBeGreaterThan(900 * 20);
      expect((await all('minute'))[0]?.at).toBe(limits.minute);
    });

    test('knows its series again, and forgets those that hold nothing', async () => {
      await write([0, 1]);
      await store.write([], [{ series: 2, at: START, value: 1 }]);
      expect(await store.open()).toEqual(series);
      await rollAll();
      const after = START + QUARTER;
      await store.prune({ raw: after, minute: after, quarter: after });
      expect(await store.open()).toEqual([]);
    });

    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('write' as const),
          points: fc.array(
            fc.record({
              series: fc.constantFrom(1, 2),
              at: fc.integer({ min: 0, max: 90 * 12 }).map((n) => START + 5_000 * n),
              // The driver takes what is within 2^-52 of a whole number for that number.
              value: fc.integer({ min: -1e15, max: 1e15 }).map((value) => value / 1e6 + 0),
            }),
            { minLength: 1, maxLength: 40 },
          ),
          crash: fc.option(fc.nat(30), { freq: 4 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('roll-up' as const),
          until: fc.nat(90).map((n) => START + n * MINUTE),
          most: fc.integer({ min: 1, max: 20 }),
          crash: fc.option(fc.nat(20), { freq: 2 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('prune' as const),
          before: fc.nat(6).map((n) => START + n * QUARTER),
          crash: fc.option(fc.nat(3), { freq: 4 }),
        }),
      },
    );

    test('rows are what the points give, for any order of points, roll-ups, deletions and crashes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const fresh = open();
          ({ store } = fresh);
          await store.open();
          const taken = new Map<string, SeriesPoint>();
          const isStored = async ({ series: id, at }: SeriesPoint): Promise<boolean> =>
            (await store.read(id, [{ tier: 'raw', from: at, to: at + 1 }]))[0]?.length === 1;
          for (const one of steps) {
            // Whoever gets no answer asks again.
            const tries = one.crash !== null && fresh.crashAfter ? 2 : 1;
            if (tries === 2) fresh.crashAfter?.(one.crash ?? 0);
            for (let made = 0; made < tries; made++) {
              try {
                if (one.kind === 'roll-up') await store.rollUp(one.until, one.most);
                else if (one.kind === 'prune') await store.prune({ ...NEVER, raw: one.before });
                else {
                  const late = await store.write(series, one.points);
                  let missing = 0;
                  for (const point of one.points) {
                    const key = `${point.series} ${point.at}`;
                    if (!(await isStored(point))) missing += 1;
                    else if (!taken.has(key)) taken.set(key, point);
                  }
                  expect(late).toBe(missing);
                }
              } catch (error) {
                if (!(error instanceof Error) || error.message !== 'planted') throw error;
              }
            }
            fresh.crashAfter?.(Infinity);
          }
          await rollAll();
          for (const { id } of series) {
            const points = [...taken.values()].filter((point) => point.series === id);
            expect(await all('minute', id)).toEqual(recompute(points, MINUTE));
            expect(await all('quarter', id)).toEqual(recompute(points, QUARTER));
          }
          await fresh.end?.();
        }),
        { numRuns: Math.max(runs, inject('propertyRuns')) },
      );
    });
  });
}
