/** Parts that the window is cut into. */
export const WINDOW_PARTS = 60;

/** What one part of the window counted. */
export interface WindowPart {
  /** Milliseconds since the part began. */
  readonly ageMs: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/**
 * Calls, failures and slow calls of the last `windowMs`: a ring of parts that turns with the time that is handed in, so
 * counting is O(1), memory is fixed, and an idle hour empties it. Times never go back.
 */
export class OutcomeRing {
  readonly windowMs: number;
  readonly #partMs: number;
  readonly #calls = new Uint32Array(WINDOW_PARTS);
  readonly #failures = new Uint32Array(WINDOW_PARTS);
  readonly #slow = new Uint32Array(WINDOW_PARTS);
  #newest = -Infinity;
  #slot = 0;
  #endMs = -Infinity;
  #callsSum = 0;
  #failuresSum = 0;
  #slowSum = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.#partMs = windowMs / WINDOW_PARTS;
  }

  /** The sums are those of the moment that was last handed in. */
  get calls(): number {
    return this.#callsSum;
  }

  get failures(): number {
    return this.#failuresSum;
  }

  get slow(): number {
    return this.#slowSum;
  }

  record(nowMs: number, failed: boolean, slow: boolean): void {
    if (nowMs >= this.#endMs) this.#turn(nowMs);
    const slot = this.#slot;
    this.#calls[slot] = (this.#calls[slot] as number) + 1;
    this.#callsSum += 1;
    if (failed) {
      this.#failures[slot] = (this.#failures[slot] as number) + 1;
      this.#failuresSum += 1;
    }
    if (slow) {
      this.#slow[slot] = (this.#slow[slot] as number) + 1;
      this.#slowSum += 1;
    }
  }

  /** Forgets what has left the window by `nowMs`. */
  advance(nowMs: number): void {
    if (nowMs >= this.#endMs) this.#turn(nowMs);
  }

  clear(): void {
    this.#calls.fill(0);
    this.#failures.fill(0);
    this.#slow.fill(0);
    this.#callsSum = this.#failuresSum = this.#slowSum = 0;
  }

  /** The parts that counted something, oldest first. */
  parts(nowMs: number): WindowPart[] {
    this.advance(nowMs);
    const parts: WindowPart[] = [];
    for (let index = this.#newest - WINDOW_PARTS + 1; index <= this.#newest; index++) {
      const slot = slotOf(index);
      const calls = this.#calls[slot] as number;
      if (calls === 0) continue;
      parts.push({
        ageMs: Math.max(0, nowMs - index * this.#partMs),
        calls,
        failures: this.#failures[slot] as number,
        slow: this.#slow[slot] as number,
      });
    }
    return parts;
  }

  /** Takes parts of another window over, as far as they are not older than this one. */
  add(nowMs: number, parts: readonly WindowPart[]): void {
    this.advance(nowMs);
    for (const { ageMs, calls, failures, slow } of parts) {
      const index = Math.min(this.#newest, Math.floor((nowMs - ageMs) / this.#partMs));
      if (index <= this.#newest - WINDOW_PARTS) continue;
      const slot = slotOf(index);
      this.#calls[slot] = (this.#calls[slot] as number) + calls;
      this.#failures[slot] = (this.#failures[slot] as number) + failures;
      this.#slow[slot] = (this.#slow[slot] as number) + slow;
      this.#callsSum += calls;
      this.#failuresSum += failures;
      this.#slowSum += slow;
    }
  }

  #turn(nowMs: number): void {
    const current = Math.floor(nowMs / this.#partMs);
    const turns = Math.min(WINDOW_PARTS, current - this.#newest);
    for (let turn = 0; turn < turns; turn++) this.#empty(slotOf(current - turn));
    this.#newest = Math.max(this.#newest, current);
    this.#slot = slotOf(this.#newest);
    this.#endMs = (this.#newest + 1) * this.#partMs;
  }

  #empty(slot: number): void {
    this.#callsSum -= this.#calls[slot] as number;
    this.#failuresSum -= this.#failures[slot] as number;
    this.#slowSum -= this.#slow[slot] as number;
    this.#calls[slot] = this.#failures[slot] = this.#slow[slot] = 0;
  }
}

/** A window that came from before this process began has parts with negative numbers. */
const slotOf = (index: number): number => ((index % WINDOW_PARTS) + WINDOW_PARTS) % WINDOW_PARTS;
