/** What is kept of values when they themselves are not. */
export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  /** Nearest rank: the smallest value that at least 95 % of all are not above. */
  readonly p95: number;
  readonly count: number;
}

/** Sums up finite values; the same values in the same order give the same to the last bit. @throws RangeError without any. */
export function summaryOf(values: readonly number[]): Summary {
  const count = values.length;
  if (count === 0) throw new RangeError('nothing cannot be summed up');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const [min, max] = [at(0), at(count - 1)];
  const sum = values.reduce((total, value) => total + value, 0);
  // Values near the largest number have a sum that is none.
  const mean = Number.isFinite(sum) ? sum / count : values.reduce((total, value) => total + value / count, 0);
  // Rounding must not carry the average past the values.
  const avg = Math.min(max, Math.max(min, mean));
  return { min, max, avg, p95: at(Math.ceil(0.95 * count) - 1), count };
}
