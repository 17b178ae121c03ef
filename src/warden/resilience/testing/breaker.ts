import { FakeClock } from '../../../kernel/index.ts';
import type { Breaker, BreakerOptions } from '../breaker-api.ts';
import { createBreaker } from '../breaker.ts';
import type { Classification } from '../classify.ts';

export const broken = new Error('broken');

/** A breaker under virtual time. */
export interface PlayedBreaker {
  readonly clock: FakeClock;
  readonly breaker: Breaker;
  /** So many calls that fail at once. */
  fail(times: number): Promise<void>;
}

export function playBreaker(options: BreakerOptions = {}): PlayedBreaker {
  const clock = new FakeClock();
  const breaker = createBreaker({ name: 'api', clock, ...options });
  return {
    clock,
    breaker,
    async fail(times) {
      for (let time = 0; time < times; time++)
        await breaker.tryExecute(() => {
          throw broken;
        });
    },
  };
}

/** How a call ended, in words. */
export const endOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    (value) => `value ${String(value)}`,
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );

/** Work that hangs. */
export const never = (): Promise<never> => new Promise(() => {});

/** A classification of which only this matters. */
export const kind = (countsForBreaker: Classification['countsForBreaker']): Classification => ({
  kind: 'transient',
  retry: true,
  severity: 'warning',
  countsForBreaker,
});
