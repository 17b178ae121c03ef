import { TimeoutError, describeError } from '../../kernel/index.ts';
import { RefusedError } from './call.ts';
import type { Classification, Classify } from './classify.ts';
import { unreachableBy } from './network-gone.ts';
import type { OfflineQueueSettings } from './offline-options.ts';

/**
 * What a send that failed leads to. `gone`: nobody was reached, so nothing is sent until somebody is. `pause`: not this
 * request is to blame, so all wait, and it costs no attempt. `later`: this one waits. `dead`: it is not sent any more.
 */
export type AfterSend =
  | { readonly next: 'gone'; readonly reason: string }
  | { readonly next: 'pause'; readonly ms: number; readonly reason: string }
  | { readonly next: 'later'; readonly ms: number; readonly reason: string }
  | { readonly next: 'dead'; readonly reason: string };

/** Pause after so many failures: `first` x 2^(failures - 1), at most `longest`. All in ms. */
export function pauseAfter(failures: number, firstMs: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 60));
}

/**
 * Decides over a request whose send has failed. Pure.
 * @param failures how often it has failed so that it counts, before this. `gone`: whether the network was gone.
 */
export function decideAfterSend(
  error: unknown,
  failures: number,
  gone: boolean,
  classify: Classify | undefined,
  settings: OfflineQueueSettings,
): AfterSend {
  const { maxAttempts, retryDelayMs, longestRetryDelayMs, probeEveryMs } = settings;
  const reason = describeError(error);
  if (error instanceof RefusedError) {
    return { next: 'pause', ms: Math.max(error.retryInMs, retryDelayMs), reason };
  }
  // No answer is no sign that it is back.
  if (unreachableBy(error) !== null || (gone && error instanceof TimeoutError))
    return { next: 'gone', reason };

  const { kind, retry, retryAfterMs = 0 } = meaningOf(error, classify);
  if (kind === 'throttled') return { next: 'pause', ms: Math.max(retryAfterMs, retryDelayMs), reason };
  if (kind === 'system' || kind === 'critical') {
    return { next: 'pause', ms: Math.max(retryAfterMs, probeEveryMs), reason };
  }
  if (kind === 'persistent' || !retry) return { next: 'dead', reason };
  if (failures + 1 >= maxAttempts) {
    return { next: 'dead', reason: `given up after ${maxAttempts} attempts: ${reason}` };
  }
  const ms = pauseAfter(failures + 1, retryDelayMs, longestRetryDelayMs);
  return { next: 'later', ms: Math.max(ms, retryAfterMs), reason };
}

const TRANSIENT: Classification = {
  kind: 'transient',
  retry: true,
  countsForBreaker: true,
  severity: 'warning',
};

function meaningOf(error: unknown, classify: Classify | undefined): Classification {
  if (classify === undefined || error instanceof TimeoutError) return TRANSIENT;
  try {
    return classify(error);
  } catch {
    return TRANSIENT;
  }
}
