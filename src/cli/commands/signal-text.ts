import type { SignalHistoryReport, SignalList } from '../../contract/index.ts';
import { ago } from '../report.ts';

type SeriesReport = SignalHistoryReport['series'][number];
type SignalRow = SeriesReport['rows'][number];

const BARS = '▁▂▃▄▅▆▇█';
const WIDTH = 60;

/** A figure with at most four digits that say something. */
export function figure(value: number, unit: string | null = null): string {
  if (unit === 'ratio') return `${Number((100 * value).toPrecision(4))} %`;
  const text =
    Math.abs(value) >= 10_000
      ? Math.round(value).toLocaleString('en-US')
      : String(Number(value.toPrecision(4)));
  return unit ? `${text} ${unit}` : text;
}

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',') || '-';

/**
 * A line of bars from `from` to `to`, each the highest average of its share of the time; a gap stays blank. Pure.
 */
export function sparkline(rows: readonly SignalRow[], from: number, to: number, width = WIDTH): string {
  const highest = Array.from({ length: width }, () => -Infinity);
  for (const { at, avg } of rows) {
    const place = Math.min(width - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * width)));
    highest[place] = Math.max(highest[place] ?? -Infinity, avg);
  }
  const known = highest.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return highest
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = high === low ? 0 : (value - low) / (high - low);
      return BARS[Math.round(share * (BARS.length - 1))] ?? '';
    })
    .join('');
}

export const LIST_COLUMNS = ['NAME', 'LABELS', 'LAST', 'MEASURED'] as const;

/** One line a series. Pure. */
export function listRows({ items, at }: SignalList): readonly string[][] {
  return items.map(({ name, labels, unit, last }) => [
    name,
    labelsText(labels),
    last === null ? '-' : figure(last.value, unit),
    ago(last?.at ?? null, at),
  ]);
}

/** How much is stored, in one sentence. Pure. */
export function storedText({ items, maxSeries, tiers, bytes, dropped }: SignalList): string {
  const parts = tiers.map(({ name, rows }) => `${rows.toLocaleString('en-US')} ${name}`).join(', ');
  const lost =
    dropped === 0 ? '' : ` ${dropped.toLocaleString('en-US')} points were not stored since the start.`;
  return `${items.length} of at most ${maxSeries} series; ${parts} rows in ${(bytes / 1e6).toFixed(1)} MB.${lost}`;
}

export const ROW_COLUMNS = ['TIME', 'MIN', 'AVG', 'P95', 'MAX', 'COUNT'] as const;

/** The newest rows of a series, oldest first. Pure. */
export function historyRows({ rows }: SeriesReport, most: number): readonly string[][] {
  return rows
    .slice(-most)
    .map(({ at, min, avg, p95, max, count }) => [
      new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      figure(min),
      figure(avg),
      figure(p95),
      figure(max),
      String(count),
    ]);
}
