import { expect, test } from 'vitest';
import { currentContext, onWork, runInContext, runOutsideContext } from './context.ts';
import { FakeClock } from './fake-clock.ts';

test('outside any work the context is empty', () => {
  expect(currentContext()).toEqual({});
});

test('an inner context adds to the outer one, which is back afterwards', () => {
  const seen = runInContext({ correlationId: 'request' }, () => {
    const inner = runInContext({ runId: 'run' }, currentContext);
    const other = runInContext({ correlationId: 'other' }, currentContext);
    return [inner, other, currentContext()];
  });
  expect(seen).toEqual([
    { correlationId: 'request', runId: 'run' },
    { correlationId: 'other' },
    { correlationId: 'request' },
  ]);
  expect(currentContext()).toEqual({});
});

test('the context follows the work through waits and timers, and does not mix with that of others', async () => {
  const clock = new FakeClock();
  const work = (correlationId: string, ms: number): Promise<unknown> =>
    runInContext({ correlationId }, async () => {
      await Promise.resolve();
      await clock.sleep(ms);
      return new Promise((resolve) => clock.schedule(1, () => resolve(currentContext())));
    });
  const both = [work('a', 5), work('b', 5)];
  await clock.advance(10);
  expect(await Promise.all(both)).toEqual([{ correlationId: 'a' }, { correlationId: 'b' }]);
});

test('work of no context stays without one, whoever lets time pass', async () => {
  const clock = new FakeClock();
  const seen: unknown[] = [];
  clock.schedule(1, () => seen.push(currentContext()));
  await runInContext({ runId: 'test' }, () => clock.advance(1));
  expect(seen).toEqual([{}]);
});

test('an error passes through', () => {
  expect(() =>
    runInContext({ runId: 'r' }, () => {
      throw new Error('broken');
    }),
  ).toThrow('broken');
  expect(currentContext()).toEqual({});
});

test('who looks on is told of each piece of work with a label, as long as it wants', () => {
  const seen: string[] = [];
  const leave = onWork((label) => seen.push(label));
  runInContext({ correlationId: 'request' }, () => {
    runInContext({ label: 'GET /' }, () => seen.push('inside'));
  });
  leave();
  runInContext({ label: 'later' }, () => undefined);
  expect(seen).toEqual(['GET /', 'inside']);
});

test('work can be begun outside any context, and leaves that of who began it as it was', async () => {
  const seen: unknown[] = [];
  await runInContext({ runId: 'r' }, async () => {
    await runOutsideContext(async () => {
      seen.push(currentContext());
      await Promise.resolve();
      seen.push(currentContext());
    });
    seen.push(currentContext());
  });
  expect(seen).toEqual([{}, {}, { runId: 'r' }]);
});
