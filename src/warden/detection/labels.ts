import type { Labels } from '../metrics/index.ts';
import type { Sample } from './rule.ts';

export const NO_LABELS: Labels = {};

/** Whether both say the same, in whatever order. */
export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count += 1;
  }
  for (const _ in b) count -= 1;
  return count === 0;
}

/** Whether all of the wanted labels are there. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  for (const name in wanted) if (labels[name] !== wanted[name]) return false;
  return true;
}

/** Text that is the same for the same labels; empty for none. */
export function labelKey(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}

const texts = new WeakMap<Labels, string>();

/** For people: `{group=hot}`, in the order of names; empty for none. */
export function labelText(labels: Labels): string {
  let text = texts.get(labels);
  if (text === undefined) {
    const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    text = pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}=${value}`).join(',')}}`;
    // Each turn asks several times for the same ones.
    texts.set(labels, text);
  }
  return text;
}

/** A series as one name: `signal`, or `signal{label=value}`. */
export const sampleName = ({ signal, labels }: Pick<Sample, 'signal' | 'labels'>): string =>
  labels === undefined ? signal : signal + labelText(labels);
