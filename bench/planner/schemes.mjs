// @ts-check
/** Ways to spend the quota: ours, and what is common. Each is started once a run and asked each second. */

/** @typedef {import('./measure.mjs').World} World */
/** @typedef {{ batches: readonly (readonly number[])[], full: readonly number[] }} Step rows, a list a request */
/** @typedef {(nowS: number, available: number) => Step} Scheme */

const BATCH = 30;
const HOT_S = 10;
const COLD_S = 45;
/** Of each batch of the fixed jobs; the rest goes by priority. */
const OLDEST_SHARE = 0.2;

/** @param {readonly number[]} rows @returns {number[][]} */
const inBatches = (rows) =>
  Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, n) => rows.slice(n * BATCH, (n + 1) * BATCH));

/** The planner of this product with its defaults, and requests saved up to ten as its pipeline does. @param {World} world @returns {Scheme} */
function planned({ library, hot, size, value, refreshedS, checkedS, random }) {
  const { CandidateColumns, KIND, NO_CREDIT, planReads, tokenDefaults } = library;
  const columns = new CandidateColumns();
  for (let row = 0; row < size; row++) {
    columns.add(String(row), row < hot ? KIND.hot : KIND.cold, -1_000_000);
    columns.refreshWeight[row] = Math.sqrt(value[row] ?? 1);
    columns.checkWeight[row] = Math.sqrt(1 + 3 * random());
    columns.promising[row] = row % 5 === 0 ? 1 : 0;
  }
  let credit = NO_CREDIT;
  let saved = 0;
  return (nowS, available) => {
    for (let row = 0; row < size; row++) {
      columns.refreshedMs[row] = 1_000 * /** @type {number} */ (refreshedS[row]);
      columns.checkedMs[row] = 1_000 * /** @type {number} */ (checkedS[row]);
    }
    saved = Math.min(10, saved + 5);
    const plan = planReads(
      columns,
      1_000 * nowS,
      {
        requests: Math.min(Math.floor(saved), available),
        requestsPerMinute: 300,
        batchSize: BATCH,
        credit,
        startedMs: 0,
      },
      tokenDefaults,
    );
    credit = plan.credit;
    saved -= plan.reads.length;
    return {
      batches: plan.reads.flatMap((/** @type {any} */ read) =>
        read.kind === 'batch' ? [read.mints.map(Number)] : [],
      ),
      full: plan.reads.flatMap((/** @type {any} */ read) =>
        read.kind === 'full' ? [Number(read.mint)] : [],
      ),
    };
  };
}

/** Full reads in turn, evenly over the minute. @param {World} world */
function fullInTurn({ size, fullPerMinute }) {
  let next = 0;
  return (/** @type {number} */ nowS, /** @type {number} */ available) => {
    const due = Math.floor(((nowS + 1) * fullPerMinute) / 60) - Math.floor((nowS * fullPerMinute) / 60);
    return Array.from({ length: Math.min(due, available) }, () => next++ % size);
  };
}

/**
 * A job for hot tokens each 10 s and three staggered ones for cold tokens each 45 s; each takes a batch, four of five
 * tokens by priority and one by age. Priority is value plus staleness, which counts fully at an hour.
 * @param {World} world @param {{ hot: (available: number) => number, cold: (available: number) => number, coldJobs: number }} sizes
 * @returns {Scheme}
 */
