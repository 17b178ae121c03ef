import type { Clock, Logger } from '../kernel/index.ts';
import type { ResourceReport } from '../contract/index.ts';
import type { Probe } from '../warden/index.ts';
import { RESOURCE_SIGNALS, createResourceMonitor, type ResourceUnit } from '../warden/metrics/index.ts';
import type { SignalSettings } from './signal-settings.ts';

/** What is known of process and machine, for the loop and for who asks. */
export interface Resources {
  readonly samples: Probe;
  report(): ResourceReport;
  start(): void;
  readonly stop: () => void;
}

/** Decimals that mean something; bytes are whole. */
const DECIMALS: Record<ResourceUnit, number> = { ratio: 4, bytes: 0, 'bytes/s': 0, s: 6, count: 2, '1/s': 2 };

function rounded(value: number, unit: ResourceUnit): number {
  const scale = 10 ** DECIMALS[unit];
  return Math.round(value * scale) / scale;
}

/** Measures the process that this runs in, and its machine. */
export function createResources(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataFolder: string;
  readonly settings: SignalSettings;
}): Resources {
  const { clock, log, dataFolder, settings } = ports;
  const monitor = createResourceMonitor({ clock, log, dataFolder, ...settings });
  const values = (): ResourceReport['values'] =>
    monitor.readings().map((reading) =>
      // A union keeps value and reason together.
      reading.value === null ? reading : { ...reading, value: rounded(reading.value, reading.unit) },
    );
  return {
    samples: () => values().map(({ name, value }) => ({ signal: name, value })),
    report() {
      const all = values();
      const valueOf = (wanted: string): number | null =>
        all.find(({ name }) => name === wanted)?.value ?? null;
      const origins = monitor.origins();
      return {
        at: clock.now(),
        limits: {
          memory: { bytes: valueOf('host_memory_limit_bytes'), origin: origins.memory },
          cpu: { count: valueOf('cpu_limit'), origin: origins.cpu },
          heap: { bytes: valueOf('heap_limit_bytes') },
          fileDescriptors: { count: valueOf('process_max_fds') },
        },
        values: all,
      };
    },
    start: () => {
      monitor.start();
    },
    stop: () => {
      monitor.stop();
    },
  };
}

/** What is said where nothing is measured, because a run has to be the same everywhere. */
export function noResources(clock: Clock): ResourceReport {
  return {
    at: clock.now(),
    limits: {
      memory: { bytes: null, origin: 'machine' },
      cpu: { count: null, origin: 'machine' },
      heap: { bytes: null },
      fileDescriptors: { count: null },
    },
    values: RESOURCE_SIGNALS.map((signal) => ({
      ...signal,
      value: null,
      reason: 'not measured in this run',
      at: null,
    })),
  };
}
