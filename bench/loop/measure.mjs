// @ts-check
/** Started by `npm run bench -- loop`, in a process of its own: the collector must have nobody else's garbage. */
import { spreadOf } from '../spread.mjs';
import { bareOf, mixOf, samplesAt } from './mix.mjs';

// By its path, because there is no dist/ yet when types are checked.
/** @type {typeof import('../../src/warden/detection/index.ts')} */
const { judge, noJudgement } = await import(
  new URL('../../dist/warden/detection/index.js', import.meta.url).href
);

/** @typedef {{ series: number, course: 'calm' | 'incident', warmUp: number, ms: { p50: number, p99: number, max: number }, bareMs: number, ratio: import('../spread.mjs').Spread, promised: { of: 'p50' | 'p99', belowMs: number }, bytesPerSeries: number }} Measured */

/** Ten minutes and more, so that trends have their points and windows are full. */
const WARM_UP = 700;

/**
 * @param {number} series @param {'calm' | 'incident'} course @param {number} turns @param {Measured['promised']} promised
 * @returns {Measured}
 */
function measure(series, course, turns, promised) {
  const { rules, measured } = mixOf(series);
  const bare = bareOf(measured);
  let over = 0;
  let judgement = noJudgement;
  /** @type {number[]} */
  const times = [];
  /** @type {number[]} */
  const bareTimes = [];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let turn = 0; turn < WARM_UP + turns; turn++) {
    const samples = samplesAt(measured, turn, course);
    const now = { wallMs: 1_700_000_000_000 + turn * 1_000, monotonicMs: turn * 1_000 };
    const startMs = performance.now();
    judgement = judge(judgement, samples, rules, now).judgement;
    const judgedMs = performance.now();
    over += bare(samples).length;
    const endMs = performance.now();
    if (turn < WARM_UP) continue;
    times.push(judgedMs - startMs);
    bareTimes.push(endMs - judgedMs);
  }
  globalThis.gc?.();
  const bytes = process.memoryUsage().heapUsed - before;
  if (course === 'incident' && over === 0) throw new Error('the bare comparison found nothing');
  const kept = judgement.rules.reduce((total, { series: all }) => total + all.length, 0);
  if (kept !== series) throw new Error(`${kept} series were judged instead of ${series}`);
  const sorted = times.toSorted((a, b) => a - b);
  // Block by block: what else the machine does falls on both.
  const ratios = blocksOf(times).map(
    (block, place) => sumOf(block) / sumOf(blocksOf(bareTimes)[place] ?? []),
  );
  const at = (/** @type {number} */ share) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  const ms = { p50: at(0.5), p99: at(0.99), max: at(1) };
  const bareMs = spreadOf(bareTimes).median;
  return {
    series,
    course,
    warmUp: WARM_UP,
    ms,
    bareMs,
    ratio: spreadOf(ratios),
    promised,
    bytesPerSeries: bytes / series,
  };
}

const BLOCK_TURNS = 20;

/** @param {readonly number[]} times */
const blocksOf = (times) =>
  Array.from({ length: Math.floor(times.length / BLOCK_TURNS) }, (_, block) =>
    times.slice(block * BLOCK_TURNS, (block + 1) * BLOCK_TURNS),
  );

/** @param {readonly number[]} values */
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

const turns = Number(process.argv[2]);
const few = /** @type {const} */ ({ of: 'p99', belowMs: 1 });
const many = /** @type {const} */ ({ of: 'p99', belowMs: 50 });
const rows = [
  measure(200, 'calm', turns, few),
  measure(200, 'incident', turns, few),
  measure(10_000, 'calm', Math.ceil(turns / 4), many),
  measure(10_000, 'incident', Math.ceil(turns / 4), many),
];
console.log(JSON.stringify(rows));
