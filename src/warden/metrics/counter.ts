import type { Labels } from './family.ts';
import type { LabelTable } from './label-table.ts';
import { LiveValue, type ReadValue } from './live-value.ts';

/** A number that only rises, and begins at 0 with the process. */
export interface Counter {
  /**
   * Adds `value`, 1 by default.
   * @throws RangeError when it is negative, infinite or no number.
   */
  inc(value?: number): void;
  /** Reads a total that is counted elsewhere each time the metrics are collected; returns the function that ends it. */
  readFrom(read: ReadValue): () => void;
}

/** A counter for each combination of labels. */
export interface LabelledCounter<Name extends string = string> {
  /** @throws RangeError as {@link Counter.inc}, and when a label is missing, not declared, or no string. */
  inc(labels: Readonly<Record<Name, string>>, value?: number): void;
  /** The counter of one combination. Whoever keeps it saves looking it up. */
  with(labels: Readonly<Record<Name, string>>): Counter;
}

export class CounterSeries extends LiveValue implements Counter {
  #value = 0;

  inc(value = 1): void {
    this.#value += this.checked(value);
  }

  protected override own(): number {
    return this.#value;
  }

  protected override checked(value: number): number {
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
    throw new RangeError(`${this.instrument}: a counter takes a number from 0 on, not ${String(value)}`);
  }
}

export class CounterFamily implements LabelledCounter {
  readonly #table: LabelTable<CounterSeries>;

  constructor(table: LabelTable<CounterSeries>) {
    this.#table = table;
  }

  inc(labels: Labels, value?: number): void {
    this.#table.find(labels).inc(value);
  }

  with(labels: Labels): CounterSeries {
    return this.#table.find(labels);
  }
}
