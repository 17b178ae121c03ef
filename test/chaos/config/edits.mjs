// @ts-check
/** Edits of a configuration, good and bad, and ways to bring them into a file. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

/** Chance that can be repeated (mulberry32). @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @template T @param {() => number} random @param {readonly T[]} all @returns {T} */
export const oneOf = (random, all) => /** @type {T} */ (all[Math.floor(random() * all.length)]);

/** Settings of four rooms that all tell the same number, so that a mixture shows. @param {number} k */
export const settingsOf = (k) => ({
  tokens: {
    check_interval: `${k}s`,
    archived_interval: `${k + 600}s`,
    return_trades5m: k,
    // Waits for the next start, whatever it is.
    cold_share: k / 1_000_000,
  },
  jobs: { grace: `${k}s` },
  rules: {
    override: { 'store.failing': { critical: { enter: k } } },
    custom: [
      { name: 'fuzzed', kind: 'threshold', signal: 'backlog', warning: { enter: k + 1_000_000, leave: 1 } },
    ],
  },
  log: { level: k % 2 === 0 ? 'info' : 'warning' },
});

/** The number that each live setting tells. @param {readonly { path: string, inForce: unknown }[]} items @returns {unknown[]} */
export function numbersIn(items) {
  const values = new Map(items.map(({ path, inForce }) => [path, inForce]));
  const seconds = (/** @type {string} */ path) => Number(String(values.get(path)).replace(/s$/, ''));
  const rules = /** @type {any} */ (values.get('rules.override'));
  const [custom] = /** @type {any[]} */ (values.get('rules.custom'));
  return [
    seconds('tokens.check_interval'),
    seconds('tokens.archived_interval') - 600,
    Number(values.get('tokens.return_trades5m')),
    seconds('jobs.grace'),
    rules?.['store.failing']?.critical?.enter,
    (custom?.warning?.enter ?? Number.NaN) - 1_000_000,
  ];
}

/** @typedef {{ name: string, text: string, path: string }} BadEdit */

/** A file that must be refused, with the path that must be named. @param {() => number} random @param {number} k @param {string} file @returns {BadEdit} */
export function badEdit(random, k, file) {
  const good = settingsOf(k);
  const text = JSON.stringify(good, null, oneOf(random, [0, 2]));
  const { tokens, jobs, rules } = good;
  const [rule] = rules.custom;
  /** @type {[string, string, unknown][]} */
  const values = [
    ['a bad duration', 'tokens.check_interval', { ...good, tokens: { ...tokens, check_interval: 'soon' } }],
    ['a bad level', 'log.level', { ...good, log: { level: 'loud' } }],
    ['a number out of bounds', 'jobs.grace', { ...good, jobs: { ...jobs, grace: '9h' } }],
    ['a slip in a key', 'tokens.chekc_interval', { ...good, tokens: { ...tokens, chekc_interval: '9s' } }],
    ['a slip in a section', 'tokesn', { ...good, tokesn: {} }],
    ['weights that do not sum to 1', 'tokens.w_tx', { ...good, tokens: { ...tokens, w_tx: 0.9 } }],
    ['a section that is a list', 'jobs', { ...good, jobs: [] }],
    [
      'a rule whose levels are the wrong way round',
      'rules.custom.0',
      { ...good, rules: { ...rules, custom: [{ ...rule, warning: { enter: 1, leave: 2 } }] } },
    ],
    [
      'a change to a rule that there is not',
      'rules.override.nothing.such',
      { ...good, rules: { ...rules, override: { ...rules.override, 'nothing.such': { off: true } } } },
    ],
  ];
  const pick = Math.floor(random() * (values.length + 5));
  const value = values[pick];
  if (value) return { name: value[0], text: JSON.stringify(value[2]), path: value[1] };
  if (pick === values.length) return { name: 'an empty file', text: '', path: file };
  if (pick === values.length + 1) return { name: 'a file of nonsense', text: '\u0000\u0001ÿ{', path: file };
  const end = 1 + Math.floor(random() * (text.length - 1));
  return { name: 'half of a file', text: text.slice(0, end), path: file };
}

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ways to change a file. Each resolves once all of it is there. @type {readonly { name: string, write: (file: string, text: string, random: () => number, n: number) => Promise<void> }[]} */
export const WRITERS = [
  { name: 'in place', write: async (file, text) => writeFileSync(file, text) },
  {
    name: 'moved into its place',
    async write(file, text) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
  },
  {
    name: 'removed and made anew',
    async write(file, text, random) {
      rmSync(file, { force: true });
      await pause(random() * 300);
      writeFileSync(file, text);
    },
  },
  {
    name: 'in two halves',
    async write(file, text, random) {
      const half = Math.floor(random() * text.length);
      writeFileSync(file, text.slice(0, half));
      await pause(random() * 600);
      writeFileSync(file, text);
    },
  },
  {
    name: 'by a link that is turned',
    async write(file, text, _, n) {
      mkdirSync(`${file}.versions`, { recursive: true });
      const version = `${file}.versions/${n}.json`;
      writeFileSync(version, text);
      symlinkSync(version, `${file}.new`);
      renameSync(`${file}.new`, file);
    },
  },
];
