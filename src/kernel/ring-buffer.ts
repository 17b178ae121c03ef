/** The last `capacity` items, in the order in which they came. Pushing costs O(1) and never grows memory. */
export class RingBuffer<T> {
  readonly #items: (T | undefined)[];
  #start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a positive integer, not ${capacity}`);
    }
    this.#items = new Array<T | undefined>(capacity);
  }

  get capacity(): number {
    return this.#items.length;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds an item; returns the one that had to leave, if any. */
  push(item: T): T | undefined {
    const end = (this.#start + this.#length) % this.capacity;
    if (this.#length < this.capacity) {
      this.#items[end] = item;
      this.#length += 1;
      return undefined;
    }
    const oldest = this.#items[this.#start];
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.capacity;
    return oldest;
  }

  /** Takes the oldest item out. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const oldest = this.#items[this.#start];
    this.#items[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.capacity;
    this.#length -= 1;
    return oldest;
  }

  /** The item at `index`, 0 being the oldest; negative counts from the newest. */
  at(index: number): T | undefined {
    const offset = index < 0 ? this.#length + index : index;
    if (offset < 0 || offset >= this.#length) return undefined;
    return this.#items[(this.#start + offset) % this.capacity];
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let offset = 0; offset < this.#length; offset++) yield this.at(offset) as T;
  }
}
