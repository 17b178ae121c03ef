import { statfsSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import { describeError, type Clock, type Logger } from '../kernel/index.ts';

const INTERVAL_MS = 60_000;

/** Ports of {@link startResourceLine}. */
export interface ResourceLinePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataFolder: string;
  readonly status: () => string;
}

/**
 * Logs each minute how the machine does, in percent: `cpu_usage` since the last line, `memory_usage`, `disk_usage` of the
 * file system that holds the data, and the status of the service. Returns the function that ends it.
 */
export function startResourceLine({ clock, log, dataFolder, status }: ResourceLinePorts): () => void {
  let before = cpuTimes();
  let cancel = clock.schedule(INTERVAL_MS, tick);
  function tick(): void {
    cancel = clock.schedule(INTERVAL_MS, tick);
    try {
      const now = cpuTimes();
      const total = now.total - before.total;
      const cpuUsage = total > 0 ? 1 - (now.idle - before.idle) / total : 0;
      before = now;
      const disk = statfsSync(dataFolder);
      log.info('Resources.', {
        cpu_usage: percent(cpuUsage),
        memory_usage: percent(1 - freemem() / totalmem()),
        disk_usage: percent(1 - disk.bavail / disk.blocks),
        status: status(),
      });
    } catch (error) {
      log.warning('The resources of the machine could not be read.', { cause: describeError(error) });
    }
  }
  return () => {
    cancel();
  };
}

const percent = (ratio: number): number => Math.round(ratio * 1_000) / 10;

function cpuTimes(): { readonly idle: number; readonly total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}
