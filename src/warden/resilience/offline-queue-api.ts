import type { Priority } from './call.ts';
import type { OfflineQueueSettings } from './offline-options.ts';
import type { OfflineRecord } from './offline-store.ts';

/** A request that is not sent any more, and why. */
export type DeadLetter<P> = OfflineRecord<P> & { readonly dead: NonNullable<OfflineRecord<P>['dead']> };

/** Options of {@link OfflineQueue.enqueue}. */
export interface EnqueueOptions {
  /** Default `normal`. */
  readonly priority?: Priority | undefined;
  /** Idempotency key. A request whose key waits already is not kept twice. Default: a random one. */
  readonly key?: string | undefined;
  /** Ends the waiting for the store; the request may be kept all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** The store has the request. */
export interface Receipt {
  readonly key: string;
  /** One of this key was waiting already; it is that one which is sent. */
  readonly duplicate: boolean;
}

/** What happens in an offline queue. */
export interface OfflineQueueEvents<P> {
  /** `attempts`: how often it was sent, this time included; `waitedMs`: since it was handed in, by the wall clock. */
  readonly sent: { readonly key: string; readonly attempts: number; readonly waitedMs: number };
  readonly deadLetter: DeadLetter<P>;
  /** A dead letter had to leave for a younger one. Nothing is left of it. */
  readonly forgotten: DeadLetter<P>;
  readonly network: { readonly state: 'up' | 'gone'; readonly reason: string | null };
  readonly storeError: unknown;
}

/** Tells of what happens in an offline queue. */
export interface OfflineEmitter<P> {
  emit<Name extends keyof OfflineQueueEvents<P>>(name: Name, event: OfflineQueueEvents<P>[Name]): void;
}

/** What an offline queue is doing. Times are wall-clock milliseconds since the epoch. */
export interface OfflineQueueState {
  readonly network: 'up' | 'gone';
  readonly since: number;
  /** Those that wait or are being sent, and those that the store is just taking. */
  readonly requests: number;
  readonly bytes: number;
  readonly sending: number;
  readonly deadLetters: number;
  /** Until when the other side is left alone; null when it is not. */
  readonly pausedUntil: number | null;
  /** The last failure, in words; null when there was none. */
  readonly lastError: string | null;
}

/** Requests that must not be lost. */
export interface OfflineQueue<P> {
  /** Loads what was kept and begins to send. Done by the first `enqueue` otherwise. @throws what the store threw. */
  start(): Promise<void>;
  /**
   * Keeps a request until it is sent, at least once. Resolves when the store has it, which is before it is sent.
   * In a full queue it takes the place of less urgent ones, the oldest of the least urgent first, which become dead
   * letters; where there are none it is refused. What was acknowledged and is as urgent never leaves.
   * @param payload what JSON can say; it is sent as JSON gives it back.
   * @throws RefusedError (`full`, `too_large`, `stopped`); TypeError when JSON cannot say it; AbortedError; what the
   * store threw: then it may be kept or not.
   */
  enqueue(payload: P, options?: EnqueueOptions): Promise<Receipt>;
  /** Says that hosts are reached again: what waits is sent at once. The queue also finds out by itself. */
  networkBack(): void;
  /** Says that no host is reached: the first request alone is tried every `probeEveryMs` until one gets through. */
  networkGone(reason: string): void;
  state(): OfflineQueueState;
  /** In the order in which they died. */
  deadLetters(): readonly DeadLetter<P>[];
  /** Has a dead letter sent again, as {@link enqueue} does; false when there is none of that key. */
  requeue(key: string): Promise<boolean>;
  /** Forgets a dead letter; false when there is none of that key. */
  discard(key: string): boolean;
  /** Changes settings; what is there stays, also above a lower bound. @throws RangeError, having changed nothing. */
  configure(change: Partial<OfflineQueueSettings>): void;
  /** Ends for good: aborts what is being sent, which stays kept, and has the store learn of what has been sent. */
  stop(): Promise<void>;
  on<Name extends keyof OfflineQueueEvents<P>>(
    name: Name,
    listener: (event: OfflineQueueEvents<P>[Name]) => void,
  ): () => void;
}
