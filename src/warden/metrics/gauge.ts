import type { Labels } from './family.ts';
import type { LabelTable } from './label-table.ts';
import { LiveValue, type ReadValue } from './live-value.ts';

/** A number that rises and falls. It has no value until it is given one, and is left out as long. */
export interface Gauge {
  /**
   * Null: the value is not known any more.
   * @throws RangeError when it is infinite or no number.
   */
  set(value: number | null): void;
  /** Adds `value`, 1 by default, to what is there, or to 0. @throws RangeError as {@link Gauge.set}. */
  inc(value?: number): void;
  /** Takes `value`, 1 by default, off what is there, or off 0. @throws RangeError as {@link Gauge.set}. */
  dec(value?: number): void;
  /** Reads the value each time the metrics are collected, instead; returns the function that ends it. */
  readFrom(read: ReadValue): () => void;
}

/** A gauge for each combination of labels. Each throws a RangeError when a label is missing, not declared, or no string. */
export interface LabelledGauge<Name extends string = string> {
  /** @throws RangeError as {@link Gauge.set}. */
  set(labels: Readonly<Record<Name, string>>, value: number | null): void;
  inc(labels: Readonly<Record<Name, string>>, value?: number): void;
  dec(labels: Readonly<Record<Name, string>>, value?: number): void;
  /** The gauge of one combination. Whoever keeps it saves looking it up. */
  with(labels: Readonly<Record<Name, string>>): Gauge;
}

export class GaugeSeries extends LiveValue implements Gauge {
  #value = 0;
  #known = false;

  set(value: number | null): void {
    this.#value = value === null ? 0 : this.checked(value);
    this.#known = value !== null;
  }

  inc(value = 1): void {
    this.#value += this.checked(value);
    this.#known = true;
  }

  dec(value = 1): void {
    this.#value -= this.checked(value);
    this.#known = true;
  }

  protected override own(): number | null {
    return this.#known ? this.#value : null;
  }

  protected override checked(value: number): number {
    // Adding 0 makes -0 the 0 as which it is printed.
    if (typeof value === 'number' && value - value === 0) return value + 0;
    throw new RangeError(`${this.instrument}: a gauge takes a finite number, not ${String(value)}`);
  }
}

export class GaugeFamily implements LabelledGauge {
  readonly #table: LabelTable<GaugeSeries>;

  constructor(table: LabelTable<GaugeSeries>) {
    this.#table = table;
  }

  set(labels: Labels, value: number | null): void {
    this.#table.find(labels).set(value);
  }

  inc(labels: Labels, value?: number): void {
    this.#table.find(labels).inc(value);
  }

  dec(labels: Labels, value?: number): void {
    this.#table.find(labels).dec(value);
  }

  with(labels: Labels): GaugeSeries {
    return this.#table.find(labels);
  }
}
