import { AbortedError, type Clock } from '../../kernel/index.ts';
import { AttemptContext } from './attempt-context.ts';
import type { CallBounds } from './call-bounds.ts';
import { RefusedError, type CallOptions, type Work } from './call.ts';
import type { Classification } from './classify.ts';
import type { HedgeDelay } from './hedge-delay.ts';
import type { RetryBudget } from './retry-budget.ts';

/** What a call needs of its hedge. */
export interface HedgeHost {
  readonly clock: Clock;
  readonly budget: RetryBudget;
  readonly delay: HedgeDelay;
  classify(error: unknown): Classification;
  hedged(what: string, afterMs: number): void;
  hedgeWon(what: string, afterMs: number): void;
}

interface Attempt {
  readonly context: AttemptContext;
  readonly second: boolean;
  failure: { readonly error: unknown } | undefined;
}

/** One call that may be sent twice. */
export class HedgedCall<T> {
  readonly #host: HedgeHost;
  readonly #work: Work<T>;
  readonly #what: string;
  readonly #options: CallOptions | undefined;
  readonly #bounds: CallBounds | undefined;
  readonly #startedMs: number;
  readonly #attempts: Attempt[] = [];
  #cancelTimer: (() => void) | undefined;
  #ended = false;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    host: HedgeHost,
    what: string,
    work: Work<T>,
    options: CallOptions | undefined,
    bounds: CallBounds | undefined,
  ) {
    this.#host = host;
    this.#what = what;
    this.#work = work;
    this.#options = options;
    this.#bounds = bounds;
    this.#startedMs = host.clock.monotonic();
  }

  run(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (this.#bounds !== undefined) {
        this.#bounds.onOver = (error) => {
          this.#end(error);
          reject(error);
        };
      }
      const { clock, delay } = this.#host;
      const delayMs = this.#options?.idempotent === false ? null : delay.delayMs(this.#startedMs);
      this.#send();
      if (delayMs === null || this.#ended) return;
      this.#cancelTimer = clock.schedule(delayMs, () => {
        this.#hedge();
      });
    });
  }

  #hedge(): void {
    const { clock, budget } = this.#host;
    this.#cancelTimer = undefined;
    const nowMs = clock.monotonic();
    // A process that was held up wakes late.
    if (this.#bounds?.remainingMs() === 0 || !budget.tryRetry(nowMs)) return;
    this.#host.hedged(this.#what, nowMs - this.#startedMs);
    // Whoever was told may have ended the call.
    if (!this.#ended) this.#send();
  }

  #send(): void {
    const second = this.#attempts.length > 0;
    const number = (this.#options?.within?.attempt ?? 1) + this.#attempts.length;
    const attempt: Attempt = {
      context: new AttemptContext(number, this.#bounds),
      second,
      failure: undefined,
    };
    this.#attempts.push(attempt);
    new Promise<T>((resolve) => {
      resolve(this.#work(attempt.context));
    }).then(
      (value) => {
        this.#succeeded(attempt, value);
      },
      (error: unknown) => {
        this.#failed(attempt, error);
      },
    );
  }

  #succeeded(attempt: Attempt, value: T): void {
    if (this.#ended) return;
    const { clock, delay } = this.#host;
    const nowMs = clock.monotonic();
    const tookMs = nowMs - this.#startedMs;
    delay.record(nowMs, tookMs);
    this.#end(new AbortedError(this.#what, 'the other request answered first'), attempt);
    this.#resolve(value);
    if (attempt.second) this.#host.hedgeWon(this.#what, tookMs);
  }

  #failed(attempt: Attempt, error: unknown): void {
    if (this.#ended) return;
    attempt.failure = { error };
    if (this.#attempts.some(({ failure }) => failure === undefined)) return;
    this.#end(error);
    this.#reject(this.#worst());
  }

  /** Which failure to tell, when all have failed: a wait that somebody asked for must not be lost. */
  #worst(): unknown {
    const errors = this.#attempts.map(({ failure }) => failure?.error);
    const made = errors.filter((error) => !(error instanceof RefusedError));
    const asked = (error: unknown): number => this.#host.classify(error).retryAfterMs ?? 0;
    return (made.length > 0 ? made : errors).reduce((a, b) => (asked(b) > asked(a) ? b : a));
  }

  /** Nothing of the call goes on, but for `winner`. */
  #end(reason: unknown, winner?: Attempt): void {
    this.#ended = true;
    this.#cancelTimer?.();
    for (const attempt of this.#attempts) {
      if (attempt !== winner && attempt.failure === undefined) attempt.context.giveUp(reason);
    }
  }
}
