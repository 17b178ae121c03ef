import { wholeNumber } from './parse-proc.ts';

/**
 * Parsers of what Linux tells of control groups: version 1 (Documentation/admin-guide/cgroup-v1) and version 2
 * (Documentation/admin-guide/cgroup-v2.rst). Text in, data out; null where it cannot be read, Infinity for no limit.
 */

/** One line of `/proc/<pid>/cgroup`: version 2 has no controllers. */
export interface CgroupPlace {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** `/proc/<pid>/cgroup`. */
export function parseProcCgroup(text: string): readonly CgroupPlace[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (!match) return [];
    return [{ controllers: (match[1] ?? '').split(',').filter(Boolean), path: match[2] ?? '/' }];
  });
}

/** Version 1 writes "no limit" as the largest number of pages that it knows, a little below 2^63 or 2^31 pages. */
const NO_LIMIT_BYTES = 2 ** 60;

/** `memory.max`, `memory.limit_in_bytes`: bytes. */
export function parseBytesLimit(text: string): number | null {
  const word = text.trim();
  if (word === 'max' || word === '-1') return Infinity;
  const bytes = wholeNumber(word);
  return bytes !== null && bytes >= NO_LIMIT_BYTES ? Infinity : bytes;
}

/** `memory.current`, `memory.usage_in_bytes`: bytes. */
export function parseBytes(text: string): number | null {
  return wholeNumber(text.trim());
}

/**
 * `memory.stat`: bytes of file cache that was not used lately and is dropped first. Version 1 tells it with the groups
 * below as `total_inactive_file`, version 2 as `inactive_file`.
 */
export function parseInactiveFile(text: string): number | null {
  const of = (name: string): number | null =>
    wholeNumber(new RegExp(`^${name} (\\d+)\\s*$`, 'm').exec(text)?.[1]);
  return of('total_inactive_file') ?? of('inactive_file');
}

/** `cpu.max`: "quota period" in microseconds, as a number of CPUs. */
export function parseCpuMax(text: string): number | null {
  const [quota = '', period = '', more] = text.trim().split(/\s+/);
  if (more !== undefined) return null;
  // The period may be left out when it is written; when it is read it is there.
  return quota === 'max' ? Infinity : cpusOf(quota, period);
}

/** `cpu.cfs_quota_us` and `cpu.cfs_period_us`, as a number of CPUs; a quota of -1 is none. */
export function parseCfsQuota(quotaText: string, periodText: string): number | null {
  const quota = quotaText.trim();
  return quota === '-1' ? Infinity : cpusOf(quota, periodText.trim());
}

function cpusOf(quota: string, period: string): number | null {
  const quotaUs = wholeNumber(quota);
  const periodUs = wholeNumber(period);
  return quotaUs === null || periodUs === null || quotaUs === 0 || periodUs === 0 ? null : quotaUs / periodUs;
}
