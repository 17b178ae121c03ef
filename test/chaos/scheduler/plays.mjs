// @ts-check
import { inFolder, ledgerOf, linesOf, pause, startHost } from './process.mjs';
import { judgeRuns, judgeTakeOver } from './judge.mjs';

const GOOD = ['items', 'quick', 'slow'];
const BAD = ['throws', 'inTimer', 'unawaited', 'tooLate', 'inListener', 'ignores'];
const SHORTEST_LIFE_MS = 400;
const LONGEST_LIFE_MS = 1_800;
/** Of the lease of a host, and its look at it. */
const LEASE_MS = 3_000;
const CHECK_MS = 1_000;

/** Chance that can be repeated (mulberry32). @param {number} seed */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Resolves when a run of `slow` has begun so long ago that the ledger knows. @param {ReturnType<typeof startHost>} host */
async function inMidRun(host) {
  for (let looks = 0; looks < 1_000; looks++) {
    const last = host.lines().findLast(({ job }) => job === 'slow');
    const forMs = last?.what === 'start' ? Date.now() - last.at : 0;
    if (forMs >= 60 && forMs <= 250) return;
    await pause(5);
  }
  throw new Error('no run of slow was under way');
}

/** Kills a host with -9 in mid-run, again and again, and starts the next on what it left. @param {{ rounds: number, seed: number }} options */
export const killAgainAndAgain = ({ rounds, seed }) =>
  inFolder(async (folder) => {
    const random = chance(seed);
    const wrong = [];
    /** @type {{ name: string, lines: import('./process.mjs').Line[] }[]} */
    const lives = [];
    let left = null;
    let [cutOff, taken] = [0, 0];
    for (let round = 0; round <= rounds; round++) {
      const isLast = round === rounds;
      const host = startHost({ folder, name: `host ${round}`, jobs: [...GOOD, ...BAD], takeOver: true });
      await host.said('ready');
      const lifeMs = SHORTEST_LIFE_MS + random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS);
      await pause(isLast ? SHORTEST_LIFE_MS : lifeMs);
      const how = await host.end(isLast ? 'SIGTERM' : 'SIGKILL');
      if (how !== (isLast ? '0' : 'SIGKILL')) wrong.push(`${host.name} ended by itself: ${how}`);
      const life = { name: host.name, lines: host.lines() };
      lives.push(life);
      const ledger = ledgerOf(folder);
      if (left) {
        const judged = judgeTakeOver(left, life, ledger);
        wrong.push(...judged.wrong);
        cutOff += judged.cutOff;
        taken += judged.taken;
      }
      left = ledger;
    }
    const judged = judgeRuns(lives, ledgerOf(folder));
    return { rounds, seed, ...judged, cutOff, taken, wrong: [...wrong, ...judged.wrong] };
  });

/** Stops a host with SIGSTOP in mid-run, lets it go on, and looks at what it does then. @param {{ seconds: number }} options */
export const standStill = ({ seconds }) =>
  inFolder(async (folder) => {
    const host = startHost({ folder, name: 'host', jobs: GOOD });
    await host.said('ready');
    await pause(600);
    host.signal('SIGSTOP');
    const stoppedAt = Date.now();
    await pause(1_000 * seconds);
    const goesOnAt = Date.now();
    host.signal('SIGCONT');
    await pause(1_500);
    const how = await host.end('SIGTERM');
    const lines = host.lines();
    const ledger = ledgerOf(folder);
    const { wrong, runs } = judgeRuns([{ name: 'host', lines }], ledger);
    if (how !== '0') wrong.push(`it ended by itself: ${how}`);
    const after = lines.filter(({ at }) => at >= goesOnAt);
    const heldUp = after.filter(({ what }) => what === 'held_up');
    const toldMs = heldUp.reduce((sum, { ms }) => sum + ms, 0);
    if (toldMs < 1_000 * seconds - CHECK_MS - 100)
      wrong.push(`it told of standing still ${heldUp.length} times, for ${Math.round(toldMs)} ms`);
    const bad = ledger.runs.filter(({ outcome }) => outcome !== 'succeeded');
    for (const { run_id, outcome } of bad) wrong.push(`${run_id} is recorded as ${String(outcome)}`);
    const starts = after.filter(({ what, job }) => what === 'start' && job === 'quick').length;
    if (starts < 5) wrong.push(`it started quick ${starts} times when it went on`);
    return { seconds, stoodMs: goesOnAt - stoppedAt, toldMs: Math.round(toldMs), runs, wrong };
  });

