/** What has a time. The heap owns `heapIndex`, which is -1 outside it. */
export interface Timed {
  wakeMs: number;
  heapIndex: number;
}

/** A binary heap in which each entry knows its place, so that a time is changed in O(log n). */
export class DueHeap<Entry extends Timed> {
  readonly #entries: Entry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The entry with the earliest time. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  /** Adds `entry`, or moves it to its new time. */
  set(entry: Entry, wakeMs: number): void {
    entry.wakeMs = wakeMs;
    if (entry.heapIndex < 0) entry.heapIndex = this.#entries.push(entry) - 1;
    this.#sink(entry, this.#rise(entry, entry.heapIndex));
  }

  delete(entry: Entry): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#sink(last, this.#rise(last, index));
  }

  #rise(entry: Entry, from: number): number {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#entries[above] as Entry;
      if (parent.wakeMs <= entry.wakeMs) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(entry, index);
    return index;
  }

  #sink(entry: Entry, from: number): void {
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      const left = this.#entries[below];
      if (left === undefined) break;
      const right = this.#entries[below + 1];
      if (right !== undefined && right.wakeMs < left.wakeMs) below += 1;
      const child = this.#entries[below] as Entry;
      if (child.wakeMs >= entry.wakeMs) break;
      this.#put(child, index);
      index = below;
    }
    this.#put(entry, index);
  }

  #put(entry: Entry, index: number): void {
    this.#entries[index] = entry;
    entry.heapIndex = index;
  }
}
