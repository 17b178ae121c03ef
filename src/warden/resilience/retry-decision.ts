import type { Classification } from './classify.ts';

/** What {@link decideRetry} looks at. */
export interface RetryQuestion {
  /** What the failure of the last attempt means. */
  readonly classification: Classification;
  /** The attempt that failed; 1 is the first. */
  readonly attempt: number;
  readonly maxRetries: number;
  /** What the backoff says, in ms. */
  readonly delayMs: number;
  /** What is left of the call's time, in ms; `Infinity` without a limit. */
  readonly remainingMs: number;
  /** False: it may be done twice only if it surely was not done once. */
  readonly idempotent: boolean;
  /** Whether the retry budget has room for one more. */
  readonly budgetAllows: boolean;
}

/** Whether to try again, and why. `reason` is a sentence. */
export type RetryDecision =
  | { readonly retry: true; readonly afterMs: number; readonly reason: string }
  | {
      readonly retry: false;
      /** What stood against it, as in {@link Classification.retry}, the number of attempts and so on. */
      readonly by: 'kind' | 'idempotence' | 'attempts' | 'deadline' | 'budget';
      readonly reason: string;
      /** In how many ms somebody else may try, where that is known. */
      readonly retryInMs?: number;
    };

/**
 * Decides whether a call is tried again. What the other side asked for (`retryAfterMs`) is never undercut, also where it
 * is longer than any backoff; an attempt that could only begin when the call's time is over is not waited for.
 */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { classification, attempt, maxRetries, delayMs, remainingMs } = question;
  const { kind, retry, neverSent = false } = classification;
  // No number asks for nothing.
  const askedMs = Math.max(0, classification.retryAfterMs || 0);
  const no = (by: (RetryDecision & { retry: false })['by'], reason: string, retryInMs = askedMs) => ({
    retry: false as const,
    by,
    reason,
    ...(retryInMs > 0 && { retryInMs }),
  });
  if (!retry) return no('kind', `a ${kind} failure is not tried again`);
  if (!question.idempotent && !neverSent) {
    return no('idempotence', 'the call is not idempotent and may have reached the other side');
  }
  if (attempt > maxRetries) return no('attempts', `attempt ${attempt} was the last`);
  const afterMs = Math.max(delayMs, askedMs);
  if (afterMs >= remainingMs) {
    const left = `only ${Math.floor(remainingMs)} ms of the call's time are left`;
    return no('deadline', `the next attempt is due in ${Math.ceil(afterMs)} ms and ${left}`, afterMs);
  }
  if (!question.budgetAllows) return no('budget', 'the retry budget is spent');
  const asked = askedMs > delayMs ? ', as the other side asked' : '';
  return {
    retry: true,
    afterMs,
    reason: `attempt ${attempt} of ${maxRetries + 1} failed; the next follows in ${Math.ceil(afterMs)} ms${asked}`,
  };
}
