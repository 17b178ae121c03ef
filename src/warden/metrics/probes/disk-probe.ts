import type { Clock } from '../../../kernel/index.ts';
import { parseDiskstats, parseMountinfo, type DiskCounters } from './parse-proc.ts';
import { FIRST_INTERVAL, allUnknown, known, knownOr, unknown, type Readings } from './reading.ts';
import type { FileSystemFigures, SystemFiles } from './system-files.ts';

/** Ports and options of {@link createDiskProbe}. */
export interface DiskProbeOptions {
  readonly clock: Clock;
  readonly files: Pick<SystemFiles, 'readText' | 'fileSystem' | 'deviceOf'>;
  /** Its file system is measured. */
  readonly folder: string;
}

const IO_SIGNALS = ['disk_read_bytes_per_s', 'disk_write_bytes_per_s', 'disk_busy'];

/** Gives what reads the signals of `DISK_SIGNALS`; rates are those since the last call. It rejects when the folder is gone. */
export function createDiskProbe({ clock, files, folder }: DiskProbeOptions): () => Promise<Readings> {
  let before: { readonly atMs: number; readonly disk: DiskCounters } | null = null;

  const io = async (): Promise<Readings> => {
    const found = findDisk(await files.deviceOf(folder), files.readText);
    if (typeof found === 'string') {
      before = null;
      return allUnknown(IO_SIGNALS, found);
    }
    const last = before?.disk.name === found.name ? before : null;
    const atMs = clock.monotonic();
    before = { atMs, disk: found };
    if (last === null || atMs <= last.atMs) return allUnknown(IO_SIGNALS, FIRST_INTERVAL);
    const elapsedMs = atMs - last.atMs;
    const perSecond = (now: number, then: number): number => (Math.max(0, now - then) / elapsedMs) * 1_000;
    const busyMs =
      found.busyMs !== null && last.disk.busyMs !== null ? found.busyMs - last.disk.busyMs : null;
    return {
      disk_read_bytes_per_s: known(perSecond(found.readBytes, last.disk.readBytes)),
      disk_write_bytes_per_s: known(perSecond(found.writtenBytes, last.disk.writtenBytes)),
      disk_busy: knownOr(
        busyMs === null ? null : Math.min(1, Math.max(0, busyMs / elapsedMs)),
        'this kernel does not tell how long the device works',
      ),
    };
  };

  return async () => ({ ...spaceReadings(await files.fileSystem(folder)), ...(await io()) });
}

/** Use of a file system as df tells it: what only root may use is neither used nor free. Pure. */
function spaceReadings(figures: FileSystemFigures): Readings {
  const { totalBytes, freeBytes, availableBytes, inodes, freeInodes } = figures;
  const usedBytes = totalBytes - freeBytes;
  const usable = usedBytes + availableBytes;
  return {
    disk_total_bytes: known(usable),
    disk_free_bytes: known(availableBytes),
    disk_used: usable > 0 ? known(usedBytes / usable) : unknown('the file system has no size'),
    disk_inodes_used:
      inodes > 0 ? known(1 - freeInodes / inodes) : unknown('the file system has no fixed number of inodes'),
  };
}

/** The counters of a device; or why there are none. */
function findDisk(
  { major, minor }: { readonly major: number; readonly minor: number },
  readText: SystemFiles['readText'],
): DiskCounters | string {
  const text = readText('/proc/diskstats');
  if (text === null) return 'this system does not tell (/proc/diskstats)';
  const disks = parseDiskstats(text);
  const is = (one: { readonly major: number; readonly minor: number }): boolean =>
    one.major === major && one.minor === minor;
  const direct = disks.find(is);
  if (direct) return direct;
  // Some file systems (btrfs) have a device number of their own, and name the real one as their source.
  const mount = parseMountinfo(readText('/proc/self/mountinfo') ?? '').find(is);
  const source = mount?.source.replace(/^\/dev\//, '');
  return (
    disks.find(({ name }) => name === source) ??
    `the file system ${mount ? `(${mount.fileSystem}) ` : ''}has no device of its own whose I/O is counted`
  );
}
