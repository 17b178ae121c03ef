import type { Clock } from '../../../kernel/index.ts';
import { locateContainer, readGroupCpus, readGroupMemory, type Container } from './container.ts';
import { parseCpuTimes, parseLoad, parseMeminfo, parseNetDev, type CpuTimes } from './parse-proc.ts';
import { networkReadings, type NetworkTotals } from './network.ts';
import { FIRST_INTERVAL, known, knownOr, type Reading, type Readings } from './reading.ts';
import type { SystemFiles } from './system-files.ts';

/** Ports and options of {@link createHostProbe}. */
export interface HostProbeOptions {
  readonly clock: Clock;
  readonly files: Pick<SystemFiles, 'readText'>;
  /** CPUs that this process may run on, by its affinity. */
  readonly cpus: () => number;
  /** Which network interfaces count. Default: all but loopback. */
  readonly countsInterface?: ((name: string) => boolean) | undefined;
}

/** Whose limit holds. */
export type LimitOrigin = 'container' | 'machine';

/** Measures the machine, within the limits of the container that this process may be in. */
export interface HostProbe {
  /** The signals of `HOST_SIGNALS`; rates are those since the last call. */
  read(): Readings;
  /** Whose limits the last `read` found. */
  origins(): { readonly memory: LimitOrigin; readonly cpu: LimitOrigin };
}

const without = (file: string): string => `this system does not tell (${file})`;

/** Reads `/proc` and `/sys`; where they are missing, the values are null. */
export function createHostProbe({ clock, files, cpus, countsInterface }: HostProbeOptions): HostProbe {
  const { readText } = files;
  const counts = countsInterface ?? ((name) => name !== 'lo');
  let container: Container | undefined;
  let timesBefore: CpuTimes | null = null;
  let networkBefore: NetworkTotals | null = null;
  let origins: ReturnType<HostProbe['origins']> = { memory: 'machine', cpu: 'machine' };

  const cpu = (): Reading => {
    const times = parseCpuTimes(readText('/proc/stat') ?? '');
    const before = timesBefore;
    timesBefore = times;
    if (times === null) return knownOr(null, without('/proc/stat'));
    const total = times.total - (before?.total ?? times.total);
    const busy = times.busy - (before?.busy ?? 0);
    // The time of waiting for disks may go back (man 5 proc).
    return knownOr(total > 0 ? Math.min(1, Math.max(0, busy / total)) : null, FIRST_INTERVAL);
  };

  const memory = (groups: Container): Readings => {
    const machine = parseMeminfo(readText('/proc/meminfo') ?? '');
    const group = readGroupMemory(groups.memory, readText);
    const limited = group !== null && group.limitBytes < (machine?.totalBytes ?? Infinity);
    origins = { ...origins, memory: limited ? 'container' : 'machine' };
    const limitBytes = limited ? group.limitBytes : machine?.totalBytes;
    const usedBytes = limited ? group.usedBytes : machine && machine.totalBytes - machine.availableBytes;
    return {
      host_memory_limit_bytes: knownOr(limitBytes, without('/proc/meminfo')),
      host_memory_used_bytes: knownOr(usedBytes, without('/proc/meminfo')),
    };
  };

  const cpuLimit = (groups: Container): Reading => {
    const own = cpus();
    const quota = readGroupCpus(groups.cpu, readText);
    const limited = quota !== null && quota < own;
    origins = { ...origins, cpu: limited ? 'container' : 'machine' };
    return known(limited ? quota : own);
  };

  return {
    read() {
      container ??= locateContainer(readText);
      const load = parseLoad(readText('/proc/loadavg') ?? '');
      const interfaces = parseNetDev(readText('/proc/net/dev') ?? '');
      const network = networkReadings(networkBefore, interfaces, clock.monotonic(), counts);
      networkBefore = network.totals;
      return {
        host_cpu: cpu(),
        cpu_limit: cpuLimit(container),
        host_load_1m: knownOr(load?.[0], without('/proc/loadavg')),
        host_load_5m: knownOr(load?.[1], without('/proc/loadavg')),
        host_load_15m: knownOr(load?.[2], without('/proc/loadavg')),
        ...memory(container),
        ...network.readings,
      };
    },
    origins: () => origins,
  };
}