function fixedJobs(world, { hot: hotTokens, cold: coldTokens, coldJobs }) {
  const { hot, size, value, refreshedS } = world;
  const full = fullInTurn(world);
  const rowsOf = (/** @type {number} */ from, /** @type {number} */ to) =>
    Array.from({ length: to - from }, (_, n) => from + n);
  const groups = { hot: rowsOf(0, hot), cold: rowsOf(hot, size) };
  const choose = (
    /** @type {'hot' | 'cold'} */ group,
    /** @type {number} */ count,
    /** @type {number} */ nowS,
  ) => {
    const age = (/** @type {number} */ row) => nowS - /** @type {number} */ (refreshedS[row]);
    const priority = (/** @type {number} */ row) =>
      /** @type {number} */ (value[row]) / 4 + Math.min(1, age(row) / 3_600);
    const byPriority = groups[group].toSorted((a, b) => priority(b) - priority(a));
    const first = byPriority.slice(0, Math.ceil((1 - OLDEST_SHARE) * count));
    const taken = new Set(first);
    const oldest = byPriority.filter((row) => !taken.has(row)).toSorted((a, b) => age(b) - age(a));
    return [...first, ...oldest.slice(0, Math.max(0, count - first.length))];
  };
  return (nowS, available) => {
    const checks = full(nowS, available);
    let left = available - checks.length;
    /** @type {number[][]} */
    /** @type {(readonly number[])[]} */
    const batches = [];
    const run = (
      /** @type {'hot' | 'cold'} */ group,
      /** @type {(available: number) => number} */ tokens,
    ) => {
      const made = inBatches(choose(group, Math.min(groups[group].length, tokens(left)), nowS)).slice(
        0,
        left,
      );
      left -= made.length;
      batches.push(...made);
    };
    if (nowS % HOT_S === 0) run('hot', hotTokens);
    for (let job = 0; job < coldJobs; job++)
      if (nowS % COLD_S === Math.floor((job * COLD_S) / coldJobs)) run('cold', coldTokens);
    return { batches, full: checks };
  };
}

/** Who is due first is read first, once due; what is not full goes out as it is. @param {World} world @returns {Scheme} */
function firstDueFirst(world) {
  const { hot, size, refreshedS } = world;
  const full = fullInTurn(world);
  const dueS = (/** @type {number} */ row) =>
    Math.max(0, Math.ceil(/** @type {number} */ (refreshedS[row]) + (row < hot ? HOT_S : COLD_S)));
  /** By the second in which they fall due. @type {Map<number, number[]>} */
  const calendar = new Map();
  const put = (/** @type {number} */ row, /** @type {number} */ atS) => {
    const rows = calendar.get(atS);
    if (rows) rows.push(row);
    else calendar.set(atS, [row]);
  };
  for (let row = 0; row < size; row++) put(row, dueS(row));
  /** @type {number[]} */
  let waiting = [];
  let saved = 0;
  return (nowS, available) => {
    saved = Math.min(10, saved + 5);
    // A full read has put off the next refresh of some.
    waiting = [...waiting, ...(calendar.get(nowS) ?? [])].filter((row) => dueS(row) <= nowS);
    calendar.delete(nowS);
    const checks = full(nowS, Math.min(available, Math.floor(saved)));
    const most = Math.min(available, Math.floor(saved)) - checks.length;
    const rows = waiting.slice(0, most * BATCH);
    waiting = waiting.slice(rows.length);
    const read = new Set([...rows, ...checks]);
    waiting = waiting.filter((row) => !read.has(row));
    for (const row of read) put(row, nowS + (row < hot ? HOT_S : COLD_S));
    const batches = inBatches(rows);
    saved -= batches.length + checks.length;
    return { batches, full: checks };
  };
}

/** @type {Record<string, { title: string, start: (world: World) => Scheme }>} */
export const SCHEMES = {
  planner: { title: 'this planner', start: planned },
  fixed: {
    title: 'fixed jobs, 35 hot and 70 cold tokens each',
    start: (world) => fixedJobs(world, { hot: () => 35, cold: () => 70, coldJobs: 3 }),
  },
  fixedFull: {
    title: 'fixed jobs, each takes all that the quota allows',
    start: (world) =>
      fixedJobs(world, { hot: (left) => left * BATCH, cold: (left) => left * BATCH, coldJobs: 1 }),
  },
  firstDue: { title: 'who is due first', start: firstDueFirst },
};
