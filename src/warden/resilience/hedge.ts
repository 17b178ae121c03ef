import { createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import { CallBounds, type BoundsOptions } from './call-bounds.ts';
import type { CallOptions, Policy, Work } from './call.ts';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import { HedgeDelay } from './hedge-delay.ts';
import { hedgeDefaults, resolveHedge, type HedgeOptions, type HedgeSettings } from './hedge-options.ts';
import { HedgedCall, type HedgeHost } from './hedged-call.ts';
import { RetryBudget } from './retry-budget.ts';

/** What a {@link Hedge} tells. */
export interface HedgeEvents {
  /** The first request has taken `afterMs`, so a second one is sent. */
  readonly hedge: { readonly what: string; readonly afterMs: number };
  /** The second request answered first, `afterMs` after the call began. */
  readonly hedge_won: { readonly what: string; readonly afterMs: number };
}

/** Sends a second request where the first one takes long, and takes what answers first. */
export interface Hedge extends Policy {
  /**
   * Runs `work`, and once more beside it when it has taken as long as {@link Hedge.delayMs} says, the call is idempotent
   * and the budget allows. The first success is the result, and the signal of the other attempt aborts. A failure before
   * the second was sent is the result too: trying again is another policy's business. When one fails, the other is waited
   * for; when both do, it is the one that asks for a longer wait, else that of the first request, but a refusal only if
   * both were refused.
   * @throws RefusedError when no time was left, or from a policy inside; AbortedError when the caller's signal aborted;
   * TimeoutError when the call's time was over; else what the work threw.
   */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T>;
  /** After how many ms a second request would be sent now; null while too little is known. */
  delayMs(): number | null;
  /** Adds a listener; returns the function that removes it. One that throws changes nothing. */
  on<Name extends keyof HedgeEvents>(name: Name, listener: (event: HedgeEvents[Name]) => void): () => void;
  /**
   * Changes what `settings` name, for calls that begin from now on.
   * @throws RangeError, and nothing changes.
   */
  configure(settings: HedgeSettings): void;
  /** Counts the calls, and the second requests as its retries. */
  readonly budget: RetryBudget;
}

/**
 * Creates a hedge (Jeffrey Dean and Luiz André Barroso, "The Tail at Scale", CACM 56(2), 2013). It belongs around what
 * quota, breaker and timeout guard, so that both requests pay, and around reads only: the other side may answer both.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function createHedge(options: HedgeOptions = {}): Hedge {
  return new HedgePolicy(options);
}

class HedgePolicy implements Hedge, HedgeHost {
  readonly clock: Clock;
  readonly budget: RetryBudget;
  readonly delay: HedgeDelay;
  readonly #options: HedgeOptions;
  readonly #bounds: BoundsOptions;
  readonly #emitter: ReturnType<typeof createEmitter<HedgeEvents>>;

  constructor(options: HedgeOptions) {
    const { budget, windowMs = hedgeDefaults.windowMs } = options;
    this.#options = options;
    if (!(windowMs > 0)) throw new RangeError(`windowMs must be a number over 0, not ${windowMs}`);
    this.delay = new HedgeDelay(resolveHedge(options, hedgeDefaults), windowMs);
    this.budget =
      budget instanceof RetryBudget
        ? budget
        : new RetryBudget({ ...budget, floor: budget?.floor ?? hedgeDefaults.budget.floor });
    this.clock = options.clock ?? systemClock;
    const name = options.name ?? hedgeDefaults.name;
    this.#bounds = { clock: this.clock, name, deadlineMs: Infinity };
    this.#emitter = createEmitter<HedgeEvents>((error) => options.onListenerError?.(error));
  }

  async execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const bounds = CallBounds.of(this.#bounds, options);
    this.budget.noteCall(this.clock.monotonic());
    const what = options?.what ?? this.#bounds.name;
    try {
      return await new HedgedCall(this, what, work, options, bounds).run();
    } finally {
      bounds?.close();
    }
  }

  delayMs(): number | null {
    return this.delay.delayMs(this.clock.monotonic());
  }

  on<Name extends keyof HedgeEvents>(name: Name, listener: (event: HedgeEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  configure(settings: HedgeSettings): void {
    this.delay.configure(resolveHedge(settings, this.delay.settings));
  }

  classify(error: unknown): Classification {
    const nowMs = this.clock.now();
    try {
      return (this.#options.classify ?? classifyError)(error, nowMs);
    } catch (mistake) {
      this.#options.onListenerError?.(mistake);
      return classifyError(error, nowMs);
    }
  }

  hedged(what: string, afterMs: number): void {
    this.#emitter.emit('hedge', { what, afterMs });
  }

  hedgeWon(what: string, afterMs: number): void {
    this.#emitter.emit('hedge_won', { what, afterMs });
  }
}
