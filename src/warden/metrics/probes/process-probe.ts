import type { Clock } from '../../../kernel/index.ts';
import { createLoopDelayMeter } from './loop-delay.ts';
import { parseOpenFilesLimit } from './parse-proc.ts';
import type { GcKind, ProcessRuntime } from './process-runtime.ts';
import { FIRST_INTERVAL, known, knownOr, unknown, type Readings } from './reading.ts';
import type { SystemFiles } from './system-files.ts';

/** Ports of {@link createProcessProbe}. */
export interface ProcessProbePorts {
  readonly clock: Clock;
  readonly runtime: ProcessRuntime;
  readonly files: Pick<SystemFiles, 'readText' | 'countEntries'>;
}

/** Measures the process that it runs in. */
export interface ProcessProbe {
  start(): void;
  stop(): void;
  /** The signals of `PROCESS_SIGNALS`; rates and delays are those since the last call. */
  read(): Readings;
  /** The signals of `PROCESS_DEAR_SIGNALS`. Never rejects. */
  readDear(): Promise<Readings>;
}

interface Totals {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly idleMs: number;
  readonly activeMs: number;
}

const NO_DESCRIPTORS = 'this system does not tell of file descriptors (/proc/self)';

/** Nothing is measured before `start`. */
export function createProcessProbe({ clock, runtime, files }: ProcessProbePorts): ProcessProbe {
  const delays = createLoopDelayMeter(clock, () => runtime.loop().activeMs);
  const pausesMs: Record<GcKind, number> = { minor: 0, major: 0, incremental: 0, weak: 0 };
  let longestPauseMs = 0;
  let liveBytes: number | null = null;
  let before: Totals | null = null;
  let endGc: (() => void) | undefined;

  const totals = (): Totals => ({ atMs: clock.monotonic(), cpuMs: runtime.cpuMs(), ...runtime.loop() });

  const pauses = (elapsedMs: number | null): Readings => {
    const all = Object.values(pausesMs).reduce((sum, ms) => sum + ms, 0);
    const since = (value: number): ReturnType<typeof known> =>
      elapsedMs === null ? unknown(FIRST_INTERVAL) : known(value);
    const readings = {
      gc_pause_minor_s: since(pausesMs.minor / 1_000),
      gc_pause_major_s: since(pausesMs.major / 1_000),
      gc_pause_incremental_s: since(pausesMs.incremental / 1_000),
      gc_pause_weak_s: since(pausesMs.weak / 1_000),
      gc_pause_max_s: since(longestPauseMs / 1_000),
      gc_time: since(all / (elapsedMs ?? 1)),
    };
    Object.assign(pausesMs, { minor: 0, major: 0, incremental: 0, weak: 0 });
    longestPauseMs = 0;
    return readings;
  };

  return {
    start() {
      if (endGc) return;
      before = null;
      delays.start();
      endGc = runtime.onGc(({ kind, pauseMs }) => {
        pausesMs[kind] += pauseMs;
        longestPauseMs = Math.max(longestPauseMs, pauseMs);
        if (kind === 'major') liveBytes = runtime.heapUsedBytes();
      });
    },
    stop() {
      delays.stop();
      endGc?.();
      endGc = undefined;
    },
    read() {
      const memory = runtime.memory();
      const now = totals();
      const last = before;
      const elapsedMs = last && now.atMs > last.atMs ? now.atMs - last.atMs : null;
      if (last === null || elapsedMs !== null) before = now;
      const delay = delays.take();
      const busyMs = last === null ? 0 : now.activeMs - last.activeMs;
      const loopMs = last === null ? 0 : busyMs + now.idleMs - last.idleMs;
      return {
        process_cpu: knownOr(last && elapsedMs && (now.cpuMs - last.cpuMs) / elapsedMs, FIRST_INTERVAL),
        process_rss_bytes: known(memory.rssBytes),
        heap_used_bytes: known(memory.heapUsedBytes),
        heap_total_bytes: known(memory.heapTotalBytes),
        heap_limit_bytes: known(memory.heapLimitBytes),
        external_bytes: known(memory.externalBytes),
        heap_live_bytes: knownOr(liveBytes, 'there was no major garbage collection yet'),
        ...pauses(elapsedMs),
        event_loop_delay_p50_s: knownOr(delay?.p50, FIRST_INTERVAL),
        event_loop_delay_p99_s: knownOr(delay?.p99, FIRST_INTERVAL),
        event_loop_delay_max_s: knownOr(delay?.max, FIRST_INTERVAL),
        event_loop_utilization: loopMs > 0 ? known(busyMs / loopMs) : unknown(FIRST_INTERVAL),
      };
    },
    async readDear() {
      // Reading the folder opens it.
      const open = await files.countEntries('/proc/self/fd').then(
        (entries) => Math.max(0, entries - 1),
        () => null,
      );
      const limit = parseOpenFilesLimit(files.readText('/proc/self/limits') ?? '');
      return {
        process_open_fds: knownOr(open, NO_DESCRIPTORS),
        process_max_fds: limit === Infinity ? unknown('there is no limit') : knownOr(limit, NO_DESCRIPTORS),
        process_active_resources: known(runtime.activeResources()),
      };
    },
  };
}
