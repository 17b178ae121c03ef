// @ts-check
/** One run of one scheme in virtual time. Pure: the same options give the same figures. */
import { SCHEMES } from './schemes.mjs';

const QUOTA = 300;
const MINUTE_S = 60;
/** Of the quota; every scheme spends as much on full reads. */
const FULL_PER_MINUTE = 30;
/** At 1x. Each 10 s and each 45 s in batches of 30 they take all of what full reads leave: 270 requests a minute. */
const HOT = 450;
const COLD = 4_050;
/** Not measured: by then every scheme goes round as it will. */
const WARM_UP_S = 600;
/** Prime to the intervals, so that no phase is preferred. */
const SAMPLE_EACH_S = 7;
/** How often data changes: the mean time between changes that matter. */
const CHANGE_S = { hot: 30, cold: 300 };
/** A hot token counts as much more as it is read more often. */
const HOT_COUNTS = 4.5;

/**
 * @typedef {{
 *   hot15: number, hot30: number, freshness: number, fill: number, requestsPerMinute: number,
 *   longestHotS: number, longestColdS: number, longestFullS: number,
 * }} Figures shares from 0 to 1
 */

/**
 * What a scheme sees and alters nothing of. Times are seconds; rows below `hot` are hot tokens.
 * @typedef {{
 *   library: any, hot: number, size: number, value: Float64Array, refreshedS: Float64Array, checkedS: Float64Array,
 *   random: () => number, fullPerMinute: number,
 * }} World
 */

/** Uniform from 0 to 1, by mulberry32. @param {number} seed */
function chance(seed) {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {{ library: any, scheme: string, demand: number, seed: number, hours: number }} options */
export function measure({ library, scheme, demand, seed, hours }) {
  const random = chance(seed);
  const hot = HOT * demand;
  const cold = COLD * demand;
  const size = hot + cold;
  /** @type {World} */
  const world = {
    library,
    hot,
    size,
    // From 1 to 4, most of them low: as the product values its tokens.
    value: Float64Array.from({ length: size }, () => 1 + 3 * random() ** 2),
    refreshedS: Float64Array.from({ length: size }, (_, row) => -random() * (row < hot ? 10 : 45)),
    checkedS: Float64Array.from({ length: size }, () => -random() * MINUTE_S),
    random,
    fullPerMinute: FULL_PER_MINUTE,
  };
  const { value, refreshedS, checkedS } = world;
  const step = /** @type {(typeof SCHEMES)[string]} */ (SCHEMES[scheme]).start(world);
  const perSecond = new Uint16Array(MINUTE_S);
  const totals = { requests: 0, slots: 0, filled: 0, samples: 0, hot15: 0, hot30: 0, fresh: 0 };
  const longest = { hot: 0, cold: 0, full: 0 };
  const wait = (/** @type {number} */ row, /** @type {number} */ nowS) => {
    const name = row < hot ? 'hot' : 'cold';
    longest[name] = Math.max(longest[name], nowS - /** @type {number} */ (refreshedS[row]));
  };
  const waitFull = (/** @type {number} */ row, /** @type {number} */ nowS) => {
    longest.full = Math.max(longest.full, nowS - /** @type {number} */ (checkedS[row]));
  };
  const weight = (/** @type {number} */ row) =>
    /** @type {number} */ (value[row]) * (row < hot ? HOT_COUNTS : 1);
  let weights = 0;
  for (let row = 0; row < size; row++) weights += weight(row);

  const endS = WARM_UP_S + hours * 3_600;
  for (let nowS = 0; nowS < endS; nowS++) {
    const measured = nowS >= WARM_UP_S;
    perSecond[nowS % MINUTE_S] = 0;
    const available = QUOTA - perSecond.reduce((sum, count) => sum + count, 0);
    const { batches, full } = step(nowS, available);
    const requests = batches.length + full.length;
    if (requests > available) throw new Error(`${scheme} made ${requests} requests of ${available}`);
    perSecond[nowS % MINUTE_S] = requests;
    for (const row of full) {
      if (measured) waitFull(row, nowS);
      checkedS[row] = nowS;
    }
    for (const row of [...batches.flat(), ...full]) {
      if (measured) wait(row, nowS);
      refreshedS[row] = nowS;
    }
    if (!measured) continue;
    totals.requests += requests;
    totals.slots += 30 * batches.length;
    for (const batch of batches) totals.filled += batch.length;
    if (nowS % SAMPLE_EACH_S !== 0) continue;
    totals.samples += 1;
    let fresh = 0;
    for (let row = 0; row < size; row++) {
      const ageS = nowS - /** @type {number} */ (refreshedS[row]);
      if (row < hot && ageS <= 15) totals.hot15 += 1;
      if (row < hot && ageS <= 30) totals.hot30 += 1;
      fresh += weight(row) * Math.exp(-ageS / CHANGE_S[row < hot ? 'hot' : 'cold']);
    }
    totals.fresh += fresh / weights;
  }
  for (let row = 0; row < size; row++) {
    wait(row, endS);
    waitFull(row, endS);
  }
  /** @type {Figures} */
  const figures = {
    hot15: totals.hot15 / totals.samples / hot,
    hot30: totals.hot30 / totals.samples / hot,
    freshness: totals.fresh / totals.samples,
    fill: totals.filled / totals.slots,
    requestsPerMinute: totals.requests / (hours * 60),
    longestHotS: longest.hot,
    longestColdS: longest.cold,
    longestFullS: longest.full,
  };
  return { hot, cold, samples: totals.samples, figures };
}
