import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../src/kernel/index.ts';
import type { RunLedger, RunRecord, RunStart } from '../../src/warden/scheduler/index.ts';

export interface OpenedLedger {
  readonly ledger: RunLedger;
  end(): Promise<void>;
}

const OWNER = 'first';
const LEASE_MS = 30_000;

const start = (runId: string, job = 'scan'): RunStart => ({
  runId,
  job,
  group: 'cold',
  plannedAt: 1_000,
  startedAt: 1_002.5,
  askedBy: 'hand',
  who: 'ann',
  why: null,
});

/** As the ledger gives back a run that has not ended. */
const open = (run: RunStart, itemsDone = 0, itemsFailed = 0) => ({ ...run, itemsDone, itemsFailed });

const ended = (run: RunStart, changes: Partial<RunRecord> = {}): RunRecord => ({
  ...run,
  endedAt: 2_000,
  durationMs: 997.5,
  outcome: 'succeeded',
  abandoned: false,
  itemsDone: 2,
  itemsFailed: 1,
  cause: null,
  ...changes,
});

const begun = (run: RunStart, resumed: readonly string[] = []) =>
  ({ kind: 'run.started', run, resumed }) as const;
const flight = (run: RunStart, begins: readonly string[], settled: readonly string[] = []) =>
  ({
    kind: 'run.items',
    job: run.job,
    runId: run.runId,
    begun: begins,
    settled,
    done: settled.length,
    failed: 0,
  }) as const;
const end = (record: RunRecord) => ({ kind: 'run.ended', record }) as const;

