import type { Labels } from './family.ts';

/** Gives the value of the moment; null when it is not known, and then the series is left out. */
export type ReadValue = () => number | null;

/** One value that is either set or read when it is collected. */
export abstract class LiveValue {
  readonly labels: Labels;
  protected readonly instrument: string;
  #read: ReadValue | null = null;
  /** Whether the last reading failed, so that a reader that keeps failing is told of once. */
  failing = false;

  constructor(instrument: string, labels: Labels) {
    this.instrument = instrument;
    this.labels = labels;
  }

  /**
   * From now on the value is what `read` gives when the metrics are collected. One that throws, or gives no number, is
   * reported, and its series is left out until it works again. Returns the function that ends it.
   */
  readFrom(read: ReadValue): () => void {
    this.#read = read;
    return () => {
      if (this.#read === read) this.#read = null;
    };
  }

  /**
   * The value of the moment; null when there is none.
   * @throws what the reader throws; RangeError when what it gives is no value.
   */
  collect(): number | null {
    const value = this.#read === null ? this.own() : this.#read();
    return value === null ? null : this.checked(value);
  }

  /** What was set. */
  protected abstract own(): number | null;

  /** @throws RangeError when it is no value of this instrument. */
  protected abstract checked(value: number): number;
}
