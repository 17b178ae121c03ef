import type { Clock, Entropy } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';
import type { Classify } from './classify.ts';
import type { OfflineStore } from './offline-store.ts';
import { checkFinitePositive, checkPositive, requireNumber } from './option-checks.ts';

/** What {@link createOfflineQueue} may be told while it runs. */
export interface OfflineQueueSettings {
  /** Requests that wait or are being sent, at most. Default 10,000. */
  readonly maxRequests: number;
  /** Their payloads as JSON, in bytes, at most. Default 16 MiB. */
  readonly maxBytes: number;
  /** Dead letters that are kept, at most; beyond that the oldest is forgotten. Default 1,000. */
  readonly maxDeadLetters: number;
  /** Requests that are sent at once. Default 1: strictly one after the other. */
  readonly concurrency: number;
  /** A send that has not ended by then is aborted and has failed, in ms. Default 10,000. */
  readonly sendTimeoutMs: number;
  /** Sends of a request that fail, of those that count, until it is a dead letter. Default 10. */
  readonly maxAttempts: number;
  /** Pause of a request after its first failure, in ms; it doubles with each. Default 1,000. */
  readonly retryDelayMs: number;
  /** The longest that pause becomes, in ms. Default 60,000. */
  readonly longestRetryDelayMs: number;
  /** While the network is gone: from one try of the first request to the next, in ms. Default 5,000. */
  readonly probeEveryMs: number;
}

/** Told to the function that sends. */
export interface SendContext extends CallContext {
  /** The same for each try of a request, also after a restart: the idempotency key for the other side. */
  readonly key: string;
}

/** Options of {@link createOfflineQueue}. */
export interface OfflineQueueOptions<P> extends Partial<OfflineQueueSettings> {
  /** Sends one request; it is done when this resolves. It may be called again with the same key. */
  readonly send: (payload: P, context: SendContext) => unknown;
  readonly store: OfflineStore<P>;
  /**
   * What a failure means. A `persistent` one makes a dead letter at once; `transient` ones count; `throttled`, `system`
   * and `critical` ones stop all sending for a while and count nothing. That a host cannot be reached, and a
   * {@link RefusedError}, are known without asking. Default: everything is transient.
   */
  readonly classify?: Classify;
  readonly clock?: Clock;
  /** For the keys. Default: the operating system's. */
  readonly entropy?: Entropy;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Defaults of {@link OfflineQueueSettings}. */
export const offlineQueueDefaults: OfflineQueueSettings = {
  maxRequests: 10_000,
  maxBytes: 16 * 1_024 * 1_024,
  maxDeadLetters: 1_000,
  concurrency: 1,
  sendTimeoutMs: 10_000,
  maxAttempts: 10,
  retryDelayMs: 1_000,
  longestRetryDelayMs: 60_000,
  probeEveryMs: 5_000,
};

/** The settings that are named, over those from before. @throws RangeError for one that makes no sense. */
export function offlineSettings(
  before: OfflineQueueSettings,
  change: Partial<OfflineQueueSettings>,
): OfflineQueueSettings {
  const settings: OfflineQueueSettings = {
    maxRequests: change.maxRequests ?? before.maxRequests,
    maxBytes: change.maxBytes ?? before.maxBytes,
    maxDeadLetters: change.maxDeadLetters ?? before.maxDeadLetters,
    concurrency: change.concurrency ?? before.concurrency,
    sendTimeoutMs: change.sendTimeoutMs ?? before.sendTimeoutMs,
    maxAttempts: change.maxAttempts ?? before.maxAttempts,
    retryDelayMs: change.retryDelayMs ?? before.retryDelayMs,
    longestRetryDelayMs: change.longestRetryDelayMs ?? before.longestRetryDelayMs,
    probeEveryMs: change.probeEveryMs ?? before.probeEveryMs,
  };
  requireNumber('maxRequests', settings.maxRequests, { least: 1, integer: true });
  checkPositive('maxBytes', settings.maxBytes);
  requireNumber('maxDeadLetters', settings.maxDeadLetters, { least: 0, integer: true });
  requireNumber('concurrency', settings.concurrency, { least: 1, integer: true });
  checkFinitePositive('sendTimeoutMs', settings.sendTimeoutMs);
  requireNumber('maxAttempts', settings.maxAttempts, { least: 1, integer: true });
  checkFinitePositive('retryDelayMs', settings.retryDelayMs);
  checkFinitePositive('longestRetryDelayMs', settings.longestRetryDelayMs);
  checkFinitePositive('probeEveryMs', settings.probeEveryMs);
  return settings;
}
