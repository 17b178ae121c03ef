// @ts-check
/** @typedef {import('./process.mjs').Line} Line */
/** @typedef {import('./process.mjs').Ledger} Ledger */
/** @typedef {{ name: string, lines: Line[] }} Life of one process */

/** What happened so shortly before a kill may be missing from the ledger. */
const LAST_MOMENT_MS = 250;
const EVERY_MS = /** @type {Record<string, number>} */ ({ items: 60, quick: 50, slow: 100 });
const WINDOW_MS = 200;

/** The moment from which on things of a process may be missing; a process that ended cleanly has none. @param {Line[]} lines */
const lastMomentOf = (lines) =>
  lines.at(-1)?.what === 'stopped' ? Infinity : (lines.at(-1)?.at ?? 0) - LAST_MOMENT_MS;

/** Bursts, runs at once, and crashes: what can be seen in one process alone. @param {Life} life */
function wrongWithin({ name, lines }) {
  const wrong = lines.filter(({ what }) => what === 'crash').map(({ cause }) => `${name} crashed: ${cause}`);
  for (const [job, everyMs] of Object.entries(EVERY_MS)) {
    const own = lines.filter((line) => line.job === job);
    let open = 0;
    for (const { what } of own) {
      if (what === 'start') open += 1;
      if (what === 'end') open -= 1;
      if (open > 1) wrong.push(`${name}: ${job} runs twice at once`);
    }
    const starts = own.filter(({ what }) => what === 'start').map(({ at }) => at);
    const most = Math.ceil(WINDOW_MS / everyMs) + 2;
    for (const [nr, at] of starts.entries())
      if ((starts[nr + most] ?? Infinity) - at < WINDOW_MS) wrong.push(`${name}: a burst of ${job}`);
  }
  return wrong;
}

/**
 * Everything that is wrong with what the processes did, held to what the ledger says of it.
 * @param {readonly Life[]} lives in their order @param {Ledger} ledger after the last one has stopped cleanly
 */
export function judgeRuns(lives, ledger) {
  const wrong = lives.flatMap(wrongWithin);
  if (ledger.integrity !== 'ok') wrong.push(`integrity: ${ledger.integrity}`);
  const rows = new Map(ledger.runs.map((row) => [row.run_id, row]));
  const started = new Set();
  let unrecorded = 0;
  let escaped = 0;
  for (const { name, lines } of lives) {
    const lastMoment = lastMomentOf(lines);
    escaped += lines.filter(({ what }) => what === 'error_escaped').length;
    const ends = new Map(lines.filter(({ what }) => what === 'end').map(({ run, at }) => [run, at]));
    for (const { what, run, job, at } of lines) {
      if (what !== 'start') continue;
      if (started.has(run)) wrong.push(`${run} was started twice`);
      started.add(run);
      const row = rows.get(run);
      if (!row) {
        unrecorded += 1;
        if (at < lastMoment) wrong.push(`${run} is not in the ledger`);
        continue;
      }
      const endedAt = ends.get(run);
      if (row.outcome === 'interrupted' && endedAt !== undefined && endedAt < lastMoment)
        wrong.push(`${run} had ended, and is recorded as interrupted`);
      if (row.outcome === 'succeeded' && endedAt === undefined)
        wrong.push(`${run} of ${name} did not end, and is recorded as ${row.outcome}`);
      if (job !== 'items') continue;
      const settled = lines.filter((line) => line.what === 'item' && line.run === run);
      const counted = row.items_done + row.items_failed;
      const sure = settled.filter((line) => line.at < lastMoment).length;
      if (counted > settled.length || counted < sure)
        wrong.push(`${run} settled ${settled.length} items, and ${counted} are recorded`);
    }
  }
  for (const { run_id, outcome } of ledger.runs) {
    if (outcome === null) wrong.push(`${run_id} has no end`);
    if (!started.has(run_id)) wrong.push(`${run_id} was recorded and never began`);
  }
  if (ledger.items.some(({ job }) => job === 'items')) wrong.push('items are left in flight');
  return { wrong, unrecorded, escaped, runs: ledger.runs.length };
}

/**
 * What a process that was cut off left must be taken up by the next: its open runs are recorded as interrupted, each of its
 * jobs runs anew, and its items in flight come first.
 * @param {Ledger} left @param {Life} next @param {Ledger} after what the ledger held when that one had ended
 */
export function judgeTakeOver(left, next, after) {
  const wrong = [];
  const outcomes = new Map(after.runs.map((row) => [row.run_id, row.outcome]));
  const starts = next.lines.filter(({ what }) => what === 'start');
  const resumed = new Map();
  for (const { job, resumed: items } of starts) resumed.set(job, [...(resumed.get(job) ?? []), ...items]);
  const still = new Set(after.items.map(({ job, item }) => `${job}/${item}`));
  const open = left.runs.filter(({ outcome }) => outcome === null);
  for (const { run_id, job } of open) {
    if (outcomes.get(run_id) !== 'interrupted')
      wrong.push(`${run_id} was cut off, and is recorded as ${String(outcomes.get(run_id))}`);
    if (!starts.some((start) => start.job === job)) wrong.push(`${next.name} did not run ${job} again`);
  }
  for (const { job, item } of left.items)
    if (!resumed.get(job)?.includes(item) && !still.has(`${job}/${item}`))
      wrong.push(`${item} of ${job} was in flight, and ${next.name} lost it`);
  const taken = left.items.filter(({ job, item }) => resumed.get(job)?.includes(item)).length;
  return { wrong, cutOff: open.length, taken };
}
