const SUB_BITS = 4;
const SUB = 1 << SUB_BITS;
const LARGEST = 2 ** 31 - 1;
const BUCKETS = (31 - SUB_BITS) * SUB + SUB;

/** The bucket of a whole number of microseconds: 16 buckets an octave, so a value is known within 6.25 %. */
function bucketOf(us: number): number {
  if (us < SUB) return us;
  const octave = 31 - Math.clz32(us);
  return (octave - SUB_BITS + 1) * SUB + ((us >>> (octave - SUB_BITS)) & (SUB - 1));
}

/** The middle of a bucket, in microseconds. */
function middleOf(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = (bucket >>> SUB_BITS) - 1;
  return ((bucket & (SUB - 1)) + SUB) * 2 ** shift + (2 ** shift - 1) / 2;
}

/** By nearest rank, in ms; null without durations. */
function quantileOf(buckets: Uint32Array, count: number, q: number): number | null {
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(q * count));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket] as number;
    if (seen >= rank) return middleOf(bucket) / 1_000;
  }
  return null;
}

/** Options of {@link LatencyWindow}. */
export interface LatencyWindowOptions {
  /** How far back it looks, in ms. */
  readonly windowMs: number;
  /** Into how many parts the window is cut; it moves on by one part at a time. Default 6. */
  readonly slices?: number;
}

/**
 * Durations of the last `windowMs`, in memory that does not grow: a log-linear histogram (as HDR histograms are) a slice
 * of time. Recording is O(1); the window turns with the time that is handed in, so an idle hour empties it. A duration
 * is kept with an error of at most 3.2 %, up to 35 minutes.
 */
export class LatencyWindow {
  readonly #sliceMs: number;
  readonly #slices: Uint32Array[];
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #total = new Uint32Array(BUCKETS);
  #newest = -1;
  #count = 0;
  #changes = 0;

  constructor({ windowMs, slices = 6 }: LatencyWindowOptions) {
    this.#sliceMs = windowMs / slices;
    this.#slices = Array.from({ length: slices }, () => new Uint32Array(BUCKETS));
    this.#counts = new Float64Array(slices);
    this.#sums = new Float64Array(slices);
  }

  /** Grows whenever what the window holds at `nowMs` has changed: figures of the same number are the same. */
  changes(nowMs: number): number {
    this.#turn(nowMs);
    return this.#changes;
  }

  /** `nowMs` is monotonic and never goes back. */
  record(nowMs: number, durationMs: number): void {
    this.#turn(nowMs);
    const us = Math.min(LARGEST, Math.max(0, Math.round(durationMs * 1_000)));
    const bucket = bucketOf(us);
    const slot = this.#newest % this.#slices.length;
    const slice = this.#slices[slot] as Uint32Array;
    slice[bucket] = (slice[bucket] as number) + 1;
    this.#total[bucket] = (this.#total[bucket] as number) + 1;
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
    this.#sums[slot] = (this.#sums[slot] as number) + durationMs;
    this.#count += 1;
    this.#changes += 1;
  }

  /** Durations in the window. */
  count(nowMs: number): number {
    this.#turn(nowMs);
    return this.#count;
  }

  /** How far back what it can hold reaches, in ms: between all parts of the window and all but one. */
  reachMs(nowMs: number): number {
    this.#turn(nowMs);
    return nowMs - (this.#newest - this.#slices.length + 1) * this.#sliceMs;
  }

  /** Arithmetic mean in ms; null without durations. */
  mean(nowMs: number): number | null {
    this.#turn(nowMs);
    return this.#count === 0 ? null : this.#sums.reduce((sum, part) => sum + part, 0) / this.#count;
  }

  /** The duration below which the share `q` (0..1) lies, in ms (nearest rank); null without durations. */
  quantile(nowMs: number, q: number): number | null {
    this.#turn(nowMs);
    return quantileOf(this.#total, this.#count, q);
  }

  /**
   * Count and quantile of the newest durations alone: of `spanMs`, and of the part of the window in which that begins;
   * further back while they are not yet `atLeast`. It costs a walk through those parts.
   */
  newest(
    nowMs: number,
    { spanMs, atLeast }: { readonly spanMs: number; readonly atLeast: number },
    q: number,
  ): { readonly count: number; readonly ms: number | null } {
    this.#turn(nowMs);
    const parts = this.#slices.length;
    const oldest = Math.max(0, this.#newest - parts + 1);
    const first = Math.floor((nowMs - spanMs) / this.#sliceMs);
    const total = new Uint32Array(BUCKETS);
    let count = 0;
    for (let part = this.#newest; part >= oldest && (part >= first || count < atLeast); part--) {
      const slice = this.#slices[part % parts] as Uint32Array;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        total[bucket] = (total[bucket] as number) + (slice[bucket] as number);
      }
      count += this.#counts[part % parts] as number;
    }
    return { count, ms: quantileOf(total, count, q) };
  }

  #turn(nowMs: number): void {
    const current = Math.floor(nowMs / this.#sliceMs);
    if (current <= this.#newest) return;
    const slices = this.#slices.length;
    for (let turned = Math.max(this.#newest + 1, current - slices + 1); turned <= current; turned++) {
      const slot = turned % slices;
      const count = this.#counts[slot] as number;
      if (count === 0) continue;
      const slice = this.#slices[slot] as Uint32Array;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        this.#total[bucket] = (this.#total[bucket] as number) - (slice[bucket] as number);
      }
      slice.fill(0);
      this.#count -= count;
      this.#counts[slot] = 0;
      this.#sums[slot] = 0;
    }
    this.#newest = current;
    this.#changes += 1;
  }
}
