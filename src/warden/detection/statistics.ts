/** What can be said of the trend of points. */
export interface Trend {
  /** Change of y in one unit of x: the median of the slopes between all pairs of points. */
  readonly slope: number;
  /** The slope lies between these with the confidence asked for. */
  readonly low: number;
  readonly high: number;
  /** y at x = 0 of the line that leaves as many points above as below. */
  readonly intercept: number;
  /** How sure it is that there is a trend in the direction of the slope, 0.5..1. */
  readonly sure: number;
}

/** The median of numbers; NaN of none. */
export function medianOf(values: readonly number[]): number {
  return medianOfSorted(Float64Array.from(values).sort());
}

function medianOfSorted(sorted: Float64Array): number {
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)] ?? Number.NaN, sorted[Math.ceil(middle)] ?? Number.NaN];
  return low + (high - low) / 2;
}

/** The two-sided quantile of 95 % of the normal distribution. */
const Z_95 = 1.959964;

/**
 * The robust trend of points (flat pairs of x and y, x rising). Slope and interval: Theil (1950) and Sen, "Estimates of the
 * Regression Coefficient Based on Kendall's Tau", JASA 63 (1968). Whether there is a trend: Mann (1945) and Kendall (1975),
 * with the correction for ties and for continuity as in Gilbert, "Statistical Methods for Environmental Pollution
 * Monitoring" (1987), section 16.4; its normal approximation holds from ten points on. O(n^2 log n).
 */
export function trendOf(pairs: readonly number[]): Trend | null {
  const n = pairs.length / 2;
  if (n < 2) return null;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let s = 0;
  let at = 0;
  for (let later = 1; later < n; later++) {
    const [x, y] = [pairs[2 * later] ?? 0, pairs[2 * later + 1] ?? 0];
    for (let earlier = 0; earlier < later; earlier++) {
      const dy = y - (pairs[2 * earlier + 1] ?? 0);
      s += Math.sign(dy);
      slopes[at++] = dy / (x - (pairs[2 * earlier] ?? 0));
    }
  }
  slopes.sort();
  const slope = medianOfSorted(slopes);
  const deviation = Math.sqrt(varianceOfS(pairs));
  const residuals = new Float64Array(n);
  for (let i = 0; i < n; i++) residuals[i] = (pairs[2 * i + 1] ?? 0) - slope * (pairs[2 * i] ?? 0);
  // Sen's interval: as many slopes to both sides of the median as S would spread by chance.
  const reach = Z_95 * deviation;
  const lowest = Math.max(0, Math.round((slopes.length - reach) / 2) - 1);
  const highest = Math.min(slopes.length - 1, Math.round((slopes.length + reach) / 2));
  return {
    slope,
    low: slopes[lowest] ?? slope,
    high: slopes[highest] ?? slope,
    intercept: medianOfSorted(residuals.sort()),
    sure: deviation === 0 ? 0.5 : normalBelow(Math.max(0, Math.abs(s) - 1) / deviation),
  };
}

/** Of the S of Mann and Kendall, when there is no trend. */
function varianceOfS(pairs: readonly number[]): number {
  const n = pairs.length / 2;
  const ys = Float64Array.from({ length: n }, (_, i) => pairs[2 * i + 1] ?? 0).sort();
  const part = (count: number): number => count * (count - 1) * (2 * count + 5);
  let variance = part(n);
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && ys[end] === ys[start]) end += 1;
    variance -= part(end - start);
    start = end;
  }
  return variance / 18;
}

/**
 * The share of the standard normal distribution below `z`, to 7.5e-8: formula 26.2.17 of Abramowitz and Stegun, "Handbook of
 * Mathematical Functions" (1964).
 */
export function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
