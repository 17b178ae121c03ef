import type { Labels } from '../family.ts';

/** One line of values: a signal under one combination of labels. */
export interface SignalSeries {
  /** Given once; never used for another series. */
  readonly id: number;
  readonly name: string;
  readonly labels: Labels;
}

/** What tells series apart: the name, and the labels in the order of their names. It is asked for of each sample. */
export function seriesKey(name: string, labels: Labels): string {
  const names = Object.keys(labels);
  if (names.length === 0) return JSON.stringify(name);
  return JSON.stringify([name, names.length === 1 ? Object.entries(labels) : sorted(labels)]);
}

const sorted = (labels: Labels): [string, string][] =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Whether a series has all of the labels that are asked for. */
export const hasLabels = (series: SignalSeries, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => series.labels[name] === value);

/** The series that are stored, never more than so many. */
export class SeriesTable {
  readonly #byKey = new Map<string, SignalSeries>();
  readonly #most: number;
  #nextId = 1;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes over what was stored before, also when there is more of it than may be added to. */
  restore(series: readonly SignalSeries[]): void {
    for (const one of series) {
      this.#byKey.set(seriesKey(one.name, one.labels), one);
      this.#nextId = Math.max(this.#nextId, one.id + 1);
    }
  }

  /** The series, made when there is none and room for it; `added` tells which. Null when there are too many. */
  of(name: string, labels: Labels): { readonly series: SignalSeries; readonly added: boolean } | null {
    const key = seriesKey(name, labels);
    const known = this.#byKey.get(key);
    if (known) return { series: known, added: false };
    if (this.#byKey.size >= this.#most) return null;
    const series = { id: this.#nextId++, name, labels: Object.fromEntries(sorted(labels)) };
    this.#byKey.set(key, series);
    return { series, added: true };
  }

  all(): readonly SignalSeries[] {
    return [...this.#byKey.values()];
  }
}
