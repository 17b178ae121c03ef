// @ts-check

/** @typedef {import('../../src/warden/detection/index.ts').Rule} Rule */
/** @typedef {import('../../src/warden/detection/index.ts').Sample} Sample */

const SERIES_A_RULE = 50;
/** Combinations of labels that a composite rule is judged for. */
const GROUPS = 10;

/** @param {number} part @returns {Record<string, string>} */
const labelsOf = (part) => ({ part: String(part), group: String(part % GROUPS) });

/**
 * The mix of a real host: rules of every kind, each over up to fifty series. A composite one is judged for each combination of
 * its labels, which counts as a series.
 * @param {number} series
 */
export function mixOf(series) {
  const base = { unit: '', forMs: 10_000, keepForMs: 10_000, essential: false, nextSteps: [] };
  const levels = { warning: { enter: 0.8, leave: 0.7 }, critical: { enter: 0.95, leave: 0.9 } };
  /** @type {Rule[]} */
  const rules = [];
  /** @type {{ signal: string, labels: Record<string, string> }[]} */
  const measured = [];
  /** @param {string} kind @param {number} share @param {(name: string, signal: string) => Rule} make */
  const add = (kind, share, make) => {
    const count = Math.round(series * share);
    const each = kind === 'composite' ? GROUPS : SERIES_A_RULE;
    for (let first = 0; first < count; first += each) {
      const name = `${kind}_${first}`;
      rules.push(make(name, name));
      if (kind === 'composite') continue;
      for (let n = first; n < Math.min(count, first + SERIES_A_RULE); n++) {
        measured.push({ signal: name, labels: labelsOf(n - first) });
        if (kind === 'ratio') measured.push({ signal: `${name}_all`, labels: labelsOf(n - first) });
      }
    }
  };
  add('threshold', 0.6, (name, signal) => ({ ...base, ...levels, kind: 'threshold', name, signal }));
  add('absence', 0.15, (name, signal) => ({
    ...base,
    kind: 'absence',
    name,
    signal,
    unchanged: false,
    warning: { enter: 60, leave: 1 },
  }));
  add('ratio', 0.1, (name, signal) => ({
    ...base,
    ...levels,
    kind: 'ratio',
    name,
    signal,
    to: `${signal}_all`,
    atLeast: 10,
    windowMs: 300_000,
  }));
  add('trend', 0.1, (name, signal) => ({
    ...base,
    kind: 'trend',
    name,
    signal,
    limit: 1,
    side: 'above',
    stepMs: 60_000,
    points: 30,
    sure: 0.95,
    warning: { enter: 1_800, leave: 2_250 },
  }));
  let composites = 0;
  /** @param {string} kind */
  const one = (kind) => {
    const all = rules.filter((rule) => rule.kind === kind);
    return all[composites % all.length]?.name ?? '';
  };
  add('composite', 0.05, (name) => {
    const warning = { all: [{ rule: one('threshold') }, { not: { rule: one('absence') } }] };
    composites += 1;
    return { ...base, kind: 'composite', name, by: ['group'], warning };
  });
  return { rules, measured };
}

/**
 * The least that looking for values over a limit can cost, to measure beside: each value is held against the limit of its series,
 * without levels, time, memory, missing data or reasons.
 * @param {ReturnType<typeof mixOf>['measured']} measured
 * @returns {(samples: readonly Sample[]) => readonly Sample[]}
 */
export function bareOf(measured) {
  /** @type {Map<string, Map<string | undefined, number>>} */
  const limits = new Map();
  for (const { signal, labels } of measured) {
    const own = limits.get(signal) ?? new Map();
    limits.set(signal, own.set(labels['part'], 0.8));
  }
  return (samples) =>
    samples.filter(({ signal, labels, value }) => {
      const limit = limits.get(signal)?.get(labels?.['part']);
      return limit !== undefined && value !== null && value >= limit;
    });
}

/**
 * What a turn measures: most is well, one in a hundred is over its limits for a while; counters rise. New objects each time,
 * as probes make them.
 * @param {ReturnType<typeof mixOf>['measured']} measured @param {number} turn @param {'calm' | 'incident'} course
 * @returns {Sample[]}
 */
export function samplesAt(measured, turn, course) {
  return measured.map(({ signal, labels }, n) => {
    const isCounter = signal.startsWith('ratio');
    const isBad = course === 'incident' || (n % 100 === 0 && turn % 200 > 150);
    const figure = (isBad ? 0.9 : 0.3) + 0.05 * Math.sin(turn / 20 + n);
    const value = isCounter ? turn * (signal.endsWith('_all') ? 40 : figure > 0.8 ? 30 : 1) : figure;
    return { signal, labels: { ...labels }, value };
  });
}
