import type { CancelTimer, Clock } from '../../kernel/index.ts';
import type { OfflineRecord, OfflineStore } from './offline-store.ts';

/** One change of what is kept. Without a `waiter` it has happened already, and the store has to learn of it some time. */
interface Change<P> {
  readonly records: readonly OfflineRecord<P>[];
  readonly removed: readonly string[];
  readonly waiter: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
}

/** Options of {@link OfflineWriter}. */
interface OfflineWriterOptions<P> {
  readonly store: OfflineStore<P>;
  readonly clock: Clock;
  /** Changes that go to the store at once, at most. */
  readonly batchSize: number;
  /** From a failure of the store to the next try, in ms. */
  readonly retryMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Takes changes to the store, in order, one batch at a time: what comes while one is written goes together into the next.
 * When the store fails, those who wait for it are told; what has happened already is tried again until the store has it.
 */
export class OfflineWriter<P> {
  readonly #options: OfflineWriterOptions<P>;
  #pending: Change<P>[] = [];
  #writing: Promise<void> | undefined;
  #cancelRetry: CancelTimer | undefined;
  #closed = false;

  constructor(options: OfflineWriterOptions<P>) {
    this.#options = options;
  }

  /** Resolves when the store has the records. @throws what the store threw; then it may have them or not. */
  append(records: readonly OfflineRecord<P>[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#add({ records, removed: [], waiter: { resolve, reject } });
    });
  }

  /** Has the store learn of what has happened: records that are otherwise now, and keys that are done with. */
  note(records: readonly OfflineRecord<P>[], removed: readonly string[]): void {
    this.#add({ records, removed, waiter: undefined });
  }

  /** Writes what is still to be written, if the store takes it, and takes nothing more up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rest();
    await (this.#writing ?? this.#start());
  }

  #add(change: Change<P>): void {
    if (this.#closed) {
      change.waiter?.reject(new Error('the store of the queue is closed'));
      return;
    }
    this.#pending.push(change);
    this.#rest();
    if (!this.#writing) void this.#start();
  }

  #rest(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #start(): Promise<void> {
    // In a moment, so that what comes in one go is written in one go.
    this.#writing = Promise.resolve().then(() => this.#writeAll());
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, this.#options.batchSize);
      const waiting = new Set(batch.filter((change) => change.waiter !== undefined));
      try {
        const { records, removed } = netOf(batch);
        if (records.length > 0) await this.#options.store.append(records);
        for (const change of waiting) change.waiter?.resolve();
        waiting.clear();
        if (removed.length > 0) await this.#options.store.remove(removed);
      } catch (error) {
        this.#failed(batch, waiting, error);
        break;
      }
    }
    // At once, or what comes between the last look and the end of this would be left lying.
    this.#writing = undefined;
  }

  #failed(batch: readonly Change<P>[], waiting: Iterable<Change<P>>, error: unknown): void {
    const told = [...waiting, ...this.#pending];
    this.#pending = [...batch, ...this.#pending].filter((change) => change.waiter === undefined);
    // Whatever was thrown reaches those who wait as it is.
    for (const change of told) change.waiter?.reject(error as Error);
    this.#options.onError(error);
    if (this.#closed || this.#pending.length === 0) return;
    this.#cancelRetry = this.#options.clock.schedule(this.#options.retryMs, () => {
      this.#cancelRetry = undefined;
      if (!this.#writing) void this.#start();
    });
  }
}

/** What changes come to: of several of one key only the last one counts. */
function netOf<P>(batch: readonly Change<P>[]): { records: OfflineRecord<P>[]; removed: string[] } {
  const records = new Map<string, OfflineRecord<P>>();
  const removed = new Set<string>();
  for (const change of batch) {
    for (const record of change.records) {
      records.set(record.key, record);
      removed.delete(record.key);
    }
    for (const key of change.removed) {
      records.delete(key);
      removed.add(key);
    }
  }
  return { records: [...records.values()], removed: [...removed] };
}
