import {
  parseBytes,
  parseBytesLimit,
  parseCfsQuota,
  parseCpuMax,
  parseInactiveFile,
  parseProcCgroup,
} from './parse-cgroup.ts';
import { parseMountinfo, type Mount } from './parse-proc.ts';
import type { ReadText } from './system-files.ts';

/** The folders of a control group and of those around it, innermost first. */
interface Group {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

/** Where the limits of this process stand; null where nothing limits it that way. */
export interface Container {
  readonly memory: Group | null;
  readonly cpu: Group | null;
}

/** Finds the control groups of this process, of version 1, 2 or both at once. */
export function locateContainer(readText: ReadText): Container {
  const places = parseProcCgroup(readText('/proc/self/cgroup') ?? '');
  const mounts = parseMountinfo(readText('/proc/self/mountinfo') ?? '');
  const find = (controller: string): Group | null => {
    const old = places.find(({ controllers }) => controllers.includes(controller));
    const oldMount = mounts.find(
      ({ fileSystem, superOptions }) => fileSystem === 'cgroup' && superOptions.includes(controller),
    );
    if (old && oldMount) return { version: 1, folders: foldersOf(oldMount, old.path) };
    const unified = places.find(({ controllers }) => controllers.length === 0);
    const mount = mounts.find(({ fileSystem }) => fileSystem === 'cgroup2');
    return unified && mount ? { version: 2, folders: foldersOf(mount, unified.path) } : null;
  };
  return { memory: find('memory'), cpu: find('cpu') };
}

/** From the group itself up to what is mounted. Inside a container the path may be that of the machine. */
function foldersOf({ root, mountPoint }: Mount, path: string): readonly string[] {
  const isBelow = root === '/' || path === root || path.startsWith(`${root}/`);
  const below = isBelow ? path.slice(root === '/' ? 0 : root.length) : '';
  const names = below.split('/').filter(Boolean);
  // `..` means that the group lies outside of what can be seen here.
  const visible = names.includes('..') ? [] : names;
  return visible
    .map((_, depth) => [mountPoint, ...visible.slice(0, visible.length - depth)].join('/'))
    .concat(mountPoint);
}

/** Memory of a group with a limit, in bytes. */
export interface GroupMemory {
  readonly limitBytes: number;
  /** In use, without file cache that was not used lately: the working set, by which groups are judged. */
  readonly usedBytes: number;
}

/** The group with the smallest limit; null where none has one. */
export function readGroupMemory(group: Group | null, readText: ReadText): GroupMemory | null {
  if (!group) return null;
  const [limitFile, usageFile] =
    group.version === 1
      ? ['memory.limit_in_bytes', 'memory.usage_in_bytes']
      : ['memory.max', 'memory.current'];
  let tightest: GroupMemory | null = null;
  for (const folder of group.folders) {
    const limitBytes = parseBytesLimit(readText(`${folder}/${limitFile}`) ?? '');
    if (limitBytes === null || limitBytes >= (tightest?.limitBytes ?? Infinity)) continue;
    const usage = parseBytes(readText(`${folder}/${usageFile}`) ?? '');
    if (usage === null) continue;
    const inactive = parseInactiveFile(readText(`${folder}/memory.stat`) ?? '') ?? 0;
    tightest = { limitBytes, usedBytes: Math.max(0, usage - inactive) };
  }
  return tightest;
}

/** CPUs by the smallest quota; null where there is none. */
export function readGroupCpus(group: Group | null, readText: ReadText): number | null {
  if (!group) return null;
  const quotas = group.folders.map((folder) =>
    group.version === 1
      ? parseCfsQuota(
          readText(`${folder}/cpu.cfs_quota_us`) ?? '',
          readText(`${folder}/cpu.cfs_period_us`) ?? '',
        )
      : parseCpuMax(readText(`${folder}/cpu.max`) ?? ''),
  );
  const least = Math.min(...quotas.map((quota) => quota ?? Infinity));
  return Number.isFinite(least) ? least : null;
}
