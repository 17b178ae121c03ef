import type { Clock } from '../../../kernel/index.ts';
import { UnavailableError, createDependency, type Dependency } from '../../../warden/resilience/index.ts';
import type { DexClient, Pair, TokenRead } from '../../dexscreener/index.ts';

/** One read that was asked for. */
export interface AskedRead {
  readonly kind: 'batch' | 'full' | 'alternative';
  readonly mints: readonly string[];
  readonly atMs: number;
}

/** A DexScreener that answers what it is told after `delay`, and remembers what it was asked. */
export class FakeDex implements DexClient {
  readonly origin = 'https://dex.example';
  readonly reads: AskedRead[] = [];
  readonly feeds = { profiles: [] as readonly string[], boosts: [] as readonly string[] };
  readonly asked: string[] = [];
  limit = 300;
  paused = 0;
  fail: Error | null = null;
  pairsOf: (mint: string) => readonly Pair[] = () => [];
  /** What the other endpoint shows, if not the same. */
  alternativePairsOf: ((mint: string) => readonly Pair[]) | null = null;
  delay: (read: AskedRead) => Promise<void>;
  readonly #clock: Clock;
  readonly #dependency: Dependency<'pairs' | 'profiles'>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#dependency = createDependency({ name: 'DexScreener', clock });
    this.#dependency.recordSuccess();
    this.delay = () => clock.sleep(50);
  }

  /** When a mint was asked for, by either kind of planned read. */
  timesOf(mint: string): number[] {
    return this.reads
      .filter(({ kind, mints }) => kind !== 'alternative' && mints.includes(mint))
      .map(({ atMs }) => atMs);
  }

  async readBatch(mints: readonly string[]): Promise<ReadonlyMap<string, TokenRead>> {
    await this.#ask('batch', mints);
    return new Map(mints.map((mint) => [mint, this.#readOf(mint, this.pairsOf(mint).slice(0, 1))]));
  }

  async readPools(mint: string): Promise<TokenRead> {
    await this.#ask('full', [mint]);
    return this.#readOf(mint, this.pairsOf(mint));
  }

  async readPoolsAlternative(mint: string): Promise<TokenRead> {
    await this.#ask('alternative', [mint]);
    return this.#readOf(mint, this.alternativePairsOf?.(mint) ?? this.pairsOf(mint));
  }

  async readPoolsFromAnywhere(
    mint: string,
    history: Parameters<DexClient['readPoolsFromAnywhere']>[1],
  ): ReturnType<DexClient['readPoolsFromAnywhere']> {
    try {
      const value = await this.readPools(mint);
      return { value, source: 'DexScreener', freshness: 'fresh', ageMs: 0, failures: [] };
    } catch (error) {
      const failures = [{ source: 'DexScreener', error, durationMs: 0 }];
      const answer = history();
      if (answer === undefined) throw new UnavailableError(failures);
      return { ...answer, failures };
    }
  }

  #readOf(mint: string, pairs: readonly Pair[]): TokenRead {
    return { mint, pairs, source: 'asked', asQuote: 0, rejected: [], at: this.#clock.now() };
  }

  async search(): ReturnType<DexClient['search']> {
    return { pairs: [], dropped: [] };
  }

  async listings(feed: 'profiles' | 'boosts'): ReturnType<DexClient['listings']> {
    this.asked.push(feed);
    if (this.fail) throw this.fail;
    return { mints: this.feeds[feed], dropped: [] };
  }

  state(): ReturnType<DexClient['state']> {
    return this.#dependency.report();
  }

  quota(): ReturnType<DexClient['quota']> {
    const since = this.#clock.monotonic() - 61_000;
    const used = this.reads.filter(({ atMs }) => atMs > since).length;
    return { limit: this.limit, used, available: this.limit - used };
  }

  pausedForMs(): number {
    return this.paused;
  }

  on(): () => void {
    return () => undefined;
  }

  dropped(): ReadonlyMap<string, number> {
    return new Map();
  }

  configure({ pairsPerMinute }: Parameters<DexClient['configure']>[0]): void {
    this.limit = pairsPerMinute;
  }

  close(): void {
    this.paused = 0;
  }

  async reconnect(): Promise<void> {
    this.paused = 0;
  }

  async #ask(kind: AskedRead['kind'], mints: readonly string[]): Promise<void> {
    const read = { kind, mints, atMs: this.#clock.monotonic() };
    this.reads.push(read);
    await this.delay(read);
    if (this.fail) throw this.fail;
  }
}
