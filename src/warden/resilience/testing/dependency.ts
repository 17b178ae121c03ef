import { FakeClock, createRandom } from '../../../kernel/index.ts';
import { RefusedError, type Refusal } from '../call.ts';
import type { Classification } from '../classify.ts';
import { createDependency, type Dependency } from '../dependency.ts';
import type { DependencyCall, DependencyOptions } from '../dependency-options.ts';

/** What a played market throws. */
export class Broken extends Error {
  readonly classification: Classification;

  constructor(classification: Classification) {
    super(classification.kind);
    this.classification = classification;
  }
}
export const transient = new Broken({
  kind: 'transient',
  retry: true,
  countsForBreaker: true,
  severity: 'warning',
});
export const persistent = new Broken({
  kind: 'persistent',
  retry: false,
  countsForBreaker: true,
  severity: 'error',
});
export const throttled = (retryAfterMs: number): Broken =>
  new Broken({
    kind: 'throttled',
    retry: true,
    countsForBreaker: 'persisting',
    severity: 'warning',
    retryAfterMs,
  });

/** What the other side does at one attempt. */
export type Step = Broken | 'answer' | 'hang';
export type Quotas = 'reads' | 'lists';

interface PlayOptions extends DependencyCall<Quotas> {
  /** How long each attempt takes. */
  readonly ms?: number;
}

/** A dependency on a played market under virtual time. */
export interface Played {
  readonly clock: FakeClock;
  readonly dependency: Dependency<Quotas>;
  /** When the market was called. */
  readonly calledAt: number[];
  /** What each attempt was given as signal. */
  readonly signals: AbortSignal[];
  readonly refusals: Refusal[];
  /** Calls with what the market does at each attempt; gives how it ended, in words. */
  call(steps: Step[], options?: PlayOptions): Promise<string>;
  /** Fails so many times in a row, without a retry; forgets when. */
  fail(failures: number): Promise<void>;
  /** How a call ended, after time has passed. */
  after(ms: number, ended: Promise<string>): Promise<string>;
}

/** No chance in the backoff, and quotas that never bind unless a test says so. */
export function playDependency(options: Partial<DependencyOptions<Quotas>> = {}): Played {
  const clock = new FakeClock();
  const calledAt: number[] = [];
  const signals: AbortSignal[] = [];
  const refusals: Refusal[] = [];
  const dependency = createDependency<Quotas>({
    name: 'Market',
    clock,
    random: createRandom(1),
    timeout: 4_000,
    retry: { backoff: { jitter: 'none' } },
    breaker: { trip: { consecutiveFailures: 3 }, openMs: 1_000, ramp: false, trials: 1, successesToClose: 1 },
    quotas: {
      reads: { limit: 100 },
      lists: { limit: 2, windowMs: 10_000, maxWaitMs: 5_000, lowPriorityShare: 1 },
    },
    classify: (error) => (error instanceof Broken ? error.classification : persistent.classification),
    ...options,
  });

  const call: Played['call'] = async (steps, { ms = 0, ...options } = {}) => {
    try {
      return await dependency.execute(
        async ({ signal }) => {
          calledAt.push(clock.monotonic());
          signals.push(signal);
          const step = steps.shift();
          if (ms > 0) await clock.sleep(ms, signal);
          if (step === 'hang') await clock.sleep(1e9, signal);
          if (step instanceof Broken) throw step;
          return step ?? 'no step left';
        },
        { quota: 'reads', what: 'GET /x', ...options },
      );
    } catch (error) {
      if (!(error instanceof RefusedError)) return String(error);
      refusals.push(error.refusal);
      return `refused: ${error.message}`;
    }
  };

  return {
    clock,
    dependency,
    calledAt,
    signals,
    refusals,
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
