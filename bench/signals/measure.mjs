// @ts-check
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

// By its path, because there is no dist/ yet when types are checked.
/** @type {typeof import('../../src/kernel/index.ts')} */
const { silentLogger, systemClock } = await import(
  new URL('../../dist/kernel/index.js', import.meta.url).href
);
/** @type {typeof import('../../src/storage/index.ts')} */
const { openSqliteStore } = await import(new URL('../../dist/storage/index.js', import.meta.url).href);
/** @type {typeof import('../../src/warden/metrics/index.ts')} */
const { createSignalHistory } = await import(
  new URL('../../dist/warden/metrics/index.js', import.meta.url).href
);

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const STEP_MS = 5_000;

/** @typedef {{ p50: number, p99: number, max: number }} Spread in ms */
/** @param {number[]} values @returns {Spread} */
function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/**
 * Two days of one signal in many series, as a service leaves them: the last hour in points, the rest in rows. Of the
 * days before one point a minute is played, which gives the same rows.
 * @param {string} folder @param {number} series
 */
export async function fill(folder, series) {
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  if (store.signals === null) throw new Error('there is no history without a file');
  const { signals } = store;
  const lines = Array.from({ length: series }, (_, n) => ({
    id: n + 1,
    name: 'latency',
    labels: { endpoint: String(n + 1) },
  }));
  await signals.open();
  const now = systemClock.now();
  const recent = Math.floor((now - HOUR_MS) / QUARTER_MS) * QUARTER_MS;
  for (let at = now - 48 * HOUR_MS; at < now;) {
    const end = Math.min(now, at + HOUR_MS);
    const points = [];
    for (; at < end; at += at < recent ? 60_000 : STEP_MS)
      for (const { id } of lines) points.push({ series: id, at, value: id + Math.sin(at / 1e6) });
    for (let start = 0; start < points.length; start += 2_000)
      await signals.write(lines, points.slice(start, start + 2_000));
    while ((await signals.rollUp(end, 500)) > 0);
    const far = 0;
    while ((await signals.prune({ raw: recent, minute: far, quarter: far })) > 0);
  }
  return { store, signals, series };
}

/** @param {Awaited<ReturnType<typeof fill>>} filled @param {number} reads */
export async function measureReads({ store, signals, series }, reads) {
  const history = createSignalHistory({
    clock: systemClock,
    log: silentLogger,
    store: signals,
    recordEveryMs: STEP_MS,
    maxSeries: 10_000,
  });
  await history.start();
  const idleLoop = await delayWhile(() => sleep(2_000));
  /** @type {number[]} */
  const times = [];
  /** @type {number[]} */
  const writes = [];
  let rows = 0;
  let isReading = true;
  const writing = async () => {
    while (isReading) {
      const at = systemClock.now();
      const points = Array.from({ length: series }, (_, n) => ({ series: n + 1, at, value: n }));
      const startMs = performance.now();
      await signals.write([], points);
      writes.push(performance.now() - startMs);
      await sleep(20);
    }
  };
  const loop = await delayWhile(async () => {
    const written = writing();
    for (let made = 0; made < reads; made++) {
      const now = systemClock.now();
      const startMs = performance.now();
      const answer = await history.query({
        name: 'latency',
        labels: { endpoint: String(1 + (made % series)) },
        from: now - 48 * HOUR_MS,
        to: now,
        stepMs: null,
      });
      times.push(performance.now() - startMs);
      rows = answer?.series[0]?.rows.length ?? 0;
      await sleep(5);
    }
    isReading = false;
    await written;
  });
  await history.stop();
  await store.close();
  return { read: spreadOf(times), write: spreadOf(writes), loop, idleLoop, rows };
}

/** How late the loop is, beyond the 1 ms between two looks. @param {() => Promise<unknown>} work @returns {Promise<Spread>} */
async function delayWhile(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  const ms = (/** @type {number} */ ns) => Math.max(0, ns / 1e6 - 1);
  return { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
}
