import type { JournalEntry } from '../../contract/index.ts';
import type { MaybePromise } from '../ports.ts';

/** Options of {@link JournalFeed}. */
export interface JournalFeedOptions {
  /** The reader has everything up to this `seq`. */
  readonly after: number;
  readonly read: (afterSeq: number, limit: number) => MaybePromise<readonly JournalEntry[]>;
  readonly send: (entry: JournalEntry) => void;
  /** Resolves when the reader can take more; false when it is gone. */
  readonly ready: () => MaybePromise<boolean>;
  /** Whether the reader takes more right now. */
  readonly isFlowing: () => boolean;
  readonly onError: (error: unknown) => void;
}

const PAGE = 200;
const MOST_WAITING = 1_000;

/**
 * Gives one reader each journal entry once, in order. Live entries that follow on are sent at once. Whenever some are
 * missing (a reader that comes back, a slow one, a hole in what was published) it reads them from the store, while
 * live ones wait; what waits is bounded, because the store can give it again.
 */
export class JournalFeed {
  readonly #options: JournalFeedOptions;
  #lastSeq: number;
  #catchingUp = false;
  #waiting: JournalEntry[] = [];
  #newestSeen: number;

  constructor(options: JournalFeedOptions) {
    this.#options = options;
    this.#lastSeq = options.after;
    this.#newestSeen = options.after;
  }

  /** Entries that were just committed. */
  publish(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (entry.seq <= this.#newestSeen) continue;
      this.#newestSeen = entry.seq;
      const followsOn = entry.seq === this.#lastSeq + 1 && this.#options.isFlowing();
      if (!this.#catchingUp && followsOn) {
        this.#send(entry);
        continue;
      }
      // The newest alone is enough: the hole before it is filled from the store.
      if (this.#waiting.length >= MOST_WAITING) this.#waiting = [];
      this.#waiting.push(entry);
      this.catchUp();
    }
  }

  /** Sends what the store has and the reader has not. */
  catchUp(): void {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    this.#pull().catch(this.#options.onError);
  }

  async #pull(): Promise<void> {
    for (;;) {
      const moved = await this.#readUpTo(Infinity);
      if (moved === 'gone') return;
      const waiting = this.#waiting;
      this.#waiting = [];
      // What waits was committed after the store was read.
      for (const entry of waiting) {
        if (entry.seq > this.#lastSeq + 1 && (await this.#readUpTo(entry.seq)) === 'gone') return;
        if (!(await this.#mayGoOn())) return;
        this.#send(entry);
      }
      if (this.#waiting.length > 0) continue;
      // In the same turn as the look at what waits, so that nothing can come in between.
      this.#catchingUp = false;
      return;
    }
  }

  /** Sends the stored entries below `endSeq`, page by page. */
  async #readUpTo(endSeq: number): Promise<'done' | 'gone'> {
    for (;;) {
      const page = (await this.#options.read(this.#lastSeq, PAGE)).filter(({ seq }) => seq < endSeq);
      if (page.length === 0) return 'done';
      for (const entry of page) {
        if (!(await this.#mayGoOn())) return 'gone';
        this.#send(entry);
      }
    }
  }

  async #mayGoOn(): Promise<boolean> {
    return this.#options.isFlowing() || (await this.#options.ready());
  }

  #send(entry: JournalEntry): void {
    if (entry.seq <= this.#lastSeq) return;
    this.#lastSeq = entry.seq;
    this.#options.send(entry);
  }
}
