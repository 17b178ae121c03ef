import type { Random } from '../../kernel/index.ts';
import type { Backoff } from './backoff.ts';
import type { CallContext, Work } from './call.ts';
import type { DependencyCall, HedgeTuning } from './dependency-options.ts';
import type { DependencyParts } from './dependency-parts.ts';
import { createHedge } from './hedge.ts';
import { createRetry } from './retry.ts';

/** What hedged calls are made of. */
export interface HedgedParts<QuotaName extends string> {
  readonly retry: { readonly maxRetries: number; readonly backoff: Backoff } | null;
  readonly random: Random;
  /** One attempt through the rest of the policy. */
  readonly once: <T>(
    work: Work<T>,
    call: DependencyCall<QuotaName> | undefined,
    mayRetry: boolean,
  ) => Promise<T>;
}

/**
 * With hedging, attempts are made one by one: the retry stands around two that race, and each of those asks the breaker
 * and pays the quota.
 */
export function hedgedCalls<QuotaName extends string>(
  parts: DependencyParts,
  tuning: HedgeTuning,
  { retry, random, once }: HedgedParts<QuotaName>,
): <T>(work: Work<T>, call?: DependencyCall<QuotaName>) => Promise<T> {
  const { name, clock, stats } = parts;
  const hedge = createHedge({ ...tuning, name, clock });
  hedge.on('hedge', () => {
    stats.hedge(clock.monotonic());
  });
  const retried =
    retry === null
      ? null
      : createRetry({
          name,
          clock,
          random,
          ...retry,
          deadlineMs: parts.deadlineMs,
          budget: parts.budget ?? false,
          classify: (error) => parts.classify(error),
        });
  retried?.on('retry', () => {
    stats.retry(clock.monotonic());
  });
  return <T>(work: Work<T>, call?: DependencyCall<QuotaName>) => {
    const single = (within: CallContext): Promise<T> =>
      once(work, { ...call, signal: undefined, deadlineMs: undefined, within }, false);
    return retried === null
      ? hedge.execute(single, call)
      : retried.execute((within) => hedge.execute(single, { within }), call);
  };
}
