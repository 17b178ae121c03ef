import type { Recommendation, TimedItem } from '../../contract/index.ts';

/** Columns of {@link performanceRows}; the last is of a width of its own. */
export const PERFORMANCE_COLUMNS = [
  'KIND',
  'CALLS',
  'FAILED',
  'AVERAGE',
  'P95',
  'P99',
  'HOUR P95',
  'NAME',
] as const;

/** One line a thing: of the last five minutes, and the 95th percentile of the hour to hold them against. Pure. */
export function performanceRows(items: readonly TimedItem[]): readonly string[][] {
  return items.map(({ kind, name, recent, hour }) => [
    kind,
    String(recent.count),
    recent.failed === 0 ? '-' : `${recent.failed} (${Math.round((100 * recent.failed) / recent.count)} %)`,
    time(recent.averageMs),
    time(recent.p95Ms),
    time(recent.p99Ms),
    time(hour.p95Ms),
    name,
  ]);
}

function time(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Each recommendation in a line: what to do, why, and what to expect. Pure. */
export const adviceLines = (items: readonly Recommendation[]): readonly string[] =>
  items.map(({ sentence, evidence, effect }) => `${sentence} ${evidence} ${effect}`);
