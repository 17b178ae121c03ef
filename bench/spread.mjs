// @ts-check

/** @typedef {{ median: number, low: number, high: number }} Spread the median and a 95 % interval for it */

/** The median, and between which of the values it lies with 95 %, by the sign test. @param {readonly number[]} values @returns {Spread} */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const at = (/** @type {number} */ index) => sorted[index] ?? NaN;
  // How many of the outermost values may be left off on each side: P(Binomial(count, 1/2) < cut) <= 2.5 %.
  let cut = 0;
  // In logarithms: 0.5 ** 1,200 is no number that a computer can tell from 0.
  let logChance = -count * Math.LN2;
  for (let sum = Math.exp(logChance); sum <= 0.025; sum += Math.exp(logChance)) {
    cut += 1;
    logChance += Math.log((count - cut + 1) / cut);
  }
  const low = Math.max(0, cut - 1);
  return {
    median: (at(Math.floor((count - 1) / 2)) + at(Math.floor(count / 2))) / 2,
    low: at(low),
    high: at(count - 1 - low),
  };
}
