import type { Classification } from './classify.ts';
import type { RetryDecision } from './retry-decision.ts';

/** Why a call was not tried again. */
export interface GiveUp {
  /** What the caller is thrown: what the work threw, as it is. */
  readonly error: unknown;
  /** How often the work was run, or at least asked for. */
  readonly attempts: number;
  /** What the last failure means. */
  readonly classification: Classification;
  /**
   * What stood against another attempt. `refused`: a policy inside refused it, so what is thrown is the failure before;
   * a refusal would say that the work was not run.
   */
  readonly by: (RetryDecision & { retry: false })['by'] | 'refused';
  /** One sentence. */
  readonly reason: string;
  /** In how many ms from the moment it was given up it may be tried again, where that is known. */
  readonly retryInMs?: number | undefined;
}

const giveUps = new WeakMap<WeakKey, GiveUp>();

/**
 * Why the retry policy gave up on what it threw: how often it tried, what stood against another attempt, and when to come
 * back. The error itself is left as it was. For an error object that several calls share, it tells of the last of them;
 * for a thrown value that is no object there is nothing to ask by.
 */
export function giveUpOf(error: unknown): GiveUp | undefined {
  return isObject(error) ? giveUps.get(error) : undefined;
}

/** Lets {@link giveUpOf} find `giveUp` by its error. */
export function rememberGiveUp(giveUp: GiveUp): void {
  if (isObject(giveUp.error)) giveUps.set(giveUp.error, giveUp);
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
