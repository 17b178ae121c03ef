/** A line that is held back because the same one was just written. */
export interface Repeats {
  readonly key: string;
  readonly count: number;
}

/** Within this time a line is not written a second time, in ms. */
const QUIET_MS = 30_000;
const REMEMBERED_LINES = 200;

/** Lets a line through once in 30 s and counts the others, so that one fault that repeats cannot drown the rest. */
export class RepeatFilter {
  readonly #seen = new Map<string, { sinceMs: number; held: number }>();

  /**
   * Whether to write the line with this key now.
   * @returns how often it was held back since it was last written, or null when it is to be held back.
   */
  admit(key: string, nowMs: number): number | null {
    const seen = this.#seen.get(key);
    if (seen && nowMs - seen.sinceMs < QUIET_MS) {
      seen.held += 1;
      return null;
    }
    this.#seen.delete(key);
    this.#seen.set(key, { sinceMs: nowMs, held: 0 });
    return seen?.held ?? 0;
  }

  /** The lines whose time is over and that were held back, each once. A line that is forgotten early is among them. */
  expired(nowMs: number): readonly Repeats[] {
    const over: Repeats[] = [];
    for (const [key, { sinceMs, held }] of this.#seen) {
      if (nowMs - sinceMs < QUIET_MS && this.#seen.size <= REMEMBERED_LINES) continue;
      if (held > 0) over.push({ key, count: held });
      this.#seen.delete(key);
    }
    return over;
  }
}
