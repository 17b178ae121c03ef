import { expect, test } from 'vitest';
import { AttemptContext, UnboundedContext } from './attempt-context.ts';

test('a signal that is read late has aborted too', () => {
  const context = new AttemptContext(2, undefined);
  context.giveUp('enough');
  context.giveUp('again');
  expect([context.signal.aborted, context.signal.reason]).toEqual([true, 'enough']);
  expect(context.signal).toBe(context.signal);
});

test('a signal that was read early aborts then, once', () => {
  const context = new AttemptContext(1, { remainingMs: () => 7 });
  const { signal } = context;
  expect([signal.aborted, context.attempt, context.remainingMs()]).toEqual([false, 1, 7]);
  context.giveUp('enough');
  context.giveUp('again');
  expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
});

test('without a limit time never ends', () => {
  expect(new AttemptContext(1, undefined).remainingMs()).toBe(Infinity);
  expect(new UnboundedContext(3)).toMatchObject({ attempt: 3 });
  expect(new UnboundedContext(3).remainingMs()).toBe(Infinity);
});
