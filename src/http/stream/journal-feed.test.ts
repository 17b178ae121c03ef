import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../contract/index.ts';
import { FakeClock } from '../../kernel/index.ts';
import { parseLastEventId, resumeAt } from './event-text.ts';
import { JournalFeed } from './journal-feed.ts';

const entry = (seq: number): JournalEntry => ({
  seq,
  type: 'service.stopped',
  at: 0,
  subject: null,
  reason: 'x',
  data: { cause: 'test' },
});

describe('where a reader goes on', () => {
  it.each([
    [undefined, 10, { after: 10, gap: null }],
    [4, 10, { after: 4, gap: null }],
    [10, 10, { after: 10, gap: null }],
    [0, 5_000, { after: 0, gap: null }],
    [0, 5_001, { after: 5_001, gap: { from: 1, to: 5_001 } }],
    [99, 10, { after: 10, gap: { from: 1, to: 10 } }],
    [99, 0, { after: 0, gap: null }],
  ])('it saw %j of %j', (lastSeen, newest, expected) => {
    expect(resumeAt(lastSeen, newest, 5_000)).toEqual(expected);
  });

  it.each([
    ['12', 12],
    ['0', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['9'.repeat(16), undefined],
    ['x', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parseLastEventId(text)).toBe(expected);
  });
});

/** What happens around a reader, in any order. */
type Step =
  | { readonly kind: 'commit'; readonly count: number; readonly hole: number; readonly told: boolean }
  | { readonly kind: 'flow'; readonly flowing: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('commit' as const),
    count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(450), fc.constant(1_500)),
    hole: fc.constantFrom(0, 0, 0, 3),
    told: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('flow' as const), flowing: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 30 }) }),
);

it('a reader gets each entry once and in order, however reads, commits and a slow socket fall together', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.nat(300),
      fc.nat(8),
      async (steps, missed, readMs) => {
        const clock = new FakeClock();
        const store = Array.from({ length: 300 }, (_, index) => entry(index + 1));
        const got: number[] = [];
        let flowing = true;
        let waiting: ((flowing: boolean) => void) | undefined;
        const feed = new JournalFeed({
          after: missed,
          // The store is looked at when the read begins, the answer comes later.
          read: (after, limit) => {
            const page = store.filter(({ seq }) => seq > after).slice(0, limit);
            return readMs === 0 ? page : clock.sleep(readMs).then(() => page);
          },
          send: ({ seq }) => got.push(seq),
          isFlowing: () => flowing,
          ready: () => new Promise((resolve) => (waiting = resolve)),
          onError: (error) => {
            throw error;
          },
        });
        const flow = (): void => {
          flowing = true;
          waiting?.(true);
        };
        feed.catchUp();
        let newest = 300;
        for (const each of steps) {
          if (each.kind === 'wait') await clock.advance(each.ms);
          if (each.kind === 'flow' && each.flowing) flow();
          if (each.kind === 'flow' && !each.flowing) flowing = false;
          if (each.kind !== 'commit') continue;
          const first = newest + 1 + each.hole;
          newest = first + each.count - 1;
          const added = Array.from({ length: each.count }, (_, index) => entry(first + index));
          store.push(...added);
          if (each.told) feed.publish(added);
        }
        // One more, told, shows what was not.
        const last = entry(newest + 1);
        store.push(last);
        feed.publish([last]);
        flow();
        await clock.advance(10_000);
        expect(got).toEqual(store.filter(({ seq }) => seq > missed).map(({ seq }) => seq));
      },
    ),
    { numRuns: 200 },
  );
});
