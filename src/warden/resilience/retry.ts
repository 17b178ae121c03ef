import {
  createEmitter,
  createRandom,
  systemClock,
  systemEntropy,
  type Clock,
  type Random,
} from '../../kernel/index.ts';
import { UnboundedContext } from './attempt-context.ts';
import { runWithin } from './bounded-call.ts';
import { CallBounds, type BoundsOptions } from './call-bounds.ts';
import type { CallOptions, Policy, Work } from './call.ts';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import type { GiveUp } from './give-up.ts';
import { RetriedCall, type RetryHost } from './retried-call.ts';
import { RetryBudget } from './retry-budget.ts';
import type { RetryDecision } from './retry-decision.ts';
import {
  resolveRetry,
  retryDefaults,
  type ResolvedRetry,
  type RetryOptions,
  type RetrySettings,
} from './retry-options.ts';

/** An attempt failed and another one follows. */
export interface RetryEvent {
  /** As in {@link CallOptions.what}. */
  readonly what: string;
  /** The attempt that failed; 1 is the first. */
  readonly attempt: number;
  readonly error: unknown;
  readonly classification: Classification;
  /** How long it waits before the next one, in ms. */
  readonly delayMs: number;
  /** One sentence. */
  readonly reason: string;
}

/** What a {@link Retry} tells. */
export interface RetryEvents {
  readonly retry: RetryEvent;
  /** A call failed for good. Not told of calls that their caller cancelled, or whose time was over. */
  readonly give_up: GiveUp & { readonly what: string };
}

/** Tries again what may pass. */
export interface Retry extends Policy {
  /**
   * Runs `work`, again after a failure that may pass. What is thrown is what the last attempt threw, as it is;
   * {@link giveUpOf} tells why there was no other, and when to come back.
   * @throws RefusedError when no time was left, or when a policy inside refused the first attempt; AbortedError when the
   * caller's signal aborted; TimeoutError when the call's time was over, with the failure before as its `cause`; else what
   * the work threw.
   */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T>;
  /** Adds a listener; returns the function that removes it. One that throws changes nothing. */
  on<Name extends keyof RetryEvents>(name: Name, listener: (event: RetryEvents[Name]) => void): () => void;
  /**
   * Changes what `settings` name, also for calls under way, from their next decision on; the deadline for new ones only.
   * @throws RangeError, and nothing changes.
   */
  configure(settings: RetrySettings): void;
  /** Null when there is none. */
  readonly budget: RetryBudget | null;
}

/**
 * Creates a retry policy.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function createRetry(options: RetryOptions = {}): Retry {
  return new RetryPolicy(options);
}

/** Nothing ends a call without signal and deadline from outside, so one context does for all of them. */
const FIRST = new UnboundedContext(1);

class RetryPolicy implements Retry, RetryHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget | null;
  settings: ResolvedRetry;
  readonly #name: string;
  readonly #onListenerError: RetryOptions['onListenerError'];
  readonly #emitter: ReturnType<typeof createEmitter<RetryEvents>>;
  /** Whether anybody has ever listened: until then no event is built. */
  #heard = false;
  #bounds: BoundsOptions;

  constructor(options: RetryOptions) {
    const { budget } = options;
    this.#onListenerError = options.onListenerError;
    this.settings = resolveRetry(options, retryDefaults);
    this.budget = budget === false ? null : budget instanceof RetryBudget ? budget : new RetryBudget(budget);
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? createRandom(Buffer.from(systemEntropy(16)).toString('hex'));
    this.#name = options.name ?? retryDefaults.name;
    this.#bounds = { clock: this.clock, name: this.#name, deadlineMs: this.settings.deadlineMs };
    this.#emitter = createEmitter<RetryEvents>((error) => this.#onListenerError?.(error));
  }

  async execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const bounds = CallBounds.of(this.#bounds, options);
    this.budget?.noteCall(this.clock.monotonic());
    try {
      return await (bounds === undefined ? work(FIRST) : runWithin(bounds, 1, work));
    } catch (error) {
      return await new RetriedCall(this, work, options, bounds, error).goOn();
    } finally {
      bounds?.close();
    }
  }

  on<Name extends keyof RetryEvents>(name: Name, listener: (event: RetryEvents[Name]) => void): () => void {
    this.#heard = true;
    return this.#emitter.on(name, listener);
  }

  configure(settings: RetrySettings): void {
    this.settings = resolveRetry(settings, this.settings);
    this.#bounds = { ...this.#bounds, deadlineMs: this.settings.deadlineMs };
  }

  classify(error: unknown): Classification {
    const nowMs = this.clock.now();
    try {
      return this.settings.classify(error, nowMs);
    } catch (mistake) {
      // What the work threw must not be lost over it.
      this.#onListenerError?.(mistake);
      return classifyError(error, nowMs);
    }
  }

  retries(
    error: unknown,
    attempt: number,
    classification: Classification,
    { afterMs, reason }: RetryDecision & { retry: true },
    options: CallOptions | undefined,
  ): void {
    if (!this.#heard) return;
    const what = options?.what ?? this.#name;
    this.#emitter.emit('retry', { what, attempt, error, classification, delayMs: afterMs, reason });
  }

  gaveUp(giveUp: GiveUp, options: CallOptions | undefined): void {
    if (!this.#heard) return;
    this.#emitter.emit('give_up', { what: options?.what ?? this.#name, ...giveUp });
  }
}
