// @ts-check
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = /** @type {() => void} */ (runInNewContext('gc'));

/** @typedef {import('./contenders.mjs').Caller} Caller */
/** @typedef {{ median: number, low: number, high: number }} Spread quartiles */
/** @typedef {{ ns: Spread, bytes: number }} Figures of one call */

/** @param {number[]} values @returns {Spread} */
function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * A service turns its event loop between calls. Calls that follow each other within one turn keep alive whatever they
 * took a weak reference to, and run no clean-up: then each would be measured amid the garbage of those before it.
 */
const CALLS_A_TURN = 500;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Without the time between the turns. @param {Caller} call @param {(context: any) => Promise<number>} work @param {number} calls */
async function nsPerCall(call, work, calls) {
  let totalNs = 0n;
  for (let made = 0; made < calls;) {
    const until = Math.min(calls, made + CALLS_A_TURN);
    const startNs = process.hrtime.bigint();
    for (; made < until; made++) await call(work);
    totalNs += process.hrtime.bigint() - startNs;
    await nextTurn();
  }
  return Number(totalNs) / calls;
}

/** Few enough that nothing is collected meanwhile. */
const CALLS_WEIGHED = 1_000;

/** @param {Caller} call @param {(context: any) => Promise<number>} work */
async function bytesPerCall(call, work) {
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let made = 0; made < CALLS_WEIGHED; made++) await call(work);
  return (process.memoryUsage().heapUsed - before) / CALLS_WEIGHED;
}

/**
 * Each round measures all, in an order that turns from round to round, so that what else the machine does hits all alike.
 * @param {Record<string, Caller>} contenders
 * @param {{ work: (context: any) => Promise<number>, rounds: number, calls: number }} options
 * @returns {Promise<Record<string, Figures>>}
 */
export async function measure(contenders, { work, rounds, calls }) {
  const names = Object.keys(contenders);
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(names.map((name) => [name, []]));
  /** @type {Record<string, number[]>} */
  const bytes = Object.fromEntries(names.map((name) => [name, []]));
  const WARM_UP = 3;
  for (let round = -WARM_UP; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = /** @type {string} */ (names[(place + round + WARM_UP) % names.length]);
      const call = /** @type {Caller} */ (contenders[name]);
      gc();
      await nextTurn();
      // A forced collection gives memory back to the machine; the calls that get it anew are not those to be measured.
      await nsPerCall(call, work, Math.ceil(calls / 4));
      const ns = await nsPerCall(call, work, calls);
      const weight = await bytesPerCall(call, work);
      if (round < 0) continue;
      times[name]?.push(ns);
      bytes[name]?.push(weight);
    }
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ns: spreadOf(times[name] ?? []), bytes: spreadOf(bytes[name] ?? []).median },
    ]),
  );
}
