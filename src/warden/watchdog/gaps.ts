/** A time without a beat, as the main thread saw it. */
interface Gap {
  readonly beat: number;
  readonly activeMs: number;
}

const MOST_GAPS = 16;

/**
 * Knows how long the loop worked without a break between two beats. The thread that looks on knows that a block began
 * after a beat; the loop knows when it last waited for work.
 */
export function createGaps(): {
  /** The beat before the gap, and how long the loop did not wait in it. */
  add(beat: number, activeMs: number): void;
  /** The length of the block after a beat: what the loop measured, within the bounds that others saw. Forgets it. */
  take(beat: number, atLeastMs: number, atMostMs: number): number;
} {
  const gaps: Gap[] = [];
  return {
    add(beat, activeMs) {
      gaps.push({ beat, activeMs });
      if (gaps.length > MOST_GAPS) gaps.shift();
    },
    take(beat, atLeastMs, atMostMs) {
      const at = gaps.findIndex((gap) => gap.beat === beat);
      const [gap] = at < 0 ? [] : gaps.splice(at, 1);
      return Math.min(atMostMs, Math.max(atLeastMs, gap?.activeMs ?? atLeastMs));
    },
  };
}