/**
 * Two hosts on one ledger: the second is refused as long as the first lives, and takes over when its lease is over. The first
 * is killed, or stands still and then wakes up, and must find out that it has lost. @param {{ wakes: boolean }} options
 */
export const twoAtOnce = ({ wakes }) =>
  inFolder(async (folder) => {
    const wrong = [];
    const first = startHost({ folder, name: 'first', jobs: GOOD });
    await first.said('ready');
    const second = startHost({ folder, name: 'second', jobs: GOOD });
    await second.said('refused');
    await pause(800);
    if (second.lines().some(({ what }) => what !== 'refused')) wrong.push('the second was not refused');
    await inMidRun(first);
    if (wakes) first.signal('SIGSTOP');
    else await first.end('SIGKILL');
    const cutAt = Date.now();
    const left = ledgerOf(folder);
    await second.said('ready');
    const waitedMs = Date.now() - cutAt;
    // Its lease was prolonged at the latest a check ago.
    if (waitedMs < LEASE_MS - CHECK_MS - 100 || waitedMs > LEASE_MS + 3_000)
      wrong.push(`the second took over after ${waitedMs} ms`);
    await pause(400);
    if (wakes) {
      first.signal('SIGCONT');
      await pause(CHECK_MS + 300);
      const late = first.lines().filter(({ at }) => at > cutAt);
      if (late.some(({ what }) => what === 'start')) wrong.push('the first started a run after it had lost');
      if (!late.some(({ what }) => what === 'fenced')) wrong.push('the first did not say that it had lost');
      await first.end('SIGTERM');
    }
    const how = await second.end('SIGTERM');
    if (how !== '0') wrong.push(`the second ended by itself: ${how}`);
    const [before, life] = ['first', 'second'].map((name) => ({ name, lines: linesOf(folder, name) }));
    if (!before || !life) throw new Error('there are two');
    const ledger = ledgerOf(folder);
    const judged = judgeTakeOver(left, life, ledger);
    const lost = before.lines.filter(({ at }) => at <= cutAt);
    const { wrong: others, runs } = judgeRuns([{ name: 'first', lines: lost }, life], ledger);
    return { waitedMs, runs, cutOff: judged.cutOff, wrong: [...wrong, ...judged.wrong, ...others] };
  });

/** Every bad job at once for so long, and in the end an error of no run. @param {{ ms: number }} options */
export const throwEverywhere = ({ ms }) =>
  inFolder(async (folder) => {
    const wrong = [];
    const host = startHost({
      ...{ folder, name: 'host', jobs: [...GOOD, ...BAD, 'blocks'] },
      strayAfterMs: ms,
    });
    await host.said('ready');
    const how = await host.ended;
    const lines = host.lines();
    const { runs } = ledgerOf(folder);
    const crashes = lines.filter(({ what }) => what === 'crash').map(({ cause }) => cause);
    if (how !== '70' || crashes.join() !== 'of no run') wrong.push(`it ended with ${how}: ${crashes.join()}`);
    const causes = (/** @type {string} */ job) =>
      new Set(
        runs
          .filter((row) => row.job === job && row.outcome !== null)
          .map((row) => `${row.outcome}: ${row.cause}`),
      );
    const expected = {
      throws: 'failed: in its first run',
      inTimer: 'failed: it escaped: in a timer',
      unawaited: 'failed: it escaped: where nobody awaits it',
      inListener: 'stalled: no progress for 1 s',
      ignores: 'stalled: no progress for 1 s; it did not end when it was told to',
      tooLate: 'succeeded: null',
      quick: 'succeeded: null',
      blocks: 'succeeded: null',
    };
    for (const [job, cause] of Object.entries(expected))
      if ([...causes(job)].join() !== cause) wrong.push(`${job}: ${[...causes(job)].join()}`);
    const escaped = new Set(
      lines
        .filter(({ what }) => what === 'error_escaped')
        .map(({ job, cause, late }) => `${job} ${late}: ${cause}`),
    );
    for (const one of [
      'inTimer false: it escaped: in a timer',
      'unawaited false: it escaped: where nobody awaits it',
      'inListener false: it escaped: in a listener',
      'tooLate true: it escaped: afterwards',
    ])
      if (!escaped.has(one)) wrong.push(`not told: ${one} (${[...escaped].join('; ')})`);
    const heldUp = lines.filter(({ what }) => what === 'held_up');
    if (!heldUp.some(({ jobs }) => jobs.includes('blocks'))) wrong.push('nobody said what blocked the loop');
    return { ms, runs: runs.length, escaped: escaped.size, heldUp: heldUp.length, wrong };
  });
