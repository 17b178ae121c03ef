import { TimeoutError, type Clock, type Random } from '../../kernel/index.ts';
import { UnboundedContext } from './attempt-context.ts';
import { nextDelay } from './backoff.ts';
import { runWithin, waitUntil } from './bounded-call.ts';
import type { CallBounds } from './call-bounds.ts';
import { RefusedError, type CallOptions, type Work } from './call.ts';
import type { Classification } from './classify.ts';
import { rememberGiveUp, type GiveUp } from './give-up.ts';
import type { RetryBudget } from './retry-budget.ts';
import { decideRetry, type RetryDecision } from './retry-decision.ts';
import type { ResolvedRetry } from './retry-options.ts';

/** What a call that failed needs of its retry policy. */
export interface RetryHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget | null;
  /** As they are now: they may change while a call waits. */
  readonly settings: ResolvedRetry;
  classify(error: unknown): Classification;
  retries(
    error: unknown,
    attempt: number,
    classification: Classification,
    decision: RetryDecision & { retry: true },
    options: CallOptions | undefined,
  ): void;
  gaveUp(giveUp: GiveUp, options: CallOptions | undefined): void;
}

/** A call whose first attempt has failed. */
export class RetriedCall<T> {
  readonly #host: RetryHost;
  readonly #work: Work<T>;
  readonly #options: CallOptions | undefined;
  readonly #bounds: CallBounds | undefined;
  #attempt = 1;
  #delayMs = 0;
  #error: unknown;
  /** What the work itself threw last: what it was refused to do is no failure of it. */
  #failure: unknown;

  constructor(
    host: RetryHost,
    work: Work<T>,
    options: CallOptions | undefined,
    bounds: CallBounds | undefined,
    error: unknown,
  ) {
    this.#host = host;
    this.#work = work;
    this.#options = options;
    this.#bounds = bounds;
    this.#error = error;
    this.#failure = error;
  }

  /** Tries again until it succeeds or there is a reason to throw. */
  async goOn(): Promise<T> {
    for (;;) {
      this.#throwIfOver();
      const classification = this.#host.classify(this.#error);
      const decision = this.#decide(classification);
      if (!decision.retry) throw this.#giveUp(classification, decision);
      await this.#wait(classification, decision);
      this.#attempt += 1;
      try {
        return await this.#run();
      } catch (error) {
        this.#error = error;
        if (!(error instanceof RefusedError) && error !== this.#bounds?.over) this.#failure = error;
      }
    }
  }

  #run(): T | PromiseLike<T> {
    return this.#bounds === undefined
      ? this.#work(new UnboundedContext(this.#attempt))
      : runWithin(this.#bounds, this.#attempt, this.#work);
  }

  #decide(classification: Classification): RetryDecision {
    const { clock, random, budget, settings } = this.#host;
    this.#delayMs = nextDelay(settings.backoff, this.#attempt, this.#delayMs, random.next());
    return decideRetry({
      classification,
      attempt: this.#attempt,
      maxRetries: this.#options?.retry === false ? 0 : settings.maxRetries,
      delayMs: this.#delayMs,
      remainingMs: this.#bounds?.remainingMs() ?? Infinity,
      idempotent: this.#options?.idempotent ?? true,
      budgetAllows: budget === null || budget.left(clock.monotonic()) > 0,
    });
  }

  async #wait(classification: Classification, decision: RetryDecision & { retry: true }): Promise<void> {
    const { clock, budget } = this.#host;
    const untilMs = clock.monotonic() + decision.afterMs;
    budget?.reserve(clock.monotonic());
    try {
      this.#host.retries(this.#error, this.#attempt, classification, decision, this.#options);
      await waitUntil(clock, untilMs, this.#bounds);
    } finally {
      budget?.release();
    }
    // A process that was held up wakes late.
    if (this.#bounds?.remainingMs() === 0) this.#bounds.expire();
    this.#throwIfOver();
    if (budget?.tryRetry(clock.monotonic()) === false) {
      throw this.#giveUp(classification, {
        by: 'budget',
        reason: 'the retry budget was spent while it waited',
      });
    }
  }

  #giveUp(
    classification: Classification,
    { by, reason, retryInMs }: Omit<RetryDecision & { retry: false }, 'retry'>,
  ): unknown {
    const attempts = this.#attempt;
    const error = this.#failure;
    const giveUp: GiveUp =
      this.#error instanceof RefusedError && this.#error !== error
        ? {
            error,
            attempts,
            classification,
            by: 'refused',
            reason: `attempt ${attempts} was refused: ${this.#error.message}`,
            retryInMs: this.#error.retryInMs,
          }
        : { error, attempts, classification, by, reason, retryInMs };
    rememberGiveUp(giveUp);
    this.#host.gaveUp(giveUp, this.#options);
    return error;
  }

  #throwIfOver(): void {
    const over = this.#bounds?.over;
    if (over === undefined) return;
    if (over instanceof TimeoutError && over !== this.#failure) over.cause = this.#failure;
    throw over;
  }
}
