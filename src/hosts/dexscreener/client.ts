import type { Clock } from '../../kernel/index.ts';
import {
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyState,
} from '../../warden/resilience/index.ts';
import { ageOfAnswer, classifyDexError, readJson } from './answer.ts';
import { createCoalescer } from './coalescer.ts';
import type { DexSettings } from './settings.ts';
import type { DexTransport } from './transport.ts';
import {
  parseListings,
  parsePairs,
  type DropReason,
  type Pair,
  type ParsedListings,
  type ParsedPairs,
} from './wire.ts';

/** The quotas that DexScreener keeps apart, per address. */
export type DexQuota = 'pairs' | 'profiles';

/** The pairs of one token in an answer. */
export interface TokenRead {
  readonly mint: string;
  /** Pools in which the token is the base, in the order of the answer. */
  readonly pairs: readonly Pair[];
  /** Pools of the answer in which the token is the quote: they are another token's. */
  readonly asQuote: number;
  /** Why pairs of this token in the answer could not be used. */
  readonly rejected: readonly DropReason[];
  /** The data's own time, in ms since the epoch: when the source gave it, also if a cache kept it since. */
  readonly at: number;
}

/** Reads DexScreener. Every call goes through one dependency, which keeps the quotas. */
export interface DexClient {
  /** One representative pair a token; joined with other such reads of the next 200 ms into full requests. */
  readBatch(mints: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, TokenRead>>;
  /** All pools of a token, at most 30. */
  readPools(mint: string, signal?: AbortSignal): Promise<TokenRead>;
  /** All pools of a token by the older endpoint. */
  readPoolsAlternative(mint: string, signal?: AbortSignal): Promise<TokenRead>;
  /** What a person's words find. */
  search(words: string, signal?: AbortSignal): Promise<ParsedPairs>;
  listings(feed: 'profiles' | 'boosts', signal?: AbortSignal): Promise<ParsedListings>;
  state(): DependencyState;
  quota(name: DexQuota): { readonly limit: number; readonly used: number; readonly available: number };
  /** Milliseconds until calls are let through again; 0 when they are. */
  pausedForMs(): number;
  /** Pairs that were dropped since the start, by reason. */
  dropped(): ReadonlyMap<string, number>;
  /** Closes what is open and starts afresh; the next call tries at once. */
  reconnect(): Promise<void>;
  readonly origin: string;
}

/** At most this many mints go into one request. */
export const BATCH_SIZE = 30;
const WINDOW_MS = 60_000;
// The other side counts arrivals, which network delays push together: a second of distance keeps its minute clean.
const WINDOW_MARGIN_MS = 1_000;

export interface DexClientOptions {
  readonly transport: DexTransport;
  readonly clock: Clock;
  readonly settings: DexSettings;
  readonly onChange?: (change: DependencyChange) => void;
  /** Makes the policy that every call goes through; that of `warden/resilience` by default. */
  readonly createDependency?: typeof createDependency;
}

export function createDexClient(options: DexClientOptions): DexClient {
  const { transport, clock, settings, onChange, createDependency: create = createDependency } = options;
  const windowMs = WINDOW_MS + WINDOW_MARGIN_MS;
  const dependency: Dependency<DexQuota> = create<DexQuota>({
    name: 'DexScreener',
    clock,
    timeoutMs: settings.timeoutMs,
    retryDelayMs: settings.retryDelayMs,
    quotaWaitMs: settings.quotaWaitMs,
    failuresToPause: 3,
    pauseMs: 1_000,
    longestPauseMs: 30_000,
    quotas: {
      pairs: { limit: settings.pairsPerMinute, windowMs },
      profiles: { limit: settings.profilesPerMinute, windowMs },
    },
    classify: classifyDexError,
    ...(onChange ? { onChange } : {}),
  });
  const droppedByReason = new Map<string, number>();

  const countDropped = (dropped: readonly { readonly reason: string }[]): void => {
    for (const { reason } of dropped) droppedByReason.set(reason, (droppedByReason.get(reason) ?? 0) + 1);
  };

  // Parsing is part of the call: an answer that makes no sense is a failure of the source.
  const get = <T extends { readonly dropped: readonly { readonly reason: string }[] }>(
    path: string,
    quota: DexQuota,
    parse: (json: unknown) => T,
    signal: AbortSignal | undefined,
  ): Promise<T & { readonly at: number }> =>
    dependency.call(
      { quota, what: `GET ${path.split('/').slice(0, 3).join('/')}`, ...(signal ? { signal } : {}) },
      async (attemptSignal) => {
        const answer = await transport.get(path, attemptSignal);
        const parsed = parse(readJson(answer, clock.now()));
        countDropped(parsed.dropped);
        return { ...parsed, at: clock.now() - ageOfAnswer(answer) };
      },
    );

  const coalescer = createCoalescer({
    clock,
    waitMs: settings.coalesceMs,
    batchSize: BATCH_SIZE,
    load: async (mints: readonly string[]) => {
      const answer = await get(`/tokens/v1/solana/${mints.join(',')}`, 'pairs', parsePairs, undefined);
      return splitByToken(mints, answer);
    },
  });

  const readOne = async (path: string, mint: string, signal?: AbortSignal): Promise<TokenRead> => {
    const answer = await get(path, 'pairs', parsePairs, signal);
    const [read] = splitByToken([mint], answer).values();
    return read ?? { mint, pairs: [], asQuote: 0, rejected: [], at: answer.at };
  };

  return {
    origin: transport.origin,
    readBatch: (mints, signal) => coalescer.load(mints, signal),
    readPools: (mint, signal) => readOne(`/token-pairs/v1/solana/${mint}`, mint, signal),
    readPoolsAlternative: (mint, signal) => readOne(`/latest/dex/tokens/${mint}`, mint, signal),
    search: (words, signal) =>
      get(`/latest/dex/search?q=${encodeURIComponent(words)}`, 'pairs', parsePairs, signal),
    listings: (feed, signal) =>
      get(
        feed === 'profiles' ? '/token-profiles/latest/v1' : '/token-boosts/latest/v1',
        'profiles',
        parseListings,
        signal,
      ),
    state: () => dependency.state(),
    quota: (name) => dependency.quota(name),
    pausedForMs: () => dependency.pausedForMs(),
    dropped: () => droppedByReason,
    async reconnect() {
      await transport.reset();
      dependency.resume();
    },
  };
}

/** Gives each asked mint the pairs in which it is the base; a pair's price and volume belong to its base alone. */
export function splitByToken(
  mints: readonly string[],
  { pairs, dropped, at }: ParsedPairs & { readonly at: number },
): Map<string, TokenRead> {
  const reads = new Map(
    mints.map((mint) => [mint, { mint, pairs: [] as Pair[], asQuote: 0, rejected: [] as DropReason[], at }]),
  );
  for (const pair of pairs) {
    reads.get(pair.base.mint)?.pairs.push(pair);
    const quoteRead = reads.get(pair.quote.mint);
    if (quoteRead) quoteRead.asQuote += 1;
  }
  for (const { mint, reason } of dropped) {
    if (mint !== undefined) reads.get(mint)?.rejected.push(reason);
  }
  return reads;
}
