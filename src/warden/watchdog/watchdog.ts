import { url as inspectorUrl } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { describeError, onWork, silentLogger, threadClock } from '../../kernel/index.ts';
import { describeBlock, type Block } from './block.ts';
import { createGaps } from './gaps.ts';
import { createHeartbeatMemory, writeHeartbeat } from './heartbeat.ts';
import { beatSettings } from './judge-beat.ts';
import { limitOf, traceOf, watchdogDefaults, type WatchdogOptions } from './options.ts';
import type { WatchNews, WatchOrders } from './thread-messages.ts';
import { blockFields } from './trace.ts';

/** Watches the event loop of the thread that made it. */
export interface Watchdog {
  /** Resolves when the watching thread looks on; rejects never. A second call does nothing more. */
  start(): Promise<void>;
  /** Ends the watching thread. */
  stop(): Promise<void>;
  /** Notes what begins to run, so that a block in a native call can name it. Costs under 1 us. */
  label(text: string): void;
}

/** Waits before a thread that died is started again, in ms; the last one stays. */
const RESTART_WAITS_MS = [1_000, 10_000, 60_000] as const;
/** A thread that lived so long died of something new. */
const PROVEN_MS = 600_000;
const STOP_WITHIN_MS = 2_000;
/**
 * Without bounds of its own a thread takes as much memory as the main one may. Source maps of large programs must fit.
 */
const MEMORY = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128, stackSizeMb: 1 } as const;

/**
 * A thread that notices when this one's event loop stops turning, says where, and leaves a trace while it lasts. It looks
 * at a heartbeat that a timer of this loop writes: nobody else ever beats for it. Neither holds the process up.
 * @throws RangeError for options out of bounds.
 */
export function createWatchdog(options: WatchdogOptions = {}): Watchdog {
  const settings = beatSettings(limitOf(options));
  const { log = silentLogger, captureStack = watchdogDefaults.captureStack } = options;
  const memory = createHeartbeatMemory();
  const writer = writeHeartbeat(memory);
  const gaps = createGaps();
  const orders: WatchOrders = {
    memory,
    settings,
    captureStack,
    trace: traceOf(options),
    pid: process.pid,
    folder: process.cwd(),
  };

  let worker: Worker | undefined;
  let deaths = 0;
  let againMs = Infinity;
  let cancelBeat: (() => void) | undefined;
  let forgetWork: (() => void) | undefined;
  let watching: Promise<void> | undefined;
  let last = { beat: 0, atMs: 0, activeMs: 0 };

  const beat = (): void => {
    const atMs = threadClock.monotonic();
    const activeMs = performance.eventLoopUtilization().active;
    if (atMs - last.atMs > settings.limitMs) gaps.add(last.beat, activeMs - last.activeMs);
    last = { beat: writer.beat(atMs, inspectorUrl() !== undefined), atMs, activeMs };
    if (atMs >= againMs) void startWorker();
  };

  const onNews = (news: WatchNews): void => {
    switch (news.kind) {
      case 'watching':
        return;
      case 'held':
        log.info('A debugger held the process; that is no block.', { held_ms: Math.round(news.forMs) });
        return;
      case 'block': {
        const blockedMs = gaps.take(news.beat, news.block.blockedMs, news.atMostMs);
        const block: Block = { ...news.block, blockedMs };
        log.warning(describeBlock(block), blockFields(block));
        try {
          options.onBlock?.(block);
        } catch (error) {
          log.error('Who is told of blocks threw.', { cause: describeError(error) });
        }
      }
    }
  };

  const startWorker = (): Promise<void> => {
    againMs = Infinity;
    return new Promise((resolve) => {
      let cause: unknown = 'it ended';
      // Nothing that the main thread was started with is for this one: no loaders, no debugger, no environment.
      const started = new Worker(new URL('./watchdog-worker.js', import.meta.url), {
        workerData: orders,
        name: 'watchdog',
        execArgv: [],
        env: {},
        resourceLimits: MEMORY,
      });
      worker = started;
      const startedMs = threadClock.monotonic();
      started.on('message', (news: WatchNews) => {
        // Not before: who waits for it has perhaps nothing else that keeps the process up.
        started.unref();
        resolve();
        onNews(news);
      });
      started.on('error', (error) => {
        cause = error;
      });
      started.on('exit', () => {
        resolve();
        if (worker !== started) return;
        worker = undefined;
        if (threadClock.monotonic() - startedMs >= PROVEN_MS) deaths = 0;
        const waitMs = RESTART_WAITS_MS[Math.min(deaths, RESTART_WAITS_MS.length - 1)] ?? 0;
        deaths += 1;
        againMs = threadClock.monotonic() + waitMs;
        log.error('The thread that watches the event loop died; it is started again.', {
          cause: describeError(cause),
          wait_ms: waitMs,
        });
      });
    });
  };

  return {
    start() {
      if (watching) return watching;
      last = { beat: 0, atMs: threadClock.monotonic(), activeMs: performance.eventLoopUtilization().active };
      beat();
      cancelBeat = threadClock.every(settings.beatMs, beat);
      forgetWork = onWork((label) => {
        writer.label(label, threadClock.monotonic());
      });
      watching = startWorker();
      return watching;
    },
    async stop() {
      cancelBeat?.();
      forgetWork?.();
      cancelBeat = forgetWork = watching = undefined;
      againMs = Infinity;
      const ending = worker;
      worker = undefined;
      if (ending) await end(ending);
    },
    label(text) {
      writer.label(text, threadClock.monotonic());
    },
  };
}

/** Lets a thread end by itself, so that it lets go of a debugger; one that does not is ended. */
async function end(worker: Worker): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = threadClock.every(STOP_WITHIN_MS, () => {
      cancel();
      void worker.terminate();
    });
    worker.once('exit', () => {
      cancel();
      resolve();
    });
    worker.ref();
    worker.postMessage('stop');
  });
}
