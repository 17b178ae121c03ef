import { expect, it } from 'vitest';
import type { JournalEntry, TokenStatus } from '../../contract/index.ts';
import { createHistories } from './histories.ts';

let seq = 0;
const discovered = (mint: string, at: number): JournalEntry => ({
  seq: (seq += 1),
  type: 'token.discovered',
  at,
  subject: mint,
  reason: 'found',
  data: { feed: 'file' },
});
const moved = (
  mint: string,
  at: number,
  from: TokenStatus,
  to: TokenStatus,
  reason = 'so',
): JournalEntry => ({
  seq: (seq += 1),
  type: 'token.moved',
  at,
  subject: mint,
  reason,
  data: { from, to, check: null },
});

it('are the statuses one after the other, to the end', () => {
  const histories = createHistories();
  histories.add([discovered('a', 10), discovered('b', 20), moved('a', 30, 'monitoring', 'active')]);
  histories.add([moved('a', 50, 'active', 'archived')]);
  expect(histories.close(100)).toEqual(
    new Map([
      [
        'a',
        [
          { status: 'monitoring', fromMs: 10, toMs: 30, next: { to: 'active', reason: 'so' } },
          { status: 'active', fromMs: 30, toMs: 50, next: { to: 'archived', reason: 'so' } },
          { status: 'archived', fromMs: 50, toMs: 100, next: undefined },
        ],
      ],
      ['b', [{ status: 'monitoring', fromMs: 20, toMs: 100, next: undefined }]],
    ]),
  );
  expect(histories.broken).toEqual([]);
});

it.each([
  [
    'a transition without a reason',
    [discovered('a', 1), moved('a', 2, 'monitoring', 'active', ' ')],
    'without a reason',
  ],
  [
    'one from another status',
    [discovered('a', 1), moved('a', 2, 'active', 'archived')],
    'left active and was monitoring',
  ],
  [
    'one of a token that nobody discovered',
    [moved('a', 2, 'active', 'archived')],
    'left active and was unknown',
  ],
  ['a second discovery', [discovered('a', 1), discovered('a', 2)], 'discovered twice'],
])('tell of %s', (_, entries, expected) => {
  const histories = createHistories();
  histories.add(entries);
  expect(histories.broken).toHaveLength(1);
  expect(histories.broken[0]).toContain(expected);
});

it('know when transitions were held', () => {
  const histories = createHistories();
  const entry = (type: 'moves.held' | 'moves.released', at: number, subject: string): JournalEntry =>
    type === 'moves.held'
      ? { seq: 1, type, at, subject, reason: 'many', data: { wouldMove: 5, judged: 9, until: at + 60 } }
      : { seq: 1, type, at, subject, reason: 'few', data: { by: 'share', waited: 0 } };
  histories.add([entry('moves.held', 10, 'active'), entry('moves.released', 30, 'active')]);
  histories.add([entry('moves.held', 50, 'monitoring')]);
  expect(histories.held(100)).toEqual({
    active: [{ fromMs: 10, toMs: 30 }],
    monitoring: [{ fromMs: 50, toMs: 100 }],
    archived: [],
  });
});
