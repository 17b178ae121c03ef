// @ts-check
/** `node --expose-gc measure.mjs ROUNDS ROUND_MS`: measures all cases in this one process, and prints JSON. */
import { createCases } from './cases.mjs';

/**
 * Nanoseconds and bytes of one call, in the middle of the rounds; `low` and `high` hold 80 % of them.
 * @typedef {{ median: number, low: number, high: number }} Spread
 * @typedef {{ name: string, atMost: number | null, oursNs: Spread, peerNs: Spread, ratio: Spread, oursBytes: number, peerBytes: number }} Row
 */

const BYTES_ROUNDS = 7;
const WARM_UP_ROUNDS = 20;
/** Little enough that nothing is collected meanwhile, with the young generation that the caller gives. */
const BYTES_CALLS = { fast: 200_000, slow: 40 };

/** @param {readonly number[]} values @returns {Spread} */
function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/**
 * Nanoseconds of a call, of processor time: on a busy machine the rest is somebody else's.
 * @param {(count: number) => unknown} run @param {number} count
 */
async function time(run, count) {
  const started = process.cpuUsage();
  await run(count);
  const { user, system } = process.cpuUsage(started);
  return ((user + system) * 1e3) / count;
}

/** How many calls fill a round; this also lets the code be compiled. @param {(count: number) => unknown} run @param {number} roundMs */
async function callsARound(run, roundMs) {
  let count = 1;
  for (let tries = 0; tries < 40; tries++) {
    const tookMs = ((await time(run, count)) * count) / 1e6;
    if (tookMs >= roundMs) return Math.max(1, Math.round((count * roundMs) / tookMs));
    count = Math.ceil(count * Math.min(8, Math.max(1.5, roundMs / Math.max(tookMs, 0.001))));
  }
  return count;
}

/** @param {(count: number) => unknown} run @param {number} count */
async function bytesACall(run, count) {
  const found = [];
  // Code that is not compiled yet makes a number anew where compiled code adds to it.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await run(count);
  for (let round = 0; round < BYTES_ROUNDS; round++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    await run(count);
    found.push((process.memoryUsage().heapUsed - before) / count);
  }
  return Math.max(0, spreadOf(found).median);
}

/** @param {import('./cases.mjs').Case} work @param {number} rounds @param {number} roundMs @returns {Promise<Row>} */
async function measure({ name, ours, peer, atMost, slow = false }, rounds, roundMs) {
  const oursCalls = await callsARound(ours, roundMs);
  const peerCalls = await callsARound(peer, roundMs);
  /** @type {{ ours: number[], peer: number[], ratio: number[] }} */
  const found = { ours: [], peer: [], ratio: [] };
  for (let round = 0; round < rounds; round++) {
    // Who goes first alternates, so that neither has the warmer machine.
    const first = round % 2 === 0;
    const before = first ? await time(ours, oursCalls) : 0;
    const peerNs = await time(peer, peerCalls);
    const oursNs = first ? before : await time(ours, oursCalls);
    found.ours.push(oursNs);
    found.peer.push(peerNs);
    found.ratio.push(oursNs / peerNs);
  }
  const calls = slow ? BYTES_CALLS.slow : BYTES_CALLS.fast;
  return {
    name,
    atMost: atMost ?? null,
    oursNs: spreadOf(found.ours),
    peerNs: spreadOf(found.peer),
    ratio: spreadOf(found.ratio),
    oursBytes: await bytesACall(ours, calls),
    peerBytes: await bytesACall(peer, calls),
  };
}

const [rounds = 0, roundMs = 0] = process.argv.slice(2).map(Number);
const library = await import(new URL('../../dist/index.js', import.meta.url).href);
/** @type {Row[]} */
const rows = [];
for (const work of createCases(library)) rows.push(await measure(work, rounds, roundMs));
console.log(JSON.stringify(rows));
