// @ts-check
/**
 * Edits the configuration of a service that works under load, by its file and by requests, half of the edits bad and some in
 * two halves, and looks whether it ever is in a mixed state, takes what is bad, refuses without a path, or drops a run.
 * `npm run proof:config -- --edits 500 --seed 7` prints one JSON line.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WRITERS, badEdit, chance, numbersIn, oneOf, settingsOf } from './config/edits.mjs';
import { startService } from './service.mjs';

const FIRST = 100;
const PROMISED_MS = 1_000;
/** Then it is not slow, it does not come. */
const LOST_MS = 15_000;
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** @typedef {Awaited<ReturnType<typeof startService>>} Service */

/** Looks at what is in force all the time. @param {Service} service @param {string[]} wrong @param {{ good: Set<number> }} known */
function watchService(service, wrong, known) {
  const seen = { acceptedAt: 0, report: Number.NaN, rules: Number.NaN, refusedAt: 0, looks: 0, slowestMs: 0 };
  /** @type {{ reason: string, faults: { path: string, message: string }[] } | null} */
  let refused = null;
  let isOver = false;
  /** @param {string} what @param {unknown[]} numbers */
  const judge = (what, numbers) => {
    const [first] = numbers;
    if (numbers.some((number) => number !== first))
      wrong.push(`a mixed state of ${what}: ${numbers.join(', ')}`);
    else if (!known.good.has(Number(first))) wrong.push(`${what}: ${first} was never to act`);
    return Number(first);
  };
  const done = (async () => {
    while (!isOver) {
      const beganMs = performance.now();
      const { json: report } = await service.ask('/admin/config');
      seen.report = judge('settings', numbersIn(report.items));
      const waiting = report.items.find((/** @type {any} */ item) => item.path === 'tokens.cold_share');
      if (waiting.inForce !== FIRST / 1_000_000)
        wrong.push('a setting that waits for the next start acts already');
      seen.acceptedAt = report.acceptedAt;
      refused = report.refused;
      seen.refusedAt = report.refused?.at ?? 0;
      const { json: rules } = await service.ask('/api/rules');
      const enter = (/** @type {string} */ name) =>
        rules.items.find((/** @type {any} */ rule) => rule.name === name)?.levels[0]?.enter;
      seen.rules = judge('rules', [enter('store.failing'), enter('fuzzed') - 1_000_000]);
      seen.looks += 1;
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - beganMs);
      await pause(10);
    }
  })();
  return {
    seen,
    refusal: () => refused,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

/** Keeps the service at work beside its own. @param {Service} service */
function load(service) {
  let isOver = false;
  let answers = 0;
  const loops = ['/api/tokens?limit=50', '/api/overview'].map(async (path) => {
    while (!isOver) {
      await service.ask(path);
      answers += 1;
      await pause(20);
    }
  });
  return {
    answers: () => answers,
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}

/** @param {() => boolean} isSo @returns {Promise<number | null>} how long it took; null when it did not come */
async function comes(isSo) {
  const beganMs = performance.now();
  while (!isSo()) {
    if (performance.now() - beganMs > LOST_MS) return null;
    await pause(5);
  }
  return performance.now() - beganMs;
}

/** What the edits did to the jobs, and to what is told of them. @param {Service} service @param {{ accepted: number }} figures @param {string[]} wrong */
async function judgeEnd(service, { accepted }, wrong) {
  let runs = 0;
  const { json: jobs } = await service.ask('/api/jobs');
  for (const { name, state, lateResults } of jobs.items) {
    if (state === 'parked' || state === 'stalled') wrong.push(`the job ${name} is ${state}`);
    if (lateResults > 0) wrong.push(`the job ${name} has late results`);
    const { json: job } = await service.ask(`/api/jobs/${name}?limit=500`);
    for (const run of job.runs) {
      runs += 1;
      if (run.outcome !== 'succeeded' || run.abandoned)
        wrong.push(`a run of ${name} ${run.outcome}: ${run.cause}`);
    }
  }
  /** @type {any[]} */
  const entries = [];
  for (let before = ''; ;) {
    const { json: page } = await service.ask(`/api/journal?type=config.changed&limit=500${before}`);
    entries.unshift(...page.items.toReversed());
    if (page.nextBefore === null) break;
    before = `&before=${page.nextBefore}`;
  }
  if (entries.length !== accepted)
    wrong.push(`${accepted} changes, and ${entries.length} of them in the journal`);
  let last = `${FIRST}s`;
  for (const { data } of entries) {
    const change = data.changes.find((/** @type {any} */ one) => one.path === 'tokens.check_interval');
    if (!change) continue;
    if (change.from !== last) wrong.push(`the journal leads from ${last}, and goes on from ${change.from}`);
    last = change.to;
  }
  return { runs, entries: entries.length };
}

/** @param {{ edits: number, seed: number }} options */
export async function editAgainAndAgain({ edits, seed }) {
  const random = chance(seed);
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden edits '));
  const file = join(folder, 'monitoring.json');
  writeFileSync(file, JSON.stringify(settingsOf(FIRST)));
  /** @type {string[]} */
  const wrong = [];
  const known = { good: new Set([FIRST]) };
  /** @type {number[]} */
  const tookMs = [];
  /** The same as whoever looks sees it, with the time that looking takes. @type {number[]} */
  const seenMs = [];
  const figures = { accepted: 0, refused: 0, byRequest: 0, signals: 0 };
  /** @type {Service[]} */
  const services = [];
  try {
    const service = await startService(folder, file);
    services.push(service);
    const watch = watchService(service, wrong, known);
    const work = load(service);
    let last = FIRST;
    let isBroken = false;

    /** @param {number} n */
    const byRequest = async (n) => {
      figures.byRequest += 1;
      const isGood = random() < 0.5;
      const set = isGood
        ? { 'tokens.max_tokens': 100_000 + n }
        : { 'tokens.max_tokens': 5, 'log.level': 'loud' };
      const { status, json } = await service.ask('/admin/config', { set });
      if (status !== (isGood ? 200 : 422)) wrong.push(`edit ${n} by request was answered ${status}`);
      if (isGood) figures.accepted += 1;
      else {
        figures.refused += 1;
        if (json.faults?.[0]?.path !== 'log.level')
          wrong.push(`edit ${n} by request was refused without its path`);
      }
    };
    /** @param {number} n @param {(typeof WRITERS)[number]} writer */
    const good = async (n, writer) => {
      const k = FIRST + n;
      known.good.add(k);
      await writer.write(file, JSON.stringify(settingsOf(k), null, oneOf(random, [0, 2])), random, n);
      const writtenAt = Date.now();
      const took = await comes(() => watch.seen.report === k && watch.seen.rules === k && !watch.refusal());
      if (took === null) throw new Error(`edit ${n} (${writer.name}) never came into force`);
      seenMs.push(took);
      tookMs.push(Math.max(0, watch.seen.acceptedAt - writtenAt));
      known.good.delete(last);
      last = k;
      isBroken = false;
      figures.accepted += 1;
    };
    /** @param {number} n @param {(typeof WRITERS)[number]} writer */
    const bad = async (n, writer) => {
      const { name, text, path } = badEdit(random, FIRST + n, file);
      const names = () => watch.refusal()?.faults.some((fault) => fault.path.startsWith(path)) ?? false;
      const before = watch.seen.refusedAt;
      await writer.write(file, text, random, n);
      const took = await comes(() => watch.seen.refusedAt > before && names());
      if (took === null) wrong.push(`edit ${n} (${name}, ${writer.name}) was not refused with ${path}`);
      isBroken = true;
      figures.refused += 1;
    };

    await comes(() => watch.seen.looks > 0);
    for (let n = 1; n <= edits; n++) {
      if (random() < 0.1) {
        service.child.kill('SIGHUP');
        figures.signals += 1;
      }
      const kind = random();
      const writer = oneOf(random, WRITERS);
      if (kind < 0.15) await byRequest(n);
      else if (kind < 0.55) await bad(n, writer);
      else await good(n, writer);
    }
    if (isBroken) await good(edits + 1, oneOf(random, WRITERS));
    await work.stop();
    await watch.stop();
    const { runs, entries } = await judgeEnd(service, figures, wrong);

    // The last good configuration survives a kill and a file that is broken meanwhile.
    service.child.kill('SIGKILL');
    await service.ended;
    writeFileSync(file, '{"tokens":');
    const second = await startService(folder, file);
    services.push(second);
    const { json: report } = await second.ask('/admin/config');
    if (report.refused === null || numbersIn(report.items).some((number) => number !== last))
      wrong.push('the last good configuration did not survive');
    second.child.kill('SIGTERM');
    await second.ended;

    for (const all of [tookMs, seenMs]) all.sort((a, b) => a - b);
    /** @param {number[]} all */
    const spread = (all) => {
      const at = (/** @type {number} */ share) => Math.round(all[Math.floor(share * (all.length - 1))] ?? 0);
      return { median: at(0.5), p99: at(0.99), max: at(1) };
    };
    return {
      edits,
      seed,
      ...figures,
      looks: watch.seen.looks,
      slowestLookMs: Math.round(watch.seen.slowestMs),
      answers: work.answers(),
      runs,
      entries,
      inForceMs: spread(tookMs),
      seenMs: spread(seenMs),
      late: tookMs.filter((ms) => ms > PROMISED_MS).length,
      wrong: wrong.slice(0, 20),
      faults: wrong.length,
    };
  } finally {
    for (const { child, ended } of services) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { edits: { type: 'string', default: '500' }, seed: { type: 'string', default: '7' } },
  });
  const report = await editAgainAndAgain({ edits: Number(values.edits), seed: Number(values.seed) });
  console.log(JSON.stringify(report));
  process.exitCode = report.faults === 0 && report.late === 0 && report.runs > 0 ? 0 : 1;
}
