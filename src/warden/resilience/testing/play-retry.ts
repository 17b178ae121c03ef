import { getEventListeners } from 'node:events';
import { FakeClock, createRandom } from '../../../kernel/index.ts';
import { RefusedError, type CallContext, type CallOptions } from '../call.ts';
import { createRetry, type Retry } from '../retry.ts';
import type { RetryOptions } from '../retry-options.ts';

/** What an attempt does: an error is thrown at once, a number answers after so many ms, `hang` never does. */
export type Play = Error | number | 'answer' | 'hang';

/** A retry policy on a played dependency under virtual time. */
export interface PlayedRetry {
  readonly clock: FakeClock;
  readonly retry: Retry;
  /** When work was run. */
  readonly ranAt: number[];
  readonly contexts: CallContext[];
  /** Calls with what each attempt does; gives how it ended, in words. */
  call(plays: Play[], options?: CallOptions): Promise<string>;
  /** How a call ended, after time has passed. */
  after(ms: number, ended: Promise<string>): Promise<string>;
}

/** Without chance, so that delays are 500, 1,000, 2,000 ms. */
export function playRetry(options: RetryOptions = {}): PlayedRetry {
  const clock = new FakeClock();
  const retry = createRetry({
    clock,
    random: createRandom(1),
    backoff: { jitter: 'none' },
    name: 'Market',
    ...options,
  });
  const ranAt: number[] = [];
  const contexts: CallContext[] = [];
  return {
    clock,
    retry,
    ranAt,
    contexts,
    async call(plays, callOptions) {
      const left = [...plays];
      try {
        return await retry.execute((context) => {
          ranAt.push(clock.monotonic());
          contexts.push(context);
          const play = left.shift() ?? 'answer';
          if (play instanceof Error) throw play;
          if (play === 'answer') return `answer ${context.attempt}`;
          const ms = play === 'hang' ? 1e9 : play;
          return clock.sleep(ms, context.signal).then(() => `answer ${context.attempt}`);
        }, callOptions);
      } catch (error) {
        return String(error);
      }
    },
    async after(ms, ended) {
      await clock.advance(ms);
      return ended;
    },
  };
}

/** Listeners that hang on a signal. */
export const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** An error as a client of HTTP throws it. */
export const httpError = (status: number, retryAfterMs?: number): Error =>
  Object.assign(new Error(`answered ${status}`), { status, retryAfterMs });

/** An error of the system. */
export const systemError = (code: string, syscall = 'read'): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

/** What a policy inside throws that does not run the work. */
export const refusal = (reason: string, retryInMs = 0): RefusedError =>
  new RefusedError({
    dependency: 'Market',
    by: 'breaker',
    reason,
    state: 'open',
    since: 0,
    nextTryAt: retryInMs,
    retryInMs,
    lastCause: null,
  });
