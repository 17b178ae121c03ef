/** A value that is kept. Times are monotonic, in ms. */
export interface CacheEntry<K, V> {
  readonly key: K;
  value: V;
  source: string;
  /** The moment for which the value surely holds: when its load began, less the age that it had when it came. */
  asOfMs: number;
  /** Rises with each load and each `set`; decides between two values of the same moment. */
  order: number;
  bytes: number;
  newer: CacheEntry<K, V> | undefined;
  older: CacheEntry<K, V> | undefined;
}

/** What became of a value that was to be kept. `outdated`: a newer one is there. `too_large`: it alone is over the bound. */
export type Kept = 'kept' | 'outdated' | 'too_large';

/**
 * Values by key within a bound of bytes; who was used last leaves last. Each step is O(1) but for what it evicts. It
 * knows no clock: how old is too old is for others to say.
 */
export class CacheEntries<K, V> {
  readonly #byKey = new Map<K, CacheEntry<K, V>>();
  readonly #onEvict: (entry: CacheEntry<K, V>) => void;
  #maxBytes: number;
  #bytes = 0;
  #newest: CacheEntry<K, V> | undefined;
  #oldest: CacheEntry<K, V> | undefined;

  constructor(maxBytes: number, onEvict: (entry: CacheEntry<K, V>) => void) {
    this.#maxBytes = maxBytes;
    this.#onEvict = onEvict;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#byKey.size;
  }

  find(key: K): CacheEntry<K, V> | undefined {
    return this.#byKey.get(key);
  }

  /** Marks an entry as the one that was used last. */
  touch(entry: CacheEntry<K, V>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#link(entry);
  }

  /** Keeps a value, unless the key has one of a later moment. One that is too large takes the older one with it. */
  put(key: K, value: V, source: string, asOfMs: number, order: number, bytes: number): Kept {
    const before = this.#byKey.get(key);
    if (before !== undefined && !isNewer(asOfMs, order, before)) return 'outdated';
    if (!(bytes <= this.#maxBytes)) {
      if (before !== undefined) this.#remove(before);
      return 'too_large';
    }
    if (before === undefined) {
      const entry = { key, value, source, asOfMs, order, bytes, newer: undefined, older: undefined };
      this.#byKey.set(key, entry);
      this.#link(entry);
      this.#bytes += bytes;
    } else {
      this.#bytes += bytes - before.bytes;
      Object.assign(before, { value, source, asOfMs, order, bytes });
      this.touch(before);
    }
    this.#shrink();
    return 'kept';
  }

  delete(key: K): boolean {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  clear(): void {
    this.#byKey.clear();
    this.#bytes = 0;
    this.#newest = undefined;
    this.#oldest = undefined;
  }

  setMaxBytes(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#shrink();
  }

  #shrink(): void {
    while (this.#bytes > this.#maxBytes && this.#oldest !== undefined) {
      const leaving = this.#oldest;
      this.#remove(leaving);
      this.#onEvict(leaving);
    }
  }

  #remove(entry: CacheEntry<K, V>): void {
    this.#byKey.delete(entry.key);
    this.#bytes -= entry.bytes;
    this.#unlink(entry);
  }

  #link(entry: CacheEntry<K, V>): void {
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink(entry: CacheEntry<K, V>): void {
    const { newer, older } = entry;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    entry.newer = undefined;
    entry.older = undefined;
  }
}

const isNewer = (asOfMs: number, order: number, than: { asOfMs: number; order: number }): boolean =>
  asOfMs > than.asOfMs || (asOfMs === than.asOfMs && order > than.order);
