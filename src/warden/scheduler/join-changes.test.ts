import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinChanges } from './join-changes.ts';
import type { RunChange, RunLedger, RunRecord, RunStart } from './ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';

const items = (
  runId: string,
  begun: readonly string[],
  settled: readonly string[] = [],
  job = 'a',
): RunChange => ({
  kind: 'run.items',
  job,
  runId,
  begun,
  settled,
  done: 0,
  failed: 0,
});
const runOf = (runId: string, job: string): RunStart => ({
  ...{ runId, job, group: job, plannedAt: 0, startedAt: 0, askedBy: 'plan', who: null, why: null },
});
const started = (runId: string, job = 'a', resumed: readonly string[] = []): RunChange => ({
  kind: 'run.started',
  run: runOf(runId, job),
  resumed,
});
const ended = (runId: string, job = 'a', outcome: RunRecord['outcome'] = 'succeeded'): RunChange => ({
  kind: 'run.ended',
  record: {
    ...runOf(runId, job),
    ...{ endedAt: 1, durationMs: 1, outcome, abandoned: false, itemsDone: 0, itemsFailed: 0, cause: null },
  },
});

describe('changes', () => {
  test.each<[string, RunChange[], RunChange[]]>([
    ['of one run become one', [items('1', ['x']), items('1', ['y'])], [items('1', ['x', 'y'])]],
    [
      'that come and go are only settled',
      [items('1', ['x']), items('1', [], ['x'])],
      [items('1', [], ['x'])],
    ],
    [
      'that come back are in flight',
      [items('1', ['x']), items('1', [], ['x']), items('1', ['x'])],
      [items('1', ['x'])],
    ],
    [
      'of two runs stay apart',
      [items('1', ['x']), items('2', ['x'])],
      [items('1', ['x']), items('2', ['x'])],
    ],
    [
      'do not pass the start of a run of their job',
      [items('1', ['x']), started('2'), items('1', [], ['x'])],
      [items('1', ['x']), started('2'), items('1', [], ['x'])],
    ],
    [
      'pass those of other jobs',
      [items('1', ['x']), started('2', 'b'), items('2', ['z'], [], 'b'), items('1', [], ['x'])],
      [items('1', [], ['x']), started('2', 'b'), items('2', ['z'], [], 'b')],
    ],
  ])('of items %s', (_, changes, joined) => {
    expect(joinChanges(changes)).toEqual(joined);
  });

  test.each<[string, RunChange[], RunChange[]]>([
    ['that starts and ends is its end', [started('1'), ended('1')], [ended('1')]],
    [
      'keeps its items in between',
      [started('1'), items('1', ['x']), ended('1', 'a', 'failed')],
      [items('1', ['x']), ended('1', 'a', 'failed')],
    ],
    [
      'that took over items keeps its start',
      [started('1', 'a', ['x']), ended('1')],
      [started('1', 'a', ['x']), ended('1')],
    ],
    [
      'after whose start another of its job started keeps it',
      [started('1'), started('2'), ended('2'), ended('1')],
      [started('1'), ended('2'), ended('1')],
    ],
    [
      'of another job is none of its own',
      [started('1'), started('2', 'b'), ended('1'), ended('2', 'b')],
      [ended('1'), ended('2', 'b')],
    ],
    ['of which only the end is there stays', [started('2'), ended('1')], [started('2'), ended('1')]],
  ])('a run %s', (_, changes, joined) => {
    expect(joinChanges(changes)).toEqual(joined);
  });

  /** Runs of two jobs that start, get on and end in any order; each starts once, before all else. */
  const story = fc
    .array(
      fc.record({
        nr: fc.nat(3),
        what: fc.constantFrom('items', 'items', 'succeeded', 'failed'),
        begun: fc.subarray(['x', 'y', 'z']),
        settled: fc.subarray(['x', 'y', 'z']),
        resumed: fc.subarray(['x', 'y']),
      }),
      { maxLength: 14 },
    )
    .map((steps) => {
      const [open, over] = [new Set<number>(), new Set<number>()];
      const changes: RunChange[] = [];
      for (const { nr, what, begun, settled, resumed } of steps) {
        const [runId, job] = [`run ${nr}`, nr < 3 ? 'a' : 'b'];
        if (over.has(nr)) continue;
        if (!open.has(nr)) changes.push(started(runId, job, resumed));
        open.add(nr);
        if (what === 'items') {
          changes.push(items(runId, begun, settled, job));
        } else {
          changes.push(ended(runId, job, what === 'failed' ? 'failed' : 'succeeded'));
          over.add(nr);
        }
      }
      return changes;
    });

  test('lead to the same ledger, joined or not', async () => {
    const contentOf = async (changes: readonly RunChange[]): Promise<unknown> => {
      const ledger: RunLedger = createMemoryLedger();
      await ledger.claim('me', 0, 1_000);
      await ledger.commit('me', changes);
      const { items: left, unfinished, latest } = await ledger.load();
      return [
        ['a', 'b'].map((job) => [...(left.get(job) ?? [])].sort()),
        unfinished.map(({ runId }) => runId),
        [...latest.values()],
        await ledger.last('a', 9),
      ];
    };
    await fc.assert(
      fc.asyncProperty(story, async (changes) => {
        expect(await contentOf(joinChanges(changes))).toEqual(await contentOf(changes));
      }),
    );
  });
});
