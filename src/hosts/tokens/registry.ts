import type { TokenGroup, TokenStatus } from '../../contract/index.ts';
import { CandidateColumns, KIND, type CandidateKind, type Candidates } from './plan-columns.ts';
import type { TokenSettings } from './settings.ts';
import { groupOf, type Token } from './token.ts';
import { checkValue, isPromising, refreshValue } from './value.ts';

/** One pool of many tokens, or all pools of one. */
export type ReadKind = 'batch' | 'full';

/** What the registry goes by. */
export type RegistrySettings = Pick<TokenSettings, 'minScore' | 'minLiquidityUsd' | 'freshnessThresholdMs'>;

/** How the full reads of a token go. Times are monotonic milliseconds. */
export interface FullReads {
  /** When the last one that came to something began; null before the first. */
  readonly checkedMs: number | null;
  readonly discoveredMs: number;
  /** Whether the token is being read just now. */
  readonly reading: boolean;
  readonly failuresInRow: number;
  /** After a failed one: when the next may come at the earliest; -Infinity otherwise. */
  readonly notBeforeMs: number;
}

interface Entry {
  token: Token;
  /** Whether its pools are left out. */
  slim: boolean;
  readonly row: number;
  /** By kind of read: how often it failed in a row. */
  batchFailures: number;
  fullFailures: number;
}

const NO_POOLS: Token['pools'] = [];
const FIRST_STEP_BACK_MS = 2_000;
const LONGEST_STEP_BACK_MS = 600_000;

