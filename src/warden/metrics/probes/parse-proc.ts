/** Parsers of what Linux tells under `/proc` (man 5 proc). Text in, data out; null where it cannot be read. */

/** A number of digits alone, or null. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : null;
}

const words = (line: string): string[] => line.trim().split(/\s+/);

/** CPU time of the machine since it started, in ticks. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal. Guest time is part of user and nice already. */
export function parseCpuTimes(text: string): CpuTimes | null {
  const line = text.split('\n').find((one) => /^cpu\s/.test(one));
  if (line === undefined) return null;
  const times = words(line).slice(1, 9).map(wholeNumber);
  // Kernels before 2.6.0 know the first four alone.
  if (times.length < 4 || times.includes(null)) return null;
  const total = times.reduce<number>((sum, time) => sum + (time ?? 0), 0);
  return { busy: total - (times[3] ?? 0) - (times[4] ?? 0), total };
}

/** `/proc/loadavg`: over 1, 5 and 15 minutes. */
export function parseLoad(text: string): readonly [number, number, number] | null {
  const match = /^\s*(\d+\.\d+)\s+(\d+\.\d+)\s+(\d+\.\d+)(?:\s|$)/.exec(text);
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Memory of the machine. */
export interface MachineMemory {
  readonly totalBytes: number;
  /** What programs can still have, without swapping. */
  readonly availableBytes: number;
}

/** `/proc/meminfo`. Before Linux 3.14 nobody says what is available: free, buffers and page cache stand for it. */
export function parseMeminfo(text: string): MachineMemory | null {
  const bytesOf = (name: string): number | null => {
    const value = wholeNumber(new RegExp(`^${name}:\\s+(\\d+) kB\\s*$`, 'm').exec(text)?.[1]);
    return value === null ? null : value * 1_024;
  };
  const totalBytes = bytesOf('MemTotal');
  const freeBytes = bytesOf('MemFree');
  const cacheBytes = (bytesOf('Buffers') ?? 0) + (bytesOf('Cached') ?? 0);
  const availableBytes = bytesOf('MemAvailable') ?? (freeBytes === null ? null : freeBytes + cacheBytes);
  if (totalBytes === null || totalBytes === 0 || availableBytes === null) return null;
  return { totalBytes, availableBytes: Math.min(availableBytes, totalBytes) };
}

/** Counters of one network interface since it is there. */
export interface InterfaceCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly errors: number;
  readonly drops: number;
}

/** `/proc/net/dev`, by the name of the interface. Old kernels leave no space after the colon. */
export function parseNetDev(text: string): ReadonlyMap<string, InterfaceCounters> | null {
  if (!/\|\s*bytes\s+packets\s+errs\s+drop/.test(text)) return null;
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\S+):\s*(\d.*)$/.exec(line);
    const name = match?.[1];
    const counters = words(match?.[2] ?? '').map(wholeNumber);
    const [receivedBytes, , receiveErrors, receiveDrops] = counters;
    const [sentBytes, , sendErrors, sendDrops] = counters.slice(8);
    if (name === undefined || receivedBytes == null || receiveErrors == null || receiveDrops == null)
      continue;
    if (sentBytes == null || sendErrors == null || sendDrops == null) continue;
    const errors = receiveErrors + sendErrors;
    interfaces.set(name, { receivedBytes, sentBytes, errors, drops: receiveDrops + sendDrops });
  }
  return interfaces;
}

/** Counters of one block device since the machine started. */
export interface DiskCounters {
  readonly major: number;
  readonly minor: number;
  readonly name: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Time in which it worked; null where the kernel does not say. */
  readonly busyMs: number | null;
}

/** Of `/proc/diskstats`, whatever the device's own sectors are (Documentation/admin-guide/iostats.rst). */
const SECTOR_BYTES = 512;

/** `/proc/diskstats`: 14 columns and more; partitions on kernels before 2.6.25 have seven. */
export function parseDiskstats(text: string): readonly DiskCounters[] {
  return text.split('\n').flatMap((line) => {
    const columns = words(line);
    const name = columns[2];
    const numbers = columns.map(wholeNumber);
    const isShort = columns.length === 7;
    const [major, minor] = numbers;
    const [read, written] = isShort ? [numbers[4], numbers[6]] : [numbers[5], numbers[9]];
    if (!name || major == null || minor == null || read == null || written == null) return [];
    const busyMs = isShort ? null : (numbers[12] ?? null);
    return [
      { major, minor, name, readBytes: read * SECTOR_BYTES, writtenBytes: written * SECTOR_BYTES, busyMs },
    ];
  });
}

/** `/proc/<pid>/limits`: how many files may be open (the soft limit); Infinity without one. */
export function parseOpenFilesLimit(text: string): number | null {
  const soft = /^Max open files\s+(\S+)\s/m.exec(text)?.[1];
  return soft === 'unlimited' ? Infinity : wholeNumber(soft);
}

/** One line of `/proc/<pid>/mountinfo`. */
export interface Mount {
  readonly major: number;
  readonly minor: number;
  /** The folder of the file system that is mounted here. */
  readonly root: string;
  readonly mountPoint: string;
  readonly fileSystem: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

/** Spaces and the like are written in octal, as `\040`. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );

/** `/proc/<pid>/mountinfo`: a dash ends the optional columns, of which there may be any number. */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const columns = words(line);
    const dash = columns.indexOf('-', 6);
    const [, , device = '', root, mountPoint] = columns;
    const [fileSystem, source, options] = dash === -1 ? [] : columns.slice(dash + 1);
    const [major, minor] = device.split(':').map(wholeNumber);
    if (major == null || minor == null || !root || !mountPoint || !fileSystem || !source) return [];
    const superOptions = options?.split(',') ?? [];
    const paths = { root: unescaped(root), mountPoint: unescaped(mountPoint) };
    return [{ major, minor, ...paths, fileSystem, source: unescaped(source), superOptions }];
  });
}
