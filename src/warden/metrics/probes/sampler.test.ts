import { expect, test } from 'vitest';
import { FakeClock, silentLogger, type Logger } from '../../../kernel/index.ts';
import { known, type Readings } from './reading.ts';
import { createSampler } from './sampler.ts';

test('each source has its pace; one that throws or hangs is unknown, told of once, and stops nothing', async () => {
  const clock = new FakeClock();
  const said: unknown[] = [];
  const log: Logger = {
    ...silentLogger,
    warning: (_msg, fields) => said.push(fields?.['cause']),
    info: (_msg, fields) => said.push(fields?.['probe']),
  };
  let count = 0;
  let broken = false;
  let answer: ((readings: Readings) => void) | undefined;
  const sampler = createSampler({
    clock,
    log,
    sources: [
      {
        name: 'quick',
        signals: ['a'],
        everyMs: 1_000,
        read: () => {
          if (broken) throw new Error('broken');
          count += 1;
          return { a: known(count) };
        },
      },
      {
        name: 'slow',
        signals: ['b'],
        everyMs: 10_000,
        read: () => new Promise<Readings>((resolve) => (answer = resolve)),
      },
    ],
  });
  expect(sampler.latest.get('a')).toEqual({ value: null, reason: 'not measured yet', at: null });
  sampler.start();
  sampler.start();
  expect(sampler.latest.get('a')).toEqual({ value: 1, reason: null, at: clock.now() });
  answer?.({ b: known(7) });
  await clock.advance(3_500);
  expect([sampler.latest.get('a')?.value, sampler.latest.get('b')?.value]).toEqual([4, 7]);
  broken = true;
  await clock.advance(3_000);
  expect(sampler.latest.get('a')).toMatchObject({
    value: null,
    reason: expect.stringContaining('broken') as string,
  });
  expect(said).toEqual([expect.stringContaining('broken')]);
  broken = false;
  await clock.advance(20_000);
  expect(sampler.latest.get('a')?.value).toBe(count);
  expect(sampler.latest.get('b')).toMatchObject({ value: null, reason: 'it has not answered for 10 s' });
  answer?.({ b: known(8) });
  await clock.advance(0);
  expect(sampler.latest.get('b')?.value).toBe(8);
  expect(said.slice(1)).toEqual(['quick', 'it has not answered for 10 s', 'slow']);
  sampler.stop();
  const last = count;
  await clock.advance(60_000);
  expect(count).toBe(last);
});
