/**
 * The `capacity` rows with the greatest keys, of all that are offered: a heap with the least of them on top, so that a
 * row that is not among them costs one comparison. Of equal keys the row that was offered first is kept, and comes first.
 */
export class TopRows {
  readonly #keys: Float64Array;
  readonly #rows: Int32Array;
  readonly #capacity: number;
  #size = 0;
  /** A row with a key up to this need not be offered. */
  least = -Infinity;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#keys = new Float64Array(capacity);
    this.#rows = new Int32Array(capacity);
  }

  /** Rows have to be offered in ascending order. */
  offer(key: number, row: number): void {
    if (this.#size < this.#capacity) {
      this.#rise(this.#size++, key, row);
      if (this.#size === this.#capacity) this.least = this.#keys[0] ?? -Infinity;
    } else if (key > this.least && this.#capacity > 0) {
      this.#sink(key, row);
      this.least = this.#keys[0] ?? -Infinity;
    }
  }

  /** The rows, greatest key first; empties the heap. */
  drain(): Int32Array {
    const sorted = new Int32Array(this.#size);
    for (let at = this.#size - 1; at >= 0; at--) {
      sorted[at] = this.#rows[0] ?? -1;
      this.#size = at;
      this.#sink(this.#keys[at] ?? 0, this.#rows[at] ?? 0);
    }
    this.least = -Infinity;
    return sorted;
  }

  #rise(from: number, key: number, row: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(key, row, parent)) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#keys[at] = key;
    this.#rows[at] = row;
  }

  /** Puts a row in the place of the least one. */
  #sink(key: number, row: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#worse(this.#keys[right] ?? 0, this.#rows[right] ?? 0, child))
        child = right;
      if (this.#worse(key, row, child)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#keys[at] = key;
    this.#rows[at] = row;
  }

  #worse(key: number, row: number, than: number): boolean {
    const other = this.#keys[than] ?? 0;
    return key < other || (key === other && row > (this.#rows[than] ?? 0));
  }

  #copy(from: number, to: number): void {
    this.#keys[to] = this.#keys[from] ?? 0;
    this.#rows[to] = this.#rows[from] ?? 0;
  }
}