/** What every ledger of runs keeps to. */
export function runLedgerContract(
  name: string,
  openLedger: (clock: FakeClock) => Promise<OpenedLedger>,
): void {
  describe(`${name} as a ledger of runs`, () => {
    const opened: OpenedLedger[] = [];
    const owned = async (): Promise<RunLedger> => {
      const one = await openLedger(new FakeClock());
      opened.push(one);
      await one.ledger.claim(OWNER, 0, LEASE_MS);
      return one.ledger;
    };
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.end();
    });

    test('has one owner at a time, until the lease is over or given back', async () => {
      const ledger = await owned();
      expect(await ledger.claim('second', LEASE_MS - 1, LEASE_MS)).toBe(false);
      expect(await ledger.claim(OWNER, 10_000, LEASE_MS)).toBe(true);
      expect(await ledger.claim('second', LEASE_MS, LEASE_MS)).toBe(false);
      expect(await ledger.claim('second', 10_000 + LEASE_MS, LEASE_MS)).toBe(true);
      expect(await ledger.claim('third', 10_001 + LEASE_MS, LEASE_MS, true)).toBe(true);
      expect(await ledger.claim('second', 10_001 + LEASE_MS, LEASE_MS, true)).toBe(true);
      await ledger.release(OWNER);
      expect(await ledger.claim(OWNER, 10_001 + LEASE_MS, LEASE_MS)).toBe(false);
      await ledger.release('second');
      expect(await ledger.claim(OWNER, 10_001 + LEASE_MS, LEASE_MS)).toBe(true);
    });

    test('takes no lease for valid that a clock which was set back has left', async () => {
      const ledger = await owned();
      await ledger.claim(OWNER, 5_000_000, LEASE_MS);
      expect(await ledger.claim('second', 1_000, LEASE_MS)).toBe(true);
    });

    test('refuses what another one than its owner commits', async () => {
      const ledger = await owned();
      expect(await ledger.commit('second', [begun(start('1'))])).toBe(false);
      expect((await ledger.load()).unfinished).toEqual([]);
      expect(await ledger.commit(OWNER, [begun(start('1'))])).toBe(true);
    });

    test('keeps runs as they were, newest first, and those that have not ended apart', async () => {
      const ledger = await owned();
      const runs = ['1', '2', '3'].map((id) => start(id));
      await ledger.commit(
        OWNER,
        runs.map((run) => begun(run)),
      );
      expect((await ledger.load()).unfinished).toEqual(runs.map((run) => open(run)));
      const records = [
        ended(start('1')),
        ended(start('2'), { outcome: 'failed', cause: 'it said: "no"', abandoned: true }),
      ];
      await ledger.commit(OWNER, records.map(end));
      expect((await ledger.load()).unfinished).toEqual([open(start('3'))]);
      expect(await ledger.last('scan', 5)).toEqual(records.toReversed());
      expect(await ledger.last('scan', 1)).toEqual([records[1]]);
      expect(await ledger.last('other', 5)).toEqual([]);
      expect((await ledger.load()).latest).toEqual(new Map([['scan', records[1]]]));
    });

    test('keeps items in flight until they are settled, or the run that has them succeeds', async () => {
      const ledger = await owned();
      const [first, second] = [start('1'), start('2')];
      await ledger.commit(OWNER, [begun(first), flight(first, ['a', 'b', 'c']), flight(first, [], ['b'])]);
      expect([...(await ledger.load()).items]).toEqual([['scan', ['a', 'c']]]);
      await ledger.commit(OWNER, [end(ended(first, { outcome: 'interrupted' }))]);
      expect([...(await ledger.load()).items]).toEqual([['scan', ['a', 'c']]]);
      await ledger.commit(OWNER, [begun(second, ['a', 'c']), flight(second, ['d'], ['a'])]);
      expect([...(await ledger.load()).items]).toEqual([['scan', ['c', 'd']]]);
      await ledger.commit(OWNER, [end(ended(second))]);
      expect([...(await ledger.load()).items]).toEqual([]);
    });

    test('knows what a run has settled before it ends, and then what its record says', async () => {
      const ledger = await owned();
      const [first, second] = [start('1'), start('2')];
      const settled = { ...flight(first, ['a', 'b', 'c'], ['a', 'b']), done: 1, failed: 1 };
      await ledger.commit(OWNER, [begun(first), begun(second), settled, flight(first, ['d'], ['d'])]);
      expect((await ledger.load()).unfinished).toEqual([open(first, 2, 1), open(second)]);
      const record = ended(first, { itemsDone: 7, itemsFailed: 5 });
      await ledger.commit(OWNER, [end(record), flight(first, [], ['c'])]);
      expect(await ledger.last('scan', 5)).toEqual([record]);
    });

    test('keeps the items of one job from those of another', async () => {
      const ledger = await owned();
      const [one, other] = [start('1'), start('2', 'other')];
      await ledger.commit(OWNER, [begun(one), begun(other), flight(one, ['a']), flight(other, ['a'])]);
      await ledger.commit(OWNER, [end(ended(one))]);
      expect([...(await ledger.load()).items]).toEqual([['other', ['a']]]);
    });

    test('keeps so many records of each job, however many there are of others', async () => {
      const ledger = await owned();
      for (let nr = 0; nr < 60; nr++) {
        for (const job of ['a', 'b', 'c'].slice(nr < 20 ? 0 : 1)) {
          const run = start(`${job}${nr}`, job);
          await ledger.commit(OWNER, [begun(run), end(ended(run))]);
        }
      }
      await ledger.commit(OWNER, [begun(start('open', 'b'))]);
      expect(await ledger.prune({ before: 0, keep: 30 })).toBe(60);
      const left = await Promise.all(['a', 'b', 'c'].map((job) => ledger.last(job, 99)));
      expect(left.map(({ length }) => length)).toEqual([20, 30, 30]);
      expect(left.map((of) => of.at(-1)?.runId)).toEqual(['a0', 'b30', 'c30']);
    });

    test('removes what is too old or too much, a slice at a time, and never a run under way', async () => {
      const ledger = await owned();
      const runs = Array.from({ length: 2_500 }, (_, nr) => start(String(nr)));
      await ledger.commit(OWNER, [...runs.map((run) => begun(run)), begun(start('open'))]);
      await ledger.commit(
        OWNER,
        runs.map((run, nr) => end(ended(run, { endedAt: nr }))),
      );
      expect(await ledger.prune({ before: 1_200, keep: 9_999 })).toBe(1_000);
      expect(await ledger.prune({ before: 1_200, keep: 9_999 })).toBe(200);
      expect(await ledger.prune({ before: 1_200, keep: 500 })).toBe(800);
      expect(await ledger.prune({ before: 1_200, keep: 500 })).toBe(0);
      const left = await ledger.last('scan', 9_999);
      expect([left.length, left[0]?.runId, left.at(-1)?.runId]).toEqual([500, '2499', '2000']);
      expect((await ledger.load()).unfinished).toEqual([open(start('open'))]);
    });
  });
}
