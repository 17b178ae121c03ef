import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinItems } from './join-items.ts';
import type { RunChange, RunLedger } from './ledger.ts';
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
const started = (runId: string, job = 'a'): RunChange => ({
  kind: 'run.started',
  run: { runId, job, group: job, plannedAt: 0, startedAt: 0, askedBy: 'plan', who: null, why: null },
  resumed: [],
});

describe('changes of items', () => {
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
  ])('%s', (_, changes, joined) => {
    expect(joinItems(changes)).toEqual(joined);
  });

  test('lead to the same ledger, joined or not', async () => {
    const own = fc.subarray(['x', 'y', 'z']);
    const change = fc.oneof(
      fc
        .tuple(fc.constantFrom('1', '2'), own, own)
        .map(([run, begun, settled]) => items(run, begun, settled)),
      fc.constantFrom('1', '2').map((run) => started(run)),
    );
    const contentOf = async (changes: readonly RunChange[]): Promise<unknown> => {
      const ledger: RunLedger = createMemoryLedger();
      await ledger.claim('me', 0, 1_000);
      await ledger.commit('me', changes);
      const { items: left, unfinished } = await ledger.load();
      return [[...(left.get('a') ?? [])].sort(), unfinished.length];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        expect(await contentOf(joinItems(changes))).toEqual(await contentOf(changes));
      }),
    );
  });
});
