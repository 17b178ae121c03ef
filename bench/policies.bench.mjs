// @ts-check
/**
 * `npm run bench -- policies [--rounds N] [--json] [--write]`: the policies beside cockatiel and opossum, in one process.
 * `--write` puts the table into docs/policies.md.
 */
import { parseArgs } from 'node:util';
import { requirePlace, writeTable } from './page.mjs';
import {
  closedBreaker,
  failureAfter,
  refusalByException,
  refusalByResult,
  wholePolicy,
} from './policies/contenders.mjs';
import { measure } from './policies/measure.mjs';
import { provenance } from './provenance.mjs';

const PAGE = 'policies';
const answers = async () => 1;
/** Reads the signal and listens on it, as a client of HTTP does. @param {{ signal: AbortSignal }} context */
const listens = async ({ signal }) => {
  const onAbort = () => undefined;
  signal.addEventListener('abort', onAbort);
  signal.removeEventListener('abort', onAbort);
  return 1;
};

/**
 * @typedef {import('./policies/measure.mjs').Figures} Figures
 * @typedef {{ name: string, peer: string, ours: Figures, theirs: Figures, bound: number | null, boundBytes: number | null }} Row
 * @typedef {{ commit: string | null, changed: boolean | null, node: string, load: number, rounds: number, rows: Row[] }} Results
 */

/** @param {{ rounds: number, scale?: number }} options `scale`: share of the calls of a round. @returns {Promise<Results>} */
export async function runPoliciesBench({ rounds, scale = 1 }) {
  /** @type {import('./policies/contenders.mjs').Library} */
  const library = await import(new URL('../dist/warden/resilience/index.js', import.meta.url).href);
  const calls = (/** @type {number} */ count) => Math.max(10, Math.round(count * scale));
  /** @type {Row[]} */
  const rows = [];
  const add = (
    /** @type {string} */ name,
    /** @type {Record<string, Figures>} */ figures,
    /** @type {Record<string, { time?: number, bytes?: number }>} */ bounds,
  ) => {
    for (const [peer, bound] of Object.entries(bounds)) {
      const [ours, theirs] = [figures['ours'], figures[peer]];
      if (ours && theirs)
        rows.push({ name, peer, ours, theirs, bound: bound.time ?? null, boundBytes: bound.bytes ?? null });
    }
  };
  const run = (
    /** @type {import('./policies/contenders.mjs').Contenders} */ contenders,
    /** @type {number} */ count,
    /** @type {(context: any) => Promise<number>} */ work = answers,
  ) => measure({ ...contenders }, { work, rounds, calls: calls(count) });

  add('closed breaker', await run(closedBreaker(library), 20_000), {
    cockatiel: { time: 1, bytes: 0.7 },
    opossum: {},
    bare: {},
  });
  add('retry, breaker and time limit; the signal is not read', await run(wholePolicy(library), 20_000), {
    cockatiel: { time: 0.08 },
  });
  add('the same; the signal is read and listened on', await run(wholePolicy(library), 20_000, listens), {
    cockatiel: { time: 0.5 },
  });
  add('refusal, thrown', await run(await refusalByException(library), 20_000), {
    cockatiel: { time: 0.4 },
    opossum: {},
  });
  add('refusal, as a result', await run(await refusalByResult(library), 20_000), {
    cockatiel: { time: 0.02 },
  });
  const few = await failureAfter(library, 100);
  const many = await failureAfter(library, scale < 1 ? 1_000 : 1_000_000);
  // In the same rounds, because they are held against each other.
  const failures = await measure(
    {
      few: few.ours,
      many: many.ours,
      ...(few.opossum && many.opossum ? { fewOfOpossum: few.opossum, manyOfOpossum: many.opossum } : {}),
    },
    { work: answers, rounds, calls: calls(500) },
  );
  const against = (
    /** @type {string} */ name,
    /** @type {string} */ peer,
    /** @type {Figures | undefined} */ ours,
    /** @type {Figures | undefined} */ theirs,
  ) => {
    if (ours && theirs) rows.push({ name, peer, ours, theirs, bound: null, boundBytes: null });
  };
  against('failure after 100 calls', 'opossum', failures['few'], failures['fewOfOpossum']);
  against(
    'failure after 1,000,000 calls (opossum: 100,000)',
    'opossum',
    failures['many'],
    failures['manyOfOpossum'],
  );
  against('failure after 1,000,000 calls against one after 100', 'ours', failures['many'], failures['few']);
  return { ...provenance(), rounds, rows };
}

const time = (/** @type {Figures} */ { ns: { median, low, high } }) =>
  median < 10_000
    ? `${Math.round(median)} ns (${Math.round(low)}..${Math.round(high)})`
    : `${(median / 1_000).toFixed(1)} µs (${(low / 1_000).toFixed(1)}..${(high / 1_000).toFixed(1)})`;
const ratio = (
  /** @type {number} */ ours,
  /** @type {number} */ theirs,
  /** @type {number | null} */ bound,
) =>
  `${(ours / theirs).toPrecision(2)}x${bound === null ? '' : ` (goal ${bound}x${ours / theirs <= bound ? '' : ', missed'})`}`;

/** The table and where it comes from, in Markdown. @param {Results} results */
export function renderPoliciesTable({ rows, rounds, node, commit, changed, load }) {
  return [
    '| call | ours | beside | it | time | bytes a call | bytes |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ name, peer, ours, theirs, bound, boundBytes }) =>
      [
        '',
        name,
        time(ours),
        peer,
        time(theirs),
        ratio(ours.ns.median, theirs.ns.median, bound),
        `${Math.round(ours.bytes)} / ${Math.round(theirs.bytes)}`,
        ratio(ours.bytes, theirs.bytes, boundBytes),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    `Median (quartiles) of ${rounds} rounds in one process, Node ${node}, commit ${commit ?? 'unknown'}${changed ? ' with changes' : ''}, load of the machine ${load.toFixed(1)}.`,
  ].join('\n');
}

/** @param {string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '21' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000) {
    console.error('--rounds is a whole number from 1 to 1,000');
    return 2;
  }
  if (values.write) await requirePlace(PAGE);
  const results = await runPoliciesBench({ rounds });
  const table = renderPoliciesTable(results);
  console.log(values.json ? JSON.stringify(results, null, 2) : table);
  if (values.write) await writeTable(PAGE, table, results);
  return 0;
}
