import type { WindowFigures } from './family.ts';

const SUB_BITS = 4;
const SUB = 1 << SUB_BITS;
/** Wider ranges lose their lower end, so that a series stays below 28 kB. */
const MOST_OCTAVES = 64;

const asNumber = new Float64Array(1);
const asWords = new Uint32Array(asNumber.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
/** What the high word of a number is shifted by: sign and exponent stay, and the highest bits of the fraction. */
const SHIFT = 20 - SUB_BITS;

/** Exponent and first bits of the fraction of a number >= 0: 16 steps an octave, without a logarithm. */
function stepOf(value: number): number {
  asNumber[0] = value;
  return (asWords[HIGH_WORD] as number) >>> SHIFT;
}

/** The middle between a step and the next. */
function middleOf(step: number): number {
  const octave = 2 ** ((step >>> SUB_BITS) - 1_023);
  return octave * (1 + ((step & (SUB - 1)) + 0.5) / SUB);
}

/** Options of {@link ValueWindow}. */
export interface ValueWindowOptions {
  /** How far back it looks, in ms. */
  readonly windowMs: number;
  /** Values from here on are told apart; positive. */
  readonly lowest: number;
  /** Values up to here are told apart. */
  readonly highest: number;
  /** Into how many parts the window is cut; it moves on by one part at a time. Default 6. */
  readonly slices?: number;
}

/**
 * Values of the last `windowMs` in memory that does not grow: a log-linear histogram (as HDR histograms are) for each
 * slice of time. The kernel's `LatencyWindow` is the same for durations alone; this one takes any unit and knows the
 * smallest and the largest value. It turns with the monotonic time that is handed in, so an idle hour empties it.
 */
export class ValueWindow {
  readonly #windowMs: number;
  readonly #sliceMs: number;
  readonly #slices: number;
  readonly #first: number;
  readonly #last: number;
  readonly #bins: number;
  readonly #counts: Uint32Array;
  readonly #total: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  #newest = -1;
  #slot = 0;
  #turnsAtMs = -Infinity;

  constructor({ windowMs, lowest, highest, slices = 6 }: ValueWindowOptions) {
    this.#windowMs = windowMs;
    this.#sliceMs = windowMs / slices;
    this.#slices = slices;
    this.#last = stepOf(highest);
    this.#first = Math.max(stepOf(lowest), this.#last - MOST_OCTAVES * SUB);
    // One bin below the range, one above.
    this.#bins = this.#last - this.#first + 3;
    this.#counts = new Uint32Array(this.#bins * slices);
    this.#total = new Float64Array(slices);
    this.#sum = new Float64Array(slices);
    this.#min = new Float64Array(slices).fill(Infinity);
    this.#max = new Float64Array(slices).fill(-Infinity);
  }

  /** `value` is finite and not negative; `nowMs` is monotonic and never goes back. */
  record(nowMs: number, value: number): void {
    if (nowMs >= this.#turnsAtMs) this.#turn(nowMs);
    const slot = this.#slot;
    const bin = slot * this.#bins + this.#binOf(value);
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#total[slot] = (this.#total[slot] as number) + 1;
    this.#sum[slot] = (this.#sum[slot] as number) + value;
    if (value < (this.#min[slot] as number)) this.#min[slot] = value;
    if (value > (this.#max[slot] as number)) this.#max[slot] = value;
  }

  /** What the window holds now. Quantiles are nearest ranks, within 3.2 % inside the range, and never beyond min and max. */
  figures(nowMs: number): WindowFigures {
    if (nowMs >= this.#turnsAtMs) this.#turn(nowMs);
    const count = this.#total.reduce((sum, part) => sum + part, 0);
    const windowMs = this.#windowMs;
    if (count === 0)
      return { windowMs, count, sum: 0, min: null, max: null, p50: null, p95: null, p99: null };
    const min = Math.min(...this.#min);
    const max = Math.max(...this.#max);
    const [p50 = max, p95 = max, p99 = max] = this.#quantiles([0.5, 0.95, 0.99], count, min, max);
    return { windowMs, count, sum: this.#sum.reduce((sum, part) => sum + part, 0), min, max, p50, p95, p99 };
  }

  #binOf(value: number): number {
    const step = stepOf(value);
    if (step < this.#first) return 0;
    return step > this.#last ? this.#bins - 1 : step - this.#first + 1;
  }

  /** `shares` in rising order. */
  #quantiles(shares: readonly number[], count: number, min: number, max: number): number[] {
    const found: number[] = [];
    let seen = 0;
    for (let bin = 0; bin < this.#bins && found.length < shares.length; bin++) {
      for (let slice = 0; slice < this.#slices; slice++)
        seen += this.#counts[slice * this.#bins + bin] as number;
      for (let share = shares[found.length]; share !== undefined; share = shares[found.length]) {
        if (seen < Math.max(1, Math.ceil(share * count))) break;
        found.push(this.#valueOf(bin, min, max));
      }
    }
    return found;
  }

  #valueOf(bin: number, min: number, max: number): number {
    if (bin === 0) return min;
    if (bin === this.#bins - 1) return max;
    return Math.min(max, Math.max(min, middleOf(this.#first + bin - 1)));
  }

  #turn(nowMs: number): void {
    const current = Math.floor(nowMs / this.#sliceMs);
    for (let turned = Math.max(this.#newest + 1, current - this.#slices + 1); turned <= current; turned++) {
      const slot = turned % this.#slices;
      if (this.#total[slot] === 0) continue;
      this.#counts.fill(0, slot * this.#bins, (slot + 1) * this.#bins);
      this.#total[slot] = 0;
      this.#sum[slot] = 0;
      this.#min[slot] = Infinity;
      this.#max[slot] = -Infinity;
    }
    this.#newest = Math.max(this.#newest, current);
    this.#slot = this.#newest % this.#slices;
    this.#turnsAtMs = (this.#newest + 1) * this.#sliceMs;
  }
}