/** Every known token in memory, and the columns from which the planner chooses. Times are monotonic. */
export class TokenRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #columns = new CandidateColumns();
  /** By row, wall clock: when the token last answered, or when it was discovered. */
  #answeredAt = new Float64Array(0);
  readonly #settings: RegistrySettings;
  readonly #counts: Record<TokenStatus, number> = { monitoring: 0, active: 0, archived: 0 };

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
  }

  /**
   * Takes in a token, in the place of the one with its mint. Its stored ages are carried over to the monotonic clock; a
   * wall clock set back makes them 0. A slim token comes without its pools.
   */
  add(token: Token, wallMs: number, monotonicMs: number, slim = false): void {
    this.remove(token.mint);
    const toMonotonic = (at: number | null): number =>
      at === null ? NaN : monotonicMs - Math.max(0, wallMs - at);
    const columns = this.#columns;
    const row = columns.add(token.mint, this.#kindOf(token), toMonotonic(token.discoveredAt));
    columns.refreshedMs[row] = toMonotonic(token.refreshedAt);
    columns.checkedMs[row] = toMonotonic(token.checkedAt);
    this.#entries.set(token.mint, { token, slim, row, batchFailures: 0, fullFailures: 0 });
    this.#counts[token.status] += 1;
    this.#describe(row, token);
  }

  /** Forgets a token. */
  remove(mint: string): void {
    const entry = this.#entries.get(mint);
    if (!entry) return;
    this.#counts[entry.token.status] -= 1;
    this.#columns.remove(entry.row);
    this.#entries.delete(mint);
  }

  mints(): Iterable<string> {
    return this.#entries.keys();
  }

  has(mint: string): boolean {
    return this.#entries.has(mint);
  }

  /** A token as it is kept: its pools, and what its check says of them, may have been left out ({@link isSlim}). */
  get(mint: string): Token | undefined {
    return this.#entries.get(mint)?.token;
  }

  /** Whether a read of a token is under way. */
  readonly isReading = (mint: string): boolean => {
    const entry = this.#entries.get(mint);
    return entry !== undefined && this.#columns.reading[entry.row] === 1;
  };

  isSlim(mint: string): boolean {
    return this.#entries.get(mint)?.slim === true;
  }

  /** Leaves out of a token what is large; the store has it. */
  makeSlim(mint: string): void {
    const entry = this.#entries.get(mint);
    if (!entry) return;
    const { token } = entry;
    entry.slim = true;
    entry.token = {
      ...token,
      pools: NO_POOLS,
      check: token.check && { ...token.check, pools: [] },
      verification: null,
    };
  }

  /** When a token was last read, in monotonic ms. */
  lastReads(
    mint: string,
  ): { readonly attemptedMs: number | null; readonly checkedMs: number | null } | undefined {
    const entry = this.#entries.get(mint);
    if (!entry) return undefined;
    const orNull = (ms: number | undefined): number | null =>
      ms === undefined || Number.isNaN(ms) ? null : ms;
    return {
      attemptedMs: orNull(this.#columns.refreshedMs[entry.row]),
      checkedMs: orNull(this.#columns.checkedMs[entry.row]),
    };
  }

  /** How the full reads of a token go, in monotonic ms. */
  readState(mint: string): FullReads | undefined {
    const entry = this.#entries.get(mint);
    if (!entry) return undefined;
    const columns = this.#columns;
    const checkedMs = columns.checkedMs[entry.row] as number;
    return {
      checkedMs: Number.isNaN(checkedMs) ? null : checkedMs,
      discoveredMs: columns.discoveredMs[entry.row] as number,
      reading: columns.reading[entry.row] === 1,
      failuresInRow: entry.fullFailures,
      notBeforeMs: columns.checkNotBeforeMs[entry.row] as number,
    };
  }

  /** Scores of the hot tokens; Infinity for active ones, which are hot whatever their score. */
  hotScores(): readonly number[] {
    const scores: number[] = [];
    for (const { token } of this.#entries.values())
      if (token.status === 'active') scores.push(Infinity);
      else if (token.status === 'monitoring' && groupOf(token, this.#settings) === 'hot')
        scores.push(token.smoothedScore ?? 0);
    return scores;
  }

  /** Since when a read of a token has been due, in monotonic ms, by the interval of its kind; undefined for one that is not known. */
  dueSince(mint: string, kind: ReadKind, intervalMs: number): number | undefined {
    const entry = this.#entries.get(mint);
    if (!entry) return undefined;
    const columns = this.#columns;
    const lastMs = (kind === 'full' ? columns.checkedMs : columns.refreshedMs)[entry.row] as number;
    return Number.isNaN(lastMs) ? columns.discoveredMs[entry.row] : lastMs + intervalMs;
  }

  update(token: Token): void {
    const entry = this.#entries.get(token.mint);
    if (!entry) return;
    this.#counts[entry.token.status] -= 1;
    this.#counts[token.status] += 1;
    entry.token = token;
    entry.slim = false;
    this.#columns.setKind(entry.row, this.#kindOf(token));
    this.#describe(entry.row, token);
  }

  /** Marks tokens as being read, so that no plan takes them a second time. */
  begin(mints: readonly string[]): void {
    for (const { row } of this.#of(mints)) this.#columns.reading[row] = 1;
  }

  /** A read that began at `startedMs` has ended. A full read is a refresh, too. */
  end(mints: readonly string[], kind: ReadKind, startedMs: number): void {
    const columns = this.#columns;
    for (const entry of this.#of(mints)) {
      const { row } = entry;
      columns.reading[row] = 0;
      columns.refreshedMs[row] = startedMs;
      if (kind === 'full') {
        columns.checkedMs[row] = startedMs;
        columns.checkNotBeforeMs[row] = -Infinity;
        entry.fullFailures = 0;
      } else {
        columns.refreshNotBeforeMs[row] = -Infinity;
        entry.batchFailures = 0;
      }
    }
  }

  /** A read was not made: its tokens are as due as before. */
  giveBack(mints: Iterable<string>): void {
    for (const { row } of this.#of(mints)) this.#columns.reading[row] = 0;
  }

  /**
   * A read failed: its tokens step back for a while that grows, so that a few that always fail starve nobody.
   * @param tries how many failures in a row are tried again at once before that.
   */
  stepBack(mints: readonly string[], kind: ReadKind, nowMs: number, tries = 0): void {
    const columns = this.#columns;
    for (const entry of this.#of(mints)) {
      columns.reading[entry.row] = 0;
      const inRow = kind === 'full' ? entry.fullFailures++ : entry.batchFailures++;
      const steps = Math.min(10, inRow - tries);
      const notBeforeMs =
        nowMs + (steps < 0 ? 0 : Math.min(LONGEST_STEP_BACK_MS, FIRST_STEP_BACK_MS * 2 ** steps));
      const column = kind === 'full' ? columns.checkNotBeforeMs : columns.refreshNotBeforeMs;
      column[entry.row] = notBeforeMs;
    }
  }

  /** What a plan may choose from. */
  get candidates(): Candidates {
    return this.#columns;
  }

  get size(): number {
    return this.#entries.size;
  }

  get counts(): Readonly<Record<TokenStatus, number>> {
    return this.#counts;
  }

  /**
   * How long ago each token of a group answered, in ms; since its discovery when it never did. Archived ones are left
   * out.
   */
  agesOf(group: TokenGroup, wallMs: number): Float64Array {
    const { size, kind } = this.#columns;
    const [one, other] = group === 'hot' ? [KIND.hot, KIND.active] : [KIND.cold, KIND.cold];
    const ages = new Float64Array(this.#counts.monitoring + this.#counts.active);
    let count = 0;
    for (let row = 0; row < size; row++) {
      if (kind[row] === one || kind[row] === other)
        ages[count++] = Math.max(0, wallMs - (this.#answeredAt[row] ?? wallMs));
    }
    return ages.subarray(0, count);
  }

  *#of(mints: Iterable<string>): Iterable<Entry> {
    for (const mint of mints) {
      const entry = this.#entries.get(mint);
      if (entry) yield entry;
    }
  }

  #kindOf(token: Token): CandidateKind {
    if (token.status === 'archived') return KIND.archived;
    if (token.status === 'active') return KIND.active;
    return groupOf(token, this.#settings) === 'hot' ? KIND.hot : KIND.cold;
  }

  /** What of a token the planner goes by, beside its kind and the times of its reads. */
  #describe(row: number, token: Token): void {
    const columns = this.#columns;
    columns.refreshWeight[row] = Math.sqrt(refreshValue(token, this.#settings));
    columns.checkWeight[row] = Math.sqrt(checkValue(token, this.#settings));
    columns.promising[row] = isPromising(token, this.#settings) ? 1 : 0;
    columns.lossToConfirm[row] = token.loss === null ? 0 : 1;
    if (row >= this.#answeredAt.length) {
      const before = this.#answeredAt;
      this.#answeredAt = new Float64Array(columns.kind.length);
      this.#answeredAt.set(before);
    }
    this.#answeredAt[row] = token.refreshedAt ?? token.discoveredAt;
  }
}
