import { TimeoutError, createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import type { AdaptiveState } from './adaptive-limit.ts';
import { Bulkhead, type BulkheadCounts } from './bulkhead-core.ts';
import type { BulkheadTuning } from './bulkhead-options.ts';
import { RefusedError, type CallOptions, type Policy, type Refusal, type Work } from './call.ts';
import { LimitedCall } from './limited-call.ts';

/** Options of {@link createBulkhead}. */
export interface BulkheadOptions extends BulkheadTuning {
  /** Names the dependency in refusals and errors. Default `dependency`. */
  readonly name?: string | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /**
   * Tells an adaptive limit which errors are those of a call that was lost to overload. Other errors, and those on
   * which it throws itself, teach it nothing.
   * Default: a TimeoutError, and errors with a `status` or `statusCode` of 429 or 503.
   */
  readonly isDropped?: ((error: unknown) => boolean) | undefined;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** What a {@link BulkheadPolicy} tells. */
export interface BulkheadEvents {
  /** A call was not made. */
  readonly refused: Refusal;
  /** The limit has changed: it was set, or has adapted. */
  readonly limit: { readonly limit: number };
}

/** How a {@link BulkheadPolicy} stands. */
export interface BulkheadStatus extends BulkheadCounts {
  /** Calls that may run at once now. */
  readonly limit: number;
  readonly running: number;
  readonly waiting: number;
  /** What an adaptive limit has learnt; null when the limit is a number. */
  readonly adaptive: AdaptiveState | null;
}

/** A limit on how much work runs at once. */
export interface BulkheadPolicy extends Policy {
  /**
   * Runs the work when there is a place, by priority. The place is given back when the work has really ended, also when
   * its caller has gone before: work that ignores its signal still burdens the other side.
   * @throws RefusedError with `by: 'bulkhead'` when the queue is full or it has waited too long; AbortedError;
   * TimeoutError when the time of the call is over; else what the work threw.
   */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T>;
  /** Changes settings; those who run or wait stay. @throws RangeError, and then nothing has changed. */
  configure(tuning: BulkheadTuning): void;
  status(): BulkheadStatus;
  /** Gives the function that ends it. What a listener throws changes nothing. */
  on<Name extends keyof BulkheadEvents>(
    name: Name,
    listener: (event: BulkheadEvents[Name]) => void,
  ): () => void;
}

/**
 * At most `limit` calls at once; the others wait by priority, as many and as long as is set. See {@link BulkheadTuning}.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function createBulkhead(options: BulkheadOptions = {}): BulkheadPolicy {
  const { name = 'dependency', clock = systemClock, isDropped = isOverload, onListenerError } = options;
  const bulkhead = new Bulkhead(name, clock, options);
  const events = createEmitter<BulkheadEvents>((error) => onListenerError?.(error));
  let toldLimit = bulkhead.limit;

  const tellLimit = (): void => {
    if (bulkhead.limit === toldLimit) return;
    toldLimit = bulkhead.limit;
    events.emit('limit', { limit: toldLimit });
  };

  const leave = (durationMs?: number, dropped?: boolean): void => {
    bulkhead.leave(durationMs, dropped);
    tellLimit();
  };

  const isLost = (error: unknown): boolean => {
    try {
      return isDropped(error);
    } catch {
      return false;
    }
  };

  return {
    async execute(work, callOptions = {}) {
      const call = new LimitedCall(clock, name, callOptions);
      call.throwIfAborted();
      const askedMs = clock.monotonic();
      const maxWaitMs = Math.min(bulkhead.settings.maxWaitMs, call.remainingMs());
      const answer = bulkhead.enter(call.priority, call.signal, maxWaitMs, askedMs);
      const admitted = answer === true ? askedMs : await answer;
      if (typeof admitted !== 'number') {
        events.emit('refused', admitted);
        throw new RefusedError(admitted);
      }
      if (call.signal?.aborted) leave();
      call.throwIfAborted();
      return call.run(work, (outcome) => {
        const durationMs = clock.monotonic() - admitted;
        if (outcome === 'succeeded') leave(durationMs);
        else if (!call.signal?.aborted && isLost(outcome.error)) leave(durationMs, true);
        else leave();
      });
    },
    configure: (tuning) => {
      bulkhead.configure(tuning, clock.monotonic());
      tellLimit();
    },
    status: () => ({
      ...bulkhead.counts,
      limit: bulkhead.limit,
      running: bulkhead.running,
      waiting: bulkhead.waiting,
      adaptive: bulkhead.adaptiveState,
    }),
    on: (eventName, listener) => events.on(eventName, listener),
  };
}

const OVERLOAD_STATUSES: readonly unknown[] = [429, 503];

function isOverload(error: unknown): boolean {
  if (error instanceof TimeoutError) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { status, statusCode } = error as Readonly<Record<string, unknown>>;
  return OVERLOAD_STATUSES.includes(status) || OVERLOAD_STATUSES.includes(statusCode);
}
