import { availableParallelism } from 'node:os';
import { RingBuffer, type Clock, type Logger } from '../../../kernel/index.ts';
import { secondsUntilFull, type CapacityPoint } from './capacity.ts';
import { createDiskProbe } from './disk-probe.ts';
import { createHostProbe, type HostProbe, type LimitOrigin } from './host-probe.ts';
import { createProcessProbe } from './process-probe.ts';
import { processRuntime } from './process-runtime.ts';
import { knownOr, shareOf, unknown, type Reading, type Readings, type TimedReading } from './reading.ts';
import {
  CAPACITY_SIGNALS,
  DISK_SIGNALS,
  HOST_SIGNALS,
  PROCESS_DEAR_SIGNALS,
  PROCESS_SIGNALS,
  RESOURCE_SIGNALS,
  namesOf,
  type ResourceSignal,
} from './resource-signals.ts';
import { createSampler } from './sampler.ts';
import { systemFiles, type SystemFiles } from './system-files.ts';

/** Options of {@link createResourceMonitor}. */
export interface ResourceMonitorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Its file system is measured. */
  readonly dataFolder: string;
  /** Time between readings of what costs little: CPU, memory, event loop, network. */
  readonly cheapIntervalMs: number;
  /** Time between readings of what costs more: disk, file descriptors. */
  readonly dearIntervalMs: number;
  /** Default: this machine. */
  readonly files?: SystemFiles | undefined;
  readonly countsInterface?: ((name: string) => boolean) | undefined;
}

/** One row of the table, and what was read last. */
export type ResourceReading = ResourceSignal & TimedReading;

/** Measures this process and its machine, and keeps the last values. Not for runs under virtual time. */
export interface ResourceMonitor {
  start(): void;
  stop(): void;
  /** All signals of `RESOURCE_SIGNALS`, in that order. Reads nothing anew. */
  readings(): readonly ResourceReading[];
  /** Whose limits hold for memory and CPU. */
  origins(): { readonly memory: LimitOrigin; readonly cpu: LimitOrigin };
}

const HISTORY = 60;

/** Puts the probes of process, machine and disk together. */
export function createResourceMonitor(options: ResourceMonitorOptions): ResourceMonitor {
  const { clock, log, dataFolder, cheapIntervalMs, dearIntervalMs, files = systemFiles } = options;
  const ownProcess = createProcessProbe({ clock, runtime: processRuntime, files });
  const { countsInterface } = options;
  const host: HostProbe = createHostProbe({ clock, files, cpus: availableParallelism, countsInterface });
  const latest = (name: string): TimedReading | undefined => sampler.latest.get(name);
  const runsFull = [
    { signal: 'disk_full_in_s', used: usedDisk, limit: 'disk_total_bytes', points: history() },
    { signal: 'memory_full_in_s', used: usedMemory, limit: 'host_memory_limit_bytes', points: history() },
  ];
  const capacity = (): Readings => {
    const readings = runsFull.map(({ signal, used, limit, points }): [string, Reading] => {
      const value = used(latest);
      if (value !== null) points.push({ atMs: clock.monotonic(), value });
      return [signal, untilFull(points, latest(limit))];
    });
    return Object.fromEntries(readings);
  };
  const sources = [
    { name: 'process', signals: PROCESS_SIGNALS, everyMs: cheapIntervalMs, read: () => ownProcess.read() },
    { name: 'host', signals: HOST_SIGNALS, everyMs: cheapIntervalMs, read: () => host.read() },
    {
      name: 'file descriptors',
      signals: PROCESS_DEAR_SIGNALS,
      everyMs: dearIntervalMs,
      read: () => ownProcess.readDear(),
    },
    {
      name: 'disk',
      signals: DISK_SIGNALS,
      everyMs: dearIntervalMs,
      read: createDiskProbe({ clock, files, folder: dataFolder }),
    },
    { name: 'capacity', signals: CAPACITY_SIGNALS, everyMs: dearIntervalMs, read: capacity },
  ].map((source) => ({ ...source, signals: namesOf(source.signals) }));
  const sampler = createSampler({ clock, log, sources });

  return {
    start() {
      ownProcess.start();
      sampler.start();
    },
    stop() {
      sampler.stop();
      ownProcess.stop();
    },
    readings: () =>
      RESOURCE_SIGNALS.map((signal) => ({
        ...signal,
        ...(sampler.latest.get(signal.name) ?? derived(signal.name, latest)),
      })),
    origins: () => host.origins(),
  };
}

type Latest = (name: string) => TimedReading | undefined;

const history = (): RingBuffer<CapacityPoint> => new RingBuffer(HISTORY);

const PARTS: Readonly<Record<string, readonly [part: string, whole: string]>> = {
  process_cpu_used: ['process_cpu', 'cpu_limit'],
  process_memory_used: ['process_rss_bytes', 'host_memory_limit_bytes'],
  heap_used: ['heap_used_bytes', 'heap_limit_bytes'],
  process_fds_used: ['process_open_fds', 'process_max_fds'],
  host_memory_used: ['host_memory_used_bytes', 'host_memory_limit_bytes'],
};

function derived(signal: string, latest: Latest): TimedReading {
  const [part = '', whole = ''] = PARTS[signal] ?? [];
  return { ...shareOf(latest(part), latest(whole)), at: latest(part)?.at ?? null };
}

const usedMemory = (latest: Latest): number | null => latest('host_memory_used_bytes')?.value ?? null;

function usedDisk(latest: Latest): number | null {
  const total = latest('disk_total_bytes')?.value;
  const free = latest('disk_free_bytes')?.value;
  return total == null || free == null ? null : total - free;
}

function untilFull(points: RingBuffer<CapacityPoint>, limit: TimedReading | undefined): Reading {
  if (limit?.value == null) return unknown(limit?.reason ?? 'the limit is not known');
  return knownOr(
    secondsUntilFull([...points], limit.value),
    'it does not grow, or was not seen for long enough',
  );
}
