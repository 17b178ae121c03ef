import { TimeoutError, describeError, systemClock } from '../../kernel/index.ts';
import type { Answer, Freshness } from './answer.ts';
import type { CallOptions, Work } from './call.ts';
import {
  fallbackDefaults,
  planSteps,
  shareOf,
  type FallbackOptions,
  type FallbackStep,
} from './fallback-options.ts';
import { SharedWork, goneError, hasGone, patienceOf } from './shared-work.ts';

/** How a step ended that gave no answer. */
export interface StepFailure {
  readonly source: string;
  /** What it threw; TimeoutError when its time was over. */
  readonly error: unknown;
  /** How long it took, in ms. */
  readonly durationMs: number;
}

/** What a chain gives. */
export interface FallbackAnswer<T> extends Answer<T> {
  /** The steps before, and why it was not they who answered. */
  readonly failures: readonly StepFailure[];
}

/** No step answered. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  /** Every step in order. */
  readonly failures: readonly StepFailure[];

  constructor(failures: readonly StepFailure[]) {
    super(
      `nothing answered: ${failures.map(({ source, error }) => inWords(source, describeError(error))).join('; ')}`,
    );
    this.failures = failures;
  }
}

// A timeout names the step already.
const inWords = (source: string, error: string): string =>
  error.startsWith(source) ? error : `${source}: ${error}`;

/** Counts since the start. */
export interface FallbackStats {
  /** In the order of the steps. */
  readonly steps: readonly { readonly source: string; readonly answers: number; readonly failures: number }[];
  /** Requests that no step answered. */
  readonly unavailable: number;
}

/** What a request may bring along; it means what it means in {@link CallOptions}. */
export type FallbackCallOptions = Pick<CallOptions, 'signal' | 'deadlineMs' | 'within' | 'what'>;

/** A chain of ways to an answer. */
export interface Fallback<T, R = void> {
  /**
   * Asks the steps in turn. Each may take the time that is left, less what the steps behind it need, so a step that
   * hangs is aborted in time for the next one. A shorter deadline of the caller shortens every share alike. A step that
   * does not listen to its signal is left behind all the same.
   * @throws UnavailableError when no step answered within the limit; AbortedError as soon as the caller aborts, which
   * is no reason to fall back; what a step threw when `fallsBackOn` says that it settles the matter.
   */
  execute(request: R, options?: FallbackCallOptions): Promise<FallbackAnswer<T>>;
  /**
   * Sets the time for the whole chain, from the next request on.
   * @throws RangeError when it is no number above 0 or less than what the steps need, and nothing is changed.
   */
  configure(change: { readonly limitMs?: number }): void;
  stats(): FallbackStats;
}

const NONE: readonly StepFailure[] = [];

/**
 * A chain such as: fresh, stale cache, other endpoint, stored history, "unavailable".
 * @throws RangeError when there are no steps, two have the same source, or they need more than the limit.
 */
export function createFallback<T, R = void>(options: FallbackOptions<T, R>): Fallback<T, R> {
  const { steps, fallsBackOn = () => true, clock = systemClock } = options;
  let limitMs = options.limitMs ?? fallbackDefaults.limitMs;
  let plan = planSteps(steps, limitMs);
  const counts = steps.map(({ source }) => ({ source, answers: 0, failures: 0 }));
  let unavailable = 0;

  const limited = <A>(
    source: string,
    call: FallbackCallOptions | undefined,
    shareMs: number,
    work: Work<A>,
  ) => {
    const attempt = new SharedWork<A>(clock, source);
    const waited = attempt.wait(call, shareMs);
    attempt.run(work);
    return waited;
  };

  const ask = async (
    step: FallbackStep<T, R>,
    request: R,
    call: FallbackCallOptions | undefined,
    shareMs: number,
    failures: readonly StepFailure[],
  ): Promise<FallbackAnswer<T>> => {
    const { source, run, answer } = step;
    const startedMs = clock.monotonic();
    if (run) {
      const value = await limited(source, call, shareMs, (context) => run(context, request));
      return answerOf(value, 'fresh', clock.monotonic() - startedMs, source, failures);
    }
    const found = await limited(source, call, shareMs, (context) => answer(context, request));
    if (found === undefined) throw new Error('has nothing');
    return answerOf(found.value, found.freshness, found.ageMs, source, failures);
  };

  return {
    async execute(request, call) {
      const what = call?.what ?? 'the request';
      if (hasGone(call)) throw goneError(call, what);
      const startedMs = clock.monotonic();
      const wholeMs = Math.min(limitMs, patienceOf(call));
      const scale = wholeMs / limitMs;
      const needs = plan;
      let failures = NONE;
      for (const [index, step] of steps.entries()) {
        const { ownMs, othersMs } = needs[index] as (typeof needs)[number];
        const stepStartedMs = clock.monotonic();
        const remainingMs = startedMs + wholeMs - stepStartedMs;
        const count = counts[index] as (typeof counts)[number];
        try {
          // Whoever holds the process longer than the chain may take leaves no time for those that need some.
          if (remainingMs <= 0 && ownMs > 0) throw new TimeoutError(what, wholeMs);
          const shareMs = shareOf(remainingMs, ownMs * scale, othersMs * scale);
          const answer = await ask(step, request, call, shareMs, failures);
          count.answers += 1;
          return answer;
        } catch (error) {
          if (hasGone(call)) throw goneError(call, what);
          count.failures += 1;
          if (!fallsBackOn(error, step.source)) throw error;
          const durationMs = clock.monotonic() - stepStartedMs;
          failures = [...failures, { source: step.source, error, durationMs }];
        }
      }
      unavailable += 1;
      throw new UnavailableError(failures);
    },
    configure(change) {
      const changed = change.limitMs ?? limitMs;
      plan = planSteps(steps, changed);
      limitMs = changed;
    },
    stats: () => ({ steps: counts.map((count) => ({ ...count })), unavailable }),
  };
}

const answerOf = <T>(
  value: T,
  freshness: Freshness,
  ageMs: number,
  source: string,
  failures: readonly StepFailure[],
): FallbackAnswer<T> => ({ value, freshness, ageMs, source, failures });
