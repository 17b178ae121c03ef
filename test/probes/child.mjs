// @ts-check
/**
 * A process that measures itself: commands come as lines on standard input, each is answered by one line of JSON. Its
 * monitor turns when told to, so that others can read the same thing right before and after.
 */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { GCProfiler } from 'node:v8';

// By its path, because there is no dist/ yet when types are checked.
/** @type {typeof import('../../src/kernel/index.ts')} */
const { silentLogger, systemClock } = await import(
  new URL('../../dist/kernel/index.js', import.meta.url).href
);
/** @type {typeof import('../../src/warden/metrics/index.ts')} */
const { createResourceMonitor } = await import(
  new URL('../../dist/warden/metrics/index.js', import.meta.url).href
);

const [dataFolder = '.', countLoopback = ''] = process.argv.slice(2);
/** @type {Set<() => void>} */
const due = new Set();
const monitor = createResourceMonitor({
  clock: {
    ...systemClock,
    schedule(delayMs, fn) {
      if (delayMs < 1_000) return systemClock.schedule(delayMs, fn);
      due.add(fn);
      return () => due.delete(fn);
    },
  },
  log: silentLogger,
  dataFolder,
  cheapIntervalMs: 5_000,
  dearIntervalMs: 60_000,
  ...(countLoopback ? { countsInterface: (name) => name === 'lo' } : {}),
});
/** @type {unknown[]} */
const kept = [];

const answer = async () => {
  // What is read asynchronously settles meanwhile.
  await sleep(100);
  const values = Object.fromEntries(monitor.readings().map(({ name, value }) => [name, value]));
  const reasons = Object.fromEntries(monitor.readings().map(({ name, reason }) => [name, reason]));
  return { values, reasons, origins: monitor.origins() };
};

/** @param {number} ms */
const block = (ms) => {
  const startMs = performance.now();
  while (performance.now() - startMs < ms);
  return performance.now() - startMs;
};

/** @type {Record<string, (amount: number) => unknown>} */
const commands = {
  start: () => {
    monitor.start();
    return answer();
  },
  turn: () => {
    const atMs = performance.now();
    for (const fn of [...due]) {
      due.delete(fn);
      fn();
    }
    return answer().then((told) => ({ ...told, atMs }));
  },
  /** Half of the time, in small pieces. */
  burn: async (ms) => {
    for (let passed = 0; passed < ms; passed += 40) {
      block(20);
      await sleep(20);
    }
    return {};
  },
  block: async (ms) => {
    // Not in the turn in which the command came: the loop shall have been round.
    await sleep(100);
    const blockedMs = block(ms);
    await sleep(100);
    return { blockedMs };
  },
  rest: (ms) => sleep(ms).then(() => ({})),
  open: (count) => {
    for (let i = 0; i < count; i++) kept.push(openSync('/dev/null', 'r'));
    return {};
  },
  write: (bytes) => {
    const path = join(dataFolder, 'written');
    const file = openSync(path, 'w');
    writeSync(file, Buffer.alloc(bytes, 1));
    fsyncSync(file);
    closeSync(file);
    rmSync(path);
    return {};
  },
  keep: (count) => {
    kept.push(Array.from({ length: count }, (_, i) => ({ i, text: `kept ${i}` })));
    return {};
  },
  hold: (bytes) => {
    kept.push(Buffer.alloc(bytes, 1));
    return {};
  },
  collect: async () => {
    const profiler = new GCProfiler();
    profiler.start();
    globalThis.gc?.();
    const { statistics } = profiler.stop();
    await sleep(100);
    const major = statistics.filter(({ gcType }) => gcType === 'MarkSweepCompact');
    return {
      liveBytes: major.at(-1)?.afterGC.heapStatistics.usedHeapSize,
      pauseMs: major.reduce((sum, { cost }) => sum + cost, 0) / 1_000,
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command = '', amount] = line.split(' ');
  process.stdout.write(`${JSON.stringify(await commands[command]?.(Number(amount)))}\n`);
}
monitor.stop();
process.exit();
