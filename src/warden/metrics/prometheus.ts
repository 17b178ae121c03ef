import type { Labels, MetricFamily } from './family.ts';

/** The content type of {@link toPrometheus}. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Prints metrics in Prometheus's text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats). Of a histogram it prints the buckets, the sum and the
 * count since the start; the moving window is for those who cannot ask about a range of time.
 */
export function toPrometheus(families: readonly MetricFamily[]): string {
  let text = '';
  for (const family of families) {
    const { name, help, kind } = family;
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
    if (family.kind !== 'histogram') {
      for (const { labels, value } of family.series)
        text += `${name}${inBraces(printLabels(labels))} ${printNumber(value)}\n`;
      continue;
    }
    for (const { labels, histogram } of family.series) {
      const own = printLabels(labels);
      const before = own === '' ? '' : `${own},`;
      for (const { le, count } of histogram.buckets)
        text += `${name}_bucket{${before}le="${printNumber(le)}"} ${printNumber(count)}\n`;
      text += `${name}_bucket{${before}le="+Inf"} ${printNumber(histogram.count)}\n`;
      text += `${name}_sum${inBraces(own)} ${printNumber(histogram.sum)}\n`;
      text += `${name}_count${inBraces(own)} ${printNumber(histogram.count)}\n`;
    }
  }
  return text;
}

const inBraces = (labels: string): string => (labels === '' ? '' : `{${labels}}`);

function printLabels(labels: Labels): string {
  let text = '';
  for (const [name, value] of Object.entries(labels))
    text += `${text === '' ? '' : ','}${name}="${escapeLabel(value)}"`;
  return text;
}

/** As Go reads it: what JavaScript prints of a number, but for infinity. */
function printNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return /[\\\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : text;
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}
