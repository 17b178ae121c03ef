/** Runs that are remembered for having been told of. */
const MOST_KNOWN = 1_000;

/** Which runs an escaped error was told of: a timer that was forgotten may throw for ever. */
export class EscapedErrors {
  readonly #known = new Set<string>();

  /** Whether it is the first of its run. */
  isFirst(runId: string): boolean {
    if (this.#known.has(runId)) return false;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(runId);
    return true;
  }
}
