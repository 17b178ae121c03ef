import type { Priority } from './call.ts';

/** A request that is kept until it is sent. All of it is plain data. */
export interface OfflineRecord<P> {
  /** Names the request for ever: it is sent with it each time, so that the other side can tell a repetition. */
  readonly key: string;
  readonly payload: P;
  readonly priority: Priority;
  /** Rises with each request of a queue; of one priority the lowest goes first. */
  readonly seq: number;
  /** What the payload takes as JSON, in bytes. */
  readonly bytes: number;
  /** When it was handed in, in wall-clock milliseconds since the epoch. */
  readonly at: number;
  /** Why it is not sent any more, and since when; undefined while it is to be sent. */
  readonly dead?: { readonly reason: string; readonly at: number } | undefined;
}

/**
 * Where a queue keeps what must not be lost; one queue a store. Calls come one at a time. What `append` or `remove` has
 * resolved for is there, or gone, after a kill too.
 */
export interface OfflineStore<P> {
  /** All that is kept, in order of `seq`. Called once, before anything else. */
  load(): Promise<readonly OfflineRecord<P>[]>;
  /** Keeps records; one whose key is there takes the place of the old one. When it rejects, none or some are kept. */
  append(records: readonly OfflineRecord<P>[]): Promise<void>;
  /** Forgets the records of these keys; keys that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
}

/** A store that lives as long as the process: for tests, and where losing what waits is no loss. */
export function createMemoryOfflineStore<P>(): OfflineStore<P> {
  const kept = new Map<string, OfflineRecord<P>>();
  return {
    load: async () => [...kept.values()].sort((a, b) => a.seq - b.seq),
    async append(records) {
      for (const record of records) kept.set(record.key, record);
    },
    async remove(keys) {
      for (const key of keys) kept.delete(key);
    },
  };
}
