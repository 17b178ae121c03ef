/** A time in which a feed that tells by itself was not proven to tell of every token. */
export interface Gap {
  /** Wall-clock time of the last proof before it. */
  readonly from: number;
  /** When the feed was live again; null while it is not. Until the others have been asked after that, the gap is open. */
  readonly to: number | null;
}

/** A gap that the other feeds have looked into. */
export interface ClosedGap {
  readonly from: number;
  readonly to: number;
  readonly lengthMs: number;
  /** Tokens that looking into it brought. */
  readonly found: number;
}

interface Open {
  readonly fromMs: number;
  readonly from: number;
  readonly until: { readonly ms: number; readonly at: number } | null;
  readonly found: number;
}

/**
 * At most one open gap: a loss before the last gap is closed makes that one longer. Lengths are measured on the monotonic
 * clock, moments are shown by the wall clock.
 */
export class GapMarker {
  #open: Open | null = null;

  get gap(): Gap | null {
    return this.#open && { from: this.#open.from, to: this.#open.until?.at ?? null };
  }

  /** The proof ended `agoMs` ago. */
  begin(agoMs: number, nowMs: number, now: number): void {
    const fromMs = nowMs - agoMs;
    const before = this.#open;
    this.#open =
      before && before.fromMs <= fromMs
        ? { ...before, until: null }
        : { fromMs, from: now - agoMs, until: null, found: before?.found ?? 0 };
  }

  /** The feed tells of everything again. */
  end(nowMs: number, now: number): void {
    if (this.#open?.until === null) this.#open = { ...this.#open, until: { ms: nowMs, at: now } };
  }

  /** Whether a feed that was last asked at `askedMs` has yet to look into the gap. */
  isOpenTo(askedMs: number): boolean {
    return this.#open?.until != null && askedMs < this.#open.until.ms;
  }

  /** A feed was asked at `askedMs` and brought so many; `others` is when each of the rest was last asked. */
  cover(askedMs: number, found: number, others: readonly number[]): ClosedGap | null {
    const open = this.#open;
    if (!open?.until || askedMs < open.until.ms) return null;
    this.#open = { ...open, found: open.found + found };
    return this.closeIfCovered([askedMs, ...others]);
  }

  /** Closes the gap if every feed was asked after it. */
  closeIfCovered(askedMs: readonly number[]): ClosedGap | null {
    const open = this.#open;
    if (!open?.until || askedMs.some((ms) => this.isOpenTo(ms))) return null;
    this.#open = null;
    return {
      from: open.from,
      to: open.until.at,
      lengthMs: Math.max(0, open.until.ms - open.fromMs),
      found: open.found,
    };
  }
}
