// @ts-check
/** What is played: the same for whoever asks, so that nothing has to be kept to know what must be stored. */

export const QUARTER_MS = 900_000;
const KEPT_MS = { raw: 3_600_000, minute: 172_800_000, quarter: 7_776_000_000 };

/** A value of a series at a moment, with a gap of a few minutes now and then (null). @param {number} series @param {number} at */
export function valueOf(series, at) {
  let mixed = Math.imul(Math.floor(at / 1_000) ^ Math.imul(series, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  const chance = ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  if (Math.floor(at / 300_000 + series) % 37 === 0) return null;
  return 100 * series + 50 * Math.sin(at / 7_200_000) + 10 * chance;
}

/** The points of all series in a range, `to` not included. @param {{ series: number, everyMs: number }} scale @param {number} from @param {number} to */
export function pointsIn({ series, everyMs }, from, to) {
  const points = [];
  for (let at = from; at < to; at += everyMs) {
    for (let id = 1; id <= series; id++) {
      const value = valueOf(id, at);
      if (value !== null) points.push({ series: id, at, value });
    }
  }
  return points;
}

/** The row of a period by its definition. @param {number[]} values in order of time */
export function rowOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    min: sorted[0],
    max: sorted.at(-1),
    avg: Math.min(Number(sorted.at(-1)), Math.max(Number(sorted[0]), sum / values.length)),
    p95: sorted[Math.ceil(0.95 * values.length) - 1],
    count: values.length,
  };
}

/** From when on a tier must be whole. @param {'raw' | 'minute' | 'quarter'} tier @param {number} now */
export const keptFrom = (tier, now) => Math.floor((now - KEPT_MS[tier]) / QUARTER_MS) * QUARTER_MS;
