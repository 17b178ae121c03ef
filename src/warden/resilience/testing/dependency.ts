import { FakeClock } from '../../../kernel/index.ts';
import {
  RefusedError,
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyOptions,
  type Failure,
} from '../dependency.ts';

/** What a played market throws. */
export class Broken extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}
export const transient = new Broken({ kind: 'transient' });
export const persistent = new Broken({ kind: 'persistent' });
export const throttled = (retryAfterMs: number): Broken => new Broken({ kind: 'throttled', retryAfterMs });

/** What the other side does at one attempt. */
export type Outcome = Broken | 'answer' | 'hang';
export type Quotas = 'reads' | 'lists';

interface CallOptions {
  readonly quota?: Quotas;
  readonly signal?: AbortSignal;
  /** How long each attempt takes. */
  readonly ms?: number;
}

/** A dependency on a played market under virtual time. */
export interface Played {
  readonly clock: FakeClock;
  readonly dependency: Dependency<Quotas>;
  readonly changes: DependencyChange[];
  /** When the market was called. */
  readonly calledAt: number[];
  /** Calls with what the market does at each attempt; gives how it ended, in words. */
  call(outcomes: Outcome[], options?: CallOptions): Promise<string>;
  /** Fails so many times in a row, without a retry; forgets when. */
  fail(failures: number): Promise<void>;
  /** How a call ended, after time has passed. */
  after(ms: number, ended: Promise<string>): Promise<string>;
}

export function playDependency(options: Partial<DependencyOptions<Quotas>> = {}): Played {
  const clock = new FakeClock();
  const changes: DependencyChange[] = [];
  const calledAt: number[] = [];
  const dependency = createDependency<Quotas>({
    name: 'Market',
    clock,
    timeoutMs: 4_000,
    retryDelayMs: 500,
    quotaWaitMs: 5_000,
    failuresToPause: 3,
    pauseMs: 1_000,
    longestPauseMs: 6_000,
    quotas: { reads: { limit: 100, windowMs: 60_000 }, lists: { limit: 2, windowMs: 10_000 } },
    classify: (error) => (error instanceof Broken ? error.failure : { kind: 'persistent' }),
    onChange: (change) => changes.push(change),
    ...options,
  });

  const call: Played['call'] = async (outcomes, { quota = 'reads', signal, ms = 0 } = {}) => {
    try {
      return await dependency.call(
        { quota, what: 'GET /x', ...(signal ? { signal } : {}) },
        async (attemptSignal) => {
          calledAt.push(clock.monotonic());
          const outcome = outcomes.shift();
          if (ms > 0) await clock.sleep(ms, attemptSignal);
          if (outcome === 'hang') await clock.sleep(1e9, attemptSignal);
          if (outcome instanceof Broken) throw outcome;
          return outcome ?? 'no outcome left';
        },
      );
    } catch (error) {
      return error instanceof RefusedError ? `refused: ${error.message}` : String(error);
    }
  };

  return {
    clock,
    dependency,
    changes,
    calledAt,
    call,
    async fail(failures) {
      for (let failure = 0; failure < failures; failure++) await call([persistent]);
      calledAt.length = 0;
    },
    async after(ms, ended) {
      await clock.advance(ms);
      return ended;
    },
  };
}
