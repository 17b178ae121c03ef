import { expect, test } from 'vitest';
import { judge, noJudgement } from '../detection/index.ts';
import { createBlockSignals } from './block-signals.ts';
import type { Block } from './block.ts';

const block = (blockedMs: number, name = 'slow'): Block => ({
  startedAt: 0,
  blockedMs,
  isOver: true,
  cause: { kind: 'javascript', frames: [{ name, file: 'x.ts', line: 1, column: 1 }] },
  thread: null,
  lastWork: null,
});
const figures = (signals: ReturnType<typeof createBlockSignals>, nowMs: number): (number | null)[] =>
  signals.samples(nowMs).map(({ value }) => value);

test('the longest block of the last minute, and how many there were', () => {
  const signals = createBlockSignals(1_000);
  expect(figures(signals, 0)).toEqual([0, 0]);
  signals.add(block(3_000), 1_000);
  signals.add(block(1_000), 2_000);
  signals.add(block(2_000), 3_000);
  expect(figures(signals, 3_000)).toEqual([3, 3]);
  expect(figures(signals, 60_999)).toEqual([3, 3]);
  expect(figures(signals, 61_000)).toEqual([2, 3]);
  expect(figures(signals, 63_000)).toEqual([0, 3]);
});

test('however many there are, memory stays what it is and the longest is kept', () => {
  const signals = createBlockSignals(100);
  for (let i = 0; i < 1_000; i++) signals.add(block(5_000 - i), i);
  expect(figures(signals, 1_000)).toEqual([5, 1_000]);
});

test('the condition names what blocked the loop longest', () => {
  const signals = createBlockSignals(1_000);
  const at = (ms: number) => ({ wallMs: ms, monotonicMs: ms });
  const turn = (before: typeof noJudgement, ms: number) =>
    judge(before, signals.samples(ms), [signals.rule], at(ms));
  signals.add(block(1_400, 'parseHuge'), 0);
  const first = turn(noJudgement, 10);
  expect(first.conditions[0]).toMatchObject({
    level: 'warning',
    reason: 'The event loop was blocked for 1.4 s in parseHuge (x.ts:1).',
  });
  signals.add(block(5_000, 'worse'), 1_000);
  const second = turn(first.judgement, 1_010);
  expect(second.conditions[0]).toMatchObject({
    level: 'critical',
    reason: expect.stringContaining('worse') as string,
  });
  expect(turn(second.judgement, 61_000).changes[0]?.kind).toBe('ended');
});

test.each([
  [100, 0.1, 5],
  [1_000, 1, 5],
  [10_000, 10, 50],
])(
  'for a limit of %d ms a block of %d s is a warning, one of %d s critical',
  (limitMs, warning, critical) => {
    const { rule } = createBlockSignals(limitMs);
    expect([rule.warning?.enter, rule.critical?.enter]).toEqual([warning, critical]);
  },
);
