/** What a row of the candidates stands for. */
export const KIND = { vacant: 0, cold: 1, hot: 2, active: 3, archived: 4 } as const;

export type CandidateKind = (typeof KIND)[keyof typeof KIND];

const KINDS = 5;
const FIRST_CAPACITY = 1_024;

/**
 * What the planner reads of the tokens: one row a token, one typed array a property, so that a turn over 200,000 tokens
 * is one pass over flat memory. Times are monotonic milliseconds; NaN means never.
 */
export interface Candidates {
  /** Rows to look at, vacant ones included. */
  readonly size: number;
  readonly mints: readonly string[];
  readonly kind: Readonly<Uint8Array>;
  /** 1 while a read of the token is under way. */
  readonly reading: Readonly<Uint8Array>;
  /** 1 when a full read no longer showed what made the token active, and a second one has to confirm it. */
  readonly lossToConfirm: Readonly<Uint8Array>;
  /** 1 when what is known of a token in monitoring speaks for its activation. */
  readonly promising: Readonly<Uint8Array>;
  /** When the last read that came to something began. */
  readonly refreshedMs: Readonly<Float64Array>;
  readonly checkedMs: Readonly<Float64Array>;
  readonly discoveredMs: Readonly<Float64Array>;
  /** After failed reads: when the next one of its kind may come at the earliest; -Infinity without a failure. */
  readonly refreshNotBeforeMs: Readonly<Float64Array>;
  readonly checkNotBeforeMs: Readonly<Float64Array>;
  /** Square roots of the value of fresh data, from 1 to 2. */
  readonly refreshWeight: Readonly<Float64Array>;
  readonly checkWeight: Readonly<Float64Array>;
  /** Number of rows by kind. */
  readonly counts: Readonly<Uint32Array>;
}

/** The candidates as they are kept: rows are added, altered in place and given up. */
export class CandidateColumns implements Candidates {
  size = 0;
  readonly mints: string[] = [];
  kind = new Uint8Array(FIRST_CAPACITY);
  reading = new Uint8Array(FIRST_CAPACITY);
  lossToConfirm = new Uint8Array(FIRST_CAPACITY);
  promising = new Uint8Array(FIRST_CAPACITY);
  refreshedMs = new Float64Array(FIRST_CAPACITY);
  checkedMs = new Float64Array(FIRST_CAPACITY);
  discoveredMs = new Float64Array(FIRST_CAPACITY);
  refreshNotBeforeMs = new Float64Array(FIRST_CAPACITY);
  checkNotBeforeMs = new Float64Array(FIRST_CAPACITY);
  refreshWeight = new Float64Array(FIRST_CAPACITY);
  checkWeight = new Float64Array(FIRST_CAPACITY);
  readonly counts = new Uint32Array(KINDS);
  readonly #vacant: number[] = [];

  /** Takes in a token that was never read, and returns its row. */
  add(mint: string, kind: CandidateKind, discoveredMs: number): number {
    const row = this.#vacant.pop() ?? this.size++;
    if (row >= this.kind.length) this.#grow();
    this.mints[row] = mint;
    this.reading[row] = 0;
    this.lossToConfirm[row] = 0;
    this.promising[row] = 0;
    this.refreshedMs[row] = NaN;
    this.checkedMs[row] = NaN;
    this.discoveredMs[row] = discoveredMs;
    this.refreshNotBeforeMs[row] = -Infinity;
    this.checkNotBeforeMs[row] = -Infinity;
    this.refreshWeight[row] = 1;
    this.checkWeight[row] = 1;
    this.kind[row] = KIND.vacant;
    this.setKind(row, kind);
    return row;
  }

  remove(row: number): void {
    this.setKind(row, KIND.vacant);
    this.mints[row] = '';
    this.#vacant.push(row);
  }

  setKind(row: number, kind: CandidateKind): void {
    const before = this.kind[row] ?? KIND.vacant;
    if (before !== KIND.vacant) this.counts[before] = (this.counts[before] ?? 0) - 1;
    if (kind !== KIND.vacant) this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.kind[row] = kind;
  }

  #grow(): void {
    const capacity = 2 * this.kind.length;
    this.kind = enlarged(this.kind, new Uint8Array(capacity));
    this.reading = enlarged(this.reading, new Uint8Array(capacity));
    this.lossToConfirm = enlarged(this.lossToConfirm, new Uint8Array(capacity));
    this.promising = enlarged(this.promising, new Uint8Array(capacity));
    this.refreshedMs = enlarged(this.refreshedMs, new Float64Array(capacity));
    this.checkedMs = enlarged(this.checkedMs, new Float64Array(capacity));
    this.discoveredMs = enlarged(this.discoveredMs, new Float64Array(capacity));
    this.refreshNotBeforeMs = enlarged(this.refreshNotBeforeMs, new Float64Array(capacity));
    this.checkNotBeforeMs = enlarged(this.checkNotBeforeMs, new Float64Array(capacity));
    this.refreshWeight = enlarged(this.refreshWeight, new Float64Array(capacity));
    this.checkWeight = enlarged(this.checkWeight, new Float64Array(capacity));
  }
}

function enlarged<T extends Uint8Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
