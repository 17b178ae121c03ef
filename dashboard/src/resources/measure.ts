import { compact, duration, missing, percent, rate } from '../format.ts';

const DAY_S = 86_400;

/** A value with its unit as the API names it: 14.7 %, 158 MB, 33.7 ms, 1.2k tokens. */
export function measure(value: number | null, unit: string | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  switch (unit) {
    case 'ratio':
      return percent(value);
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 's':
      return seconds(value);
    case 'ms':
      return seconds(value / 1_000);
    case '1/s':
    case '1/min':
    case '1/h':
      return `${rate(value)} ${unit.slice(1)}`;
    case '%':
      return `${compact(value)} %`;
    case 'count':
    case '':
    case null:
      return compact(value);
    default:
      return `${compact(value)} ${unit}`;
  }
}

/** In powers of a thousand, as disks are sold: 158 MB. */
function bytes(value: number): string {
  for (const [unit, suffix] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const)
    // 999.6 kB would read as 1,000 kB.
    if (Math.abs(value) >= unit * 0.9995) return `${Number((value / unit).toPrecision(3))} ${suffix}`;
  return `${Math.round(value)} B`;
}

/** A time from microseconds to weeks: 0.28 ms, 33.7 ms, 4.9 s, 3 min, 12 d. */
function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.9995) return `${Number((value * 1_000).toPrecision(3))} ms`;
  if (size < 60) return `${Number(value.toPrecision(size < 10 ? 2 : 3))} s`;
  if (size >= 400 * DAY_S) return 'over a year';
  return `${value < 0 ? '-' : ''}${duration(size * 1_000)}`;
}
