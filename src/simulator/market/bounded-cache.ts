/** Remembers what was computed, at most about `2 * limit` entries; what was not asked for lately is forgotten. */
export interface BoundedCache<Key, Value> {
  /** The remembered value, or the one that `compute` gives. */
  get(key: Key, compute: () => Value): Value;
}

/** Two generations: when the young one is full it becomes the old one, and the old one is dropped. O(1). */
export function createBoundedCache<Key, Value>(limit: number): BoundedCache<Key, Value> {
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  return {
    get(key, compute) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const value = old.get(key) ?? compute();
      if (young.size >= limit) {
        old = young;
        young = new Map();
      }
      young.set(key, value);
      return value;
    },
  };
}
