import type { ResourceReport, ResourceUnit, ResourceValue } from '../../contract/index.ts';
import { ago } from '../report.ts';

/** Columns of {@link resourceRows}; the last is of a width of its own. */
export const RESOURCE_COLUMNS = ['NAME', 'VALUE', 'READ', 'WHAT IT IS'] as const;

/** One line a signal: its value, or why there is none. Pure. */
export function resourceRows(values: readonly ResourceValue[], now: number): readonly string[][] {
  return values.map(({ name, unit, meaning, value, reason, at }) => [
    name,
    value === null ? '-' : amount(value, unit),
    ago(at, now),
    value === null ? `${reason ?? 'not known'} (${meaning})` : meaning,
  ]);
}

/** What the process may use, and who says so. Pure. */
export function limitSentences({
  memory,
  cpu,
  fileDescriptors,
}: ResourceReport['limits']): readonly string[] {
  const whose = { container: 'its container', machine: 'the machine' };
  return [
    memory.bytes === null
      ? 'How much memory it may use is not known.'
      : `It may use ${amount(memory.bytes, 'bytes')} of memory, by ${whose[memory.origin]}.`,
    cpu.count === null
      ? 'How many CPUs it may use is not known.'
      : `It may use ${amount(cpu.count, 'count')} CPUs, by ${whose[cpu.origin]}.`,
    ...(fileDescriptors.count === null ? [] : [`It may have ${fileDescriptors.count} files open.`]),
  ];
}

/** A value with its unit, for people. Pure. */
export function amount(value: number, unit: ResourceUnit): string {
  switch (unit) {
    case 'ratio':
      return `${Math.round(1_000 * value) / 10} %`;
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 's':
      return seconds(value);
    case 'count':
      return String(value);
    case '1/s':
      return `${value}/s`;
  }
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function bytes(value: number): string {
  // From 999.5 on, three digits would read "1000".
  let [size, power] = [value, 0];
  while (size >= 999.5 && power < BYTE_UNITS.length - 1) [size, power] = [size / 1_000, power + 1];
  return `${power === 0 ? Math.round(size) : Number(size.toPrecision(3))} ${BYTE_UNITS[power] ?? 'B'}`;
}

function seconds(value: number): string {
  if (value < 1) return `${Number((1_000 * value).toPrecision(3))} ms`;
  if (value < 120) return `${Number(value.toPrecision(3))} s`;
  if (value < 7_200) return `${Math.round(value / 60)} min`;
  if (value < 172_800) return `${Math.round(value / 360) / 10} h`;
  return `${Math.round(value / 86_400)} d`;
}
