import type { Priority } from '../resilience/index.ts';

const RANKS: readonly Priority[] = ['high', 'normal', 'low'];

/** First in, first out, by priority. Taking and adding cost O(1). */
export class StartQueue<Entry> {
  readonly #lines = new Map(RANKS.map((priority) => [priority, new Line<Entry>()]));

  add(priority: Priority, entry: Entry): void {
    this.#lines.get(priority)?.add(entry);
  }

  take(): Entry | undefined {
    for (const line of this.#lines.values()) {
      if (line.length > 0) return line.take();
    }
    return undefined;
  }

  get length(): number {
    let length = 0;
    for (const line of this.#lines.values()) length += line.length;
    return length;
  }
}

/** Entries that were taken are let go of a slice at a time: shifting a long array each time would copy it. */
const SLICE = 1_024;

class Line<Entry> {
  #entries: (Entry | undefined)[] = [];
  #next = 0;

  get length(): number {
    return this.#entries.length - this.#next;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  take(): Entry | undefined {
    const entry = this.#entries[this.#next];
    this.#entries[this.#next++] = undefined;
    if (this.#next === this.#entries.length || this.#next >= SLICE) {
      this.#entries = this.#entries.slice(this.#next);
      this.#next = 0;
    }
    return entry;
  }
}
