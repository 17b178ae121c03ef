// @ts-check
/**
 * `npm run proof:times -- [--rounds 3] [--only NAME]`: the reference times of docs/recovery.md on real processes with real faults.
 * Prints a table with the median and the worst of the rounds; ends with 1 when one took longer than its limit.
 */
import { parseArgs } from 'node:util';
import * as plays from './times/plays.mjs';

/** @type {[play: keyof typeof plays, time: string, fault: string, what: string, limitS: number][]} */
const ROWS = [
  ['outage', 'stale', 'The source refuses connections', 'what is stored is answered, named as stale', 1],
  ['outage', 'told', 'The source refuses connections', 'a condition says so', 10],
  ['outage', 'closed', 'The source is back after an outage', 'calls go through again as always', 10],
  ['networkGone', 'reads', 'The network is back, nothing came through it', 'tokens are read again', 5],
  [
    'stuckJob',
    'again',
    'A run of a job hangs and heeds nothing (stall limit 2 s, grace 8 s)',
    'another run is under way',
    12,
  ],
  [
    'slowStatements',
    'told',
    'Another program locks the database, again and again',
    'a condition says so',
    90,
  ],
  ['databaseLost', 'told', 'The files of the database are removed', 'a condition says so', 10],
  ['databaseLost', 'back', 'The files of the database are removed', 'it is there again, whole', 60],
  ['blockedLoop', 'named', 'The event loop is blocked (limit 1 s)', 'the log names the line that blocks', 2],
  ['crash', 'answers', 'kill -9, and started at once', 'it is ready again', 2],
];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' } },
});
const rounds = Number(values.rounds);
const names = [...new Set(ROWS.map(([play]) => play))];
const only = names.find((name) => name === values.only);
if (!Number.isInteger(rounds) || rounds < 1 || (values.only !== undefined && only === undefined)) {
  console.error(`--rounds is a whole number from 1 on; --only is one of ${names.join(', ')}`);
  process.exit(2);
}

/** @type {Map<string, (number | null)[]>} */
const took = new Map();
for (let round = 1; round <= rounds; round++) {
  for (const name of only === undefined ? names : [only]) {
    const times = await plays[name]();
    console.error(`${round} of ${rounds}, ${name}: ${JSON.stringify(times)}`);
    for (const [time, ms] of Object.entries(times)) {
      const key = `${name} ${time}`;
      took.set(key, [...(took.get(key) ?? []), ms]);
    }
  }
}

let late = 0;
console.log('| fault | what must come | median | worst | limit |\n| --- | --- | --- | --- | --- |');
for (const [play, time, fault, what, limitS] of ROWS) {
  const all = took.get(`${play} ${time}`);
  if (all === undefined) continue;
  const sorted = all.map((ms) => ms ?? Infinity).sort((a, b) => a - b);
  const worst = sorted.at(-1) ?? Infinity;
  const told = (/** @type {number} */ ms) => (ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(2)} s`);
  const isLate = worst > limitS * 1_000;
  late += isLate ? 1 : 0;
  const median = told(sorted[Math.floor((sorted.length - 1) / 2)] ?? Infinity);
  console.log(`| ${fault} | ${what} | ${median} | ${told(worst)}${isLate ? ' (late)' : ''} | ${limitS} s |`);
}
console.log(`${late} late`);
process.exitCode = late === 0 ? 0 : 1;
