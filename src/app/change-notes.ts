/** A change that is worth an entry. */
export interface ChangeNote<State extends string> {
  /** What was told last. */
  readonly from: State;
  readonly to: State;
  /** Why it is as it is now. */
  readonly reason: string;
  /** Changes between the two that have no entry. */
  readonly leftOut: number;
}

/** At most `entries` in any `windowMs`. */
export interface NoteLimits {
  readonly entries: number;
  readonly windowMs: number;
}

export const noteLimits: NoteLimits = { entries: 6, windowMs: 600_000 };

/** Lets through so many in any window. Times are monotonic ms; memory is fixed by the limit. */
export class NoteLimit {
  readonly #limits: NoteLimits;
  readonly #times: number[] = [];

  constructor(limits: NoteLimits = noteLimits) {
    this.#limits = limits;
  }

  /** Whether one may be told now; it counts if so. */
  admit(nowMs: number): boolean {
    const { entries, windowMs } = this.#limits;
    while (this.#times[0] !== undefined && nowMs - this.#times[0] >= windowMs) this.#times.shift();
    if (this.#times.length >= entries) return false;
    this.#times.push(nowMs);
    return true;
  }
}

/**
 * Chooses which changes of one state get an entry, so that a state that goes back and forth does not fill the journal and
 * what was told last is never wrong for long. Two things hold entries back: until the state is at rest again each step
 * is told once (a breaker that opens, is tried in vain and opens again goes on like that for hours), and there is a limit
 * on entries in any window. What is held back is told, as one change, as soon as it may be.
 */
export class ChangeNotes<State extends string> {
  readonly #rest: State;
  readonly #limit: NoteLimit;
  /** Steps that were told since it was last at rest. */
  readonly #steps = new Set<string>();
  #told: State;
  #current: State;
  #reason = '';
  #changes = 0;

  /** It begins at rest. */
  constructor(rest: State, limits: NoteLimits = noteLimits) {
    this.#rest = rest;
    this.#told = rest;
    this.#current = rest;
    this.#limit = new NoteLimit(limits);
  }

  /** It changed. Gives what to tell, if anything. */
  change(to: State, reason: string, nowMs: number): ChangeNote<State> | null {
    this.#current = to;
    this.#reason = reason;
    this.#changes += 1;
    return this.settle(nowMs);
  }

  /** Gives what was held back, if it may be told by now. To be asked from time to time. */
  settle(nowMs: number): ChangeNote<State> | null {
    const from = this.#told;
    const to = this.#current;
    const step = `${from} ${to}`;
    if (from === to || this.#steps.has(step) || !this.#limit.admit(nowMs)) return null;
    if (to === this.#rest) this.#steps.clear();
    else this.#steps.add(step);
    const leftOut = this.#changes - 1;
    this.#told = to;
    this.#changes = 0;
    return { from, to, reason: this.#reason, leftOut };
  }
}
