import type { TokenGroup, TokenStatus } from '../../contract/index.ts';
import type { Candidate } from './plan.ts';
import type { TokenSettings } from './settings.ts';
import { groupOf, type Token } from './token.ts';

/** One pool of many tokens, or all pools of one. */
export type ReadKind = 'batch' | 'full';

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
  group: TokenGroup;
  readonly discoveredMs: number;
  /** Monotonic times at which the last read that came to something began; null before the first. */
  attemptedMs: number | null;
  checkedMs: number | null;
  reading: boolean;
  /** By kind of read: how often it failed in a row, and until when the token steps back for others because of it. */
  readonly failures: Record<ReadKind, { inRow: number; untilMs: number }>;
}

const FIRST_STEP_BACK_MS = 2_000;
const LONGEST_STEP_BACK_MS = 600_000;

/** Every known token in memory, with when it was last read on the monotonic clock. */
export class TokenRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #settings: Pick<TokenSettings, 'minScore'>;
  readonly #counts: Record<TokenStatus, number> = { monitoring: 0, active: 0, archived: 0 };

  constructor(settings: Pick<TokenSettings, 'minScore'>) {
    this.#settings = settings;
  }

  /** Takes in a token. Its stored ages are carried over to the monotonic clock; a wall clock set back makes them 0. */
  add(token: Token, wallMs: number, monotonicMs: number): void {
    const toMonotonic = (at: number | null): number | null =>
      at === null ? null : monotonicMs - Math.max(0, wallMs - at);
    this.#entries.set(token.mint, {
      token,
      group: groupOf(token, this.#settings),
      discoveredMs: toMonotonic(token.discoveredAt) ?? monotonicMs,
      attemptedMs: toMonotonic(token.refreshedAt),
      checkedMs: toMonotonic(token.checkedAt),
      reading: false,
      failures: { batch: { inRow: 0, untilMs: -Infinity }, full: { inRow: 0, untilMs: -Infinity } },
    });
    this.#counts[token.status] += 1;
  }

  /** Forgets a token that could not be stored. */
  remove(mint: string): void {
    const entry = this.#entries.get(mint);
    if (!entry) return;
    this.#counts[entry.token.status] -= 1;
    this.#entries.delete(mint);
  }

  mints(): Iterable<string> {
    return this.#entries.keys();
  }

  has(mint: string): boolean {
    return this.#entries.has(mint);
  }

  get(mint: string): Token | undefined {
    return this.#entries.get(mint)?.token;
  }

  /** When a token was last read, in monotonic ms. */
  lastReads(
    mint: string,
  ): { readonly attemptedMs: number | null; readonly checkedMs: number | null } | undefined {
    return this.#entries.get(mint);
  }

  /** How the full reads of a token go, in monotonic ms. */
  readState(mint: string): FullReads | undefined {
    const entry = this.#entries.get(mint);
    if (!entry) return undefined;
    const { inRow, untilMs } = entry.failures.full;
    const { checkedMs, discoveredMs, reading } = entry;
    return { checkedMs, discoveredMs, reading, failuresInRow: inRow, notBeforeMs: untilMs };
  }

  update(token: Token): void {
    const entry = this.#entries.get(token.mint);
    if (!entry) return;
    this.#counts[entry.token.status] -= 1;
    this.#counts[token.status] += 1;
    entry.token = token;
    entry.group = groupOf(token, this.#settings);
  }

  /** Marks tokens as being read, so that no plan takes them a second time. */
  begin(mints: readonly string[]): void {
    for (const mint of mints) {
      const entry = this.#entries.get(mint);
      if (entry) entry.reading = true;
    }
  }

  /** A read that began at `startedMs` has ended. A full read is a refresh, too. */
  end(mints: readonly string[], kind: ReadKind, startedMs: number): void {
    for (const mint of mints) {
      const entry = this.#entries.get(mint);
      if (!entry) continue;
      entry.reading = false;
      entry.failures[kind] = { inRow: 0, untilMs: -Infinity };
      entry.attemptedMs = startedMs;
      if (kind === 'full') entry.checkedMs = startedMs;
    }
  }

  /** A read was not made: its tokens are as due as before. */
  giveBack(mints: readonly string[]): void {
    for (const mint of mints) {
      const entry = this.#entries.get(mint);
      if (entry) entry.reading = false;
    }
  }

  /** A read failed: its tokens step back for a while that grows, so that a few that always fail starve nobody. */
  stepBack(mints: readonly string[], kind: ReadKind, nowMs: number): void {
    for (const mint of mints) {
      const entry = this.#entries.get(mint);
      if (!entry) continue;
      entry.reading = false;
      const { inRow } = entry.failures[kind];
      const backMs = Math.min(LONGEST_STEP_BACK_MS, FIRST_STEP_BACK_MS * 2 ** Math.min(10, inRow));
      entry.failures[kind] = { inRow: inRow + 1, untilMs: nowMs + backMs };
    }
  }

  /** What a plan may choose from. */
  *candidates(): Iterable<Candidate> {
    for (const {
      token,
      group,
      reading,
      attemptedMs,
      checkedMs,
      discoveredMs,
      failures,
    } of this.#entries.values()) {
      if (reading) continue;
      yield {
        mint: token.mint,
        status: token.status,
        group,
        refreshedMs: attemptedMs,
        checkedMs,
        discoveredMs,
        refreshNotBeforeMs: failures.batch.untilMs,
        checkNotBeforeMs: failures.full.untilMs,
      };
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  get counts(): Readonly<Record<TokenStatus, number>> {
    return this.#counts;
  }

  /** Times of the last answer of each token of a group, archived ones left out. */
  *answers(
    group: TokenGroup,
  ): Iterable<{ readonly refreshedAt: number | null; readonly discoveredAt: number }> {
    for (const entry of this.#entries.values()) {
      if (entry.group === group && entry.token.status !== 'archived') yield entry.token;
    }
  }
}
