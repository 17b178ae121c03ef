// Over 350 lines because the client and the policy that each of its calls goes through are read together.
import { TimeoutError, describeError, type Clock, type Random } from '../../kernel/index.ts';
import {
  RefusedError,
  createDependency,
  type Answer,
  type CallContext,
  type Dependency,
  type DependencyOptions,
  type DependencyReport,
  type FallbackAnswer,
  type Priority,
} from '../../warden/resilience/index.ts';
import { ageOfAnswer, classifyDexError, readJson } from './answer.ts';
import { createCoalescer } from './coalescer.ts';
import { WRAPPED_SOL } from './mint.ts';
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

/** How a call is made. */
export interface DexCall {
  /** Aborting it gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** `low` calls wait once 80 % of the quota is used. Default `normal`. */
  readonly priority?: Priority | undefined;
  /** The call that this one is part of: it ends with it. */
  readonly within?: CallContext | undefined;
  /** False: a failure is not tried again. Default true. */
  readonly retry?: boolean | undefined;
}

/** The source stopped answering, or answers again. */
export type DexChange =
  { readonly kind: 'lost'; readonly error: string } | { readonly kind: 'regained'; readonly afterMs: number };

/** The pairs of one token in an answer. */
export interface TokenRead {
  readonly mint: string;
  /** Which endpoint answered: the one that was asked, or the older one in its place. */
  readonly source: 'asked' | 'alternative';
  /** Pools in which the token is the base, in the order of the answer. */
  readonly pairs: readonly Pair[];
  /** Pools of the answer in which the token is the quote: they are another token's. */
  readonly asQuote: number;
  /** Why pairs of this token in the answer could not be used. */
  readonly rejected: readonly DropReason[];
  /** The data's own time, in ms since the epoch: when the source gave it, also if a cache kept it since. */
  readonly at: number;
}

const NAME = 'DexScreener';
const OLDER_ENDPOINT = 'older endpoint';
/** For what is stored: the source that `readPoolsFromAnywhere` names then. */
export const HISTORY = 'history';
/** Who may answer {@link DexClient.readPoolsFromAnywhere}. */
export type PoolSource = typeof NAME | typeof OLDER_ENDPOINT | typeof HISTORY;

/** Reads DexScreener. Every call goes through one dependency, which keeps the quotas. */
export interface DexClient {
  /** One representative pair a token; joined with other such reads of the next 200 ms into full requests. */
  readBatch(mints: readonly string[], call?: DexCall): Promise<ReadonlyMap<string, TokenRead>>;
  /** All pools of a token, at most 30. By the older endpoint when the newer one fails while the source answers. */
  readPools(mint: string, call?: DexCall): Promise<TokenRead>;
  /** All pools of a token by the older endpoint. */
  readPoolsAlternative(mint: string, call?: DexCall): Promise<TokenRead>;
  /**
   * All pools of a token for somebody who waits, from wherever they can be had within 10 s: an answer of the last 30 s, the
   * source, an answer of the last five minutes, the older endpoint, `history`. It says where it is from ({@link PoolSource})
   * and how old it is.
   * @param history what is stored of the token; undefined when nothing is.
   * @throws UnavailableError with the cause of each when there is nothing at all; AbortedError.
   */
  readPoolsFromAnywhere(
    mint: string,
    history: () => Answer<TokenRead> | undefined,
    signal?: AbortSignal,
  ): Promise<FallbackAnswer<TokenRead>>;
  /** What a person's words find. */
  search(words: string, call?: DexCall): Promise<ParsedPairs>;
  listings(feed: 'profiles' | 'boosts', call?: DexCall): Promise<ParsedListings>;
  /** What is known of the source, and what it did in the last five minutes. */
  state(): DependencyReport<DexQuota>;
  quota(name: DexQuota): { readonly limit: number; readonly used: number; readonly available: number };
  /** Milliseconds until calls are let through again; 0 when they are. */
  pausedForMs(): number;
  /** Tells what the policy does: that calls are refused, that the source asked for fewer, and the like. */
  readonly on: Dependency['on'];
  /** Pairs that were dropped since the start, by reason. */
  dropped(): ReadonlyMap<string, number>;
  /** Closes what is open and starts afresh; the next call tries at once. */
  reconnect(): Promise<void>;
  /** Takes the live ones of other settings: time limit and quotas, for requests from now on. */
  configure(settings: DexSettings): void;
  readonly origin: string;
  /** Ends what it does by itself. Calls under way go on. */
  close(): void;
}

/** At most this many mints go into one request. */
export const BATCH_SIZE = 30;
const WINDOW_MS = 60_000;
// The other side counts arrivals, which network delays push together: a second of distance keeps its minute clean.
const WINDOW_MARGIN_MS = 1_000;
const MOST_WAITING = 1_000;
const CALL_DEADLINE_MS = 10_000;
/** Requests at once, where the transport knows no limit. */
const CONNECTIONS = 8;
/** One of them refreshes thirty tokens: where requests are few, they go first. */
const BATCH_CALL: DexCall = { priority: 'high' };
/** Answers that people asked for: some hundred tokens with thirty pools each. */
const CACHE_BYTES = 8 * 1_024 * 1_024;
/** The smallest request that shows that pairs are answered. */
const PROBE_PATH = `/tokens/v1/solana/${WRAPPED_SOL}`;

export interface DexClientOptions {
  readonly transport: DexTransport;
  readonly clock: Clock;
  /** Source of the jitter between retries. */
  readonly random: Random;
  readonly settings: DexSettings;
  readonly onChange?: (change: DexChange) => void;
  /** Told of each request that came to an end and was not given up by its caller. */
  readonly onCalled?: (endpoint: string, durationMs: number, ok: boolean) => void;
  /** Makes the policy that every call goes through; that of `warden/resilience` by default. */
  readonly createDependency?: (options: DependencyOptions<DexQuota>) => Dependency<DexQuota>;
}

/** After this many failures in a row the source counts as lost: one that a retry mends is no news. */
const FAILURES_TO_TELL = 2;

export function createDexClient({
  transport,
  clock,
  random,
  settings,
  onChange,
  onCalled,
  createDependency: create = createDependency<DexQuota>,
}: DexClientOptions): DexClient {
  const dependency = create(policyOf(settings, { transport, clock, random }));
  let told = false;
  dependency.on('failure', ({ error, inRow }) => {
    if (inRow < FAILURES_TO_TELL || told) return;
    told = true;
    onChange?.({ kind: 'lost', error: describeError(error) });
  });
  dependency.on('regained', ({ afterMs }) => {
    if (!told) return;
    told = false;
    onChange?.({ kind: 'regained', afterMs });
  });
  const droppedByReason = new Map<string, number>();

  const countDropped = (dropped: readonly { readonly reason: string }[]): void => {
    for (const { reason } of dropped) droppedByReason.set(reason, (droppedByReason.get(reason) ?? 0) + 1);
  };

  // Parsing is part of the call: an answer that makes no sense is a failure of the source.
  const ask =
    <T extends { readonly dropped: readonly { readonly reason: string }[] }>(
      path: string,
      parse: (json: unknown) => T,
    ) =>
    async ({ signal }: CallContext): Promise<T & { readonly at: number }> => {
      const beganMs = clock.monotonic();
      const called = (ok: boolean): void => {
        // A call that ran out of time has failed; one that nobody waits for any more has not.
        if (ok || !signal.aborted || signal.reason instanceof TimeoutError)
          onCalled?.(`${NAME} ${callTo(path)}`, clock.monotonic() - beganMs, ok);
      };
      try {
        const answer = await transport.get(path, signal);
        const parsed = parse(readJson(answer, clock.now()));
        countDropped(parsed.dropped);
        called(true);
        return { ...parsed, at: clock.now() - ageOfAnswer(answer) };
      } catch (error) {
        called(false);
        throw error;
      }
    };
  const get = <T extends { readonly dropped: readonly { readonly reason: string }[] }>(
    path: string,
    quota: DexQuota,
    parse: (json: unknown) => T,
    call: DexCall | undefined,
  ): Promise<T & { readonly at: number }> =>
    dependency.execute(ask(path, parse), { quota, what: callTo(path), ...call });

  const coalescer = createCoalescer({
    clock,
    waitMs: settings.coalesceMs,
    batchSize: BATCH_SIZE,
    load: async (mints: readonly string[]) => {
      const answer = await get(`/tokens/v1/solana/${mints.join(',')}`, 'pairs', parsePairs, BATCH_CALL);
      return splitByToken(mints, answer);
    },
  });

  const readOne = async (path: string, mint: string, call?: DexCall): Promise<TokenRead> => {
    return readOf(mint, await get(path, 'pairs', parsePairs, call));
  };
  const readAlternative = async (mint: string, call?: DexCall): Promise<TokenRead> =>
    readOne(`/latest/dex/tokens/${mint}`, mint, call);

  return {
    origin: transport.origin,
    readBatch: (mints, call) => coalescer.load(mints, call?.signal),
    async readPools(mint, call) {
      try {
        return await readOne(`/token-pairs/v1/solana/${mint}`, mint, call);
      } catch (error) {
        // A source that is left alone, or a caller who went away, is not helped by another request.
        if (error instanceof RefusedError || call?.signal?.aborted || dependency.pausedForMs() > 0)
          throw error;
        const read = await readAlternative(mint, call).catch(() => {
          throw error;
        });
        return { ...read, source: 'alternative' };
      }
    },
    readPoolsAlternative: readAlternative,
    readPoolsFromAnywhere(mint, history, signal) {
      const path = `/token-pairs/v1/solana/${mint}`;
      return dependency.read<TokenRead>(
        path,
        async (context) => readOf(mint, await ask(path, parsePairs)(context)),
        {
          quota: 'pairs',
          priority: 'high',
          what: callTo(path),
          signal,
          // Somebody waits, and what is stored is at hand: the older endpoint is the second try.
          retry: false,
          fallbacks: [
            {
              source: OLDER_ENDPOINT,
              run: async (within) => ({
                ...(await readAlternative(mint, { priority: 'high', within, retry: false })),
                source: 'alternative',
              }),
            },
            { source: HISTORY, needsMs: 0, answer: () => history() },
          ],
        },
      );
    },
    search: (words, call) =>
      get(`/latest/dex/search?q=${encodeURIComponent(words)}`, 'pairs', parsePairs, call),
    listings: (feed, call) =>
      get(
        feed === 'profiles' ? '/token-profiles/latest/v1' : '/token-boosts/latest/v1',
        'profiles',
        parseListings,
        call,
      ),
    state: () => dependency.report(),
    quota: (name) => dependency.quota(name),
    pausedForMs: () => dependency.pausedForMs(),
    on: dependency.on,
    dropped: () => droppedByReason,
    configure(next) {
      dependency.configure(limitsOf(next));
    },
    async reconnect() {
      await transport.reset();
      dependency.trial('its connections were made anew');
    },
    close() {
      dependency.close();
    },
  };
}

/** What a call is named in errors: its path without what it asks for. */
const callTo = (path: string): string => `GET ${path.split('/').slice(0, 3).join('/')}`;

/** What an answer says of the one token that was asked for. */
function readOf(mint: string, answer: ParsedPairs & { readonly at: number }): TokenRead {
  const [read] = splitByToken([mint], answer).values();
  return read ?? { mint, source: 'asked', pairs: [], asQuote: 0, rejected: [], at: answer.at };
}

/** What the settings say of time limit and quotas. */
function limitsOf({ timeoutMs, quotaWaitMs, pairsPerMinute, profilesPerMinute }: DexSettings) {
  const windowMs = WINDOW_MS + WINDOW_MARGIN_MS;
  const waits = { windowMs, maxWaitMs: quotaWaitMs, maxQueue: MOST_WAITING };
  return {
    timeout: {
      initialMs: timeoutMs,
      minMs: timeoutMs,
      maxMs: Math.max(CALL_DEADLINE_MS, timeoutMs),
    },
    // What could not be read stays due and is planned again: a read that goes on for longer than that only holds a slot.
    deadlineMs: Math.max(CALL_DEADLINE_MS, timeoutMs),
    quotas: {
      pairs: { limit: pairsPerMinute, ...waits },
      profiles: { limit: profilesPerMinute, ...waits },
    },
  };
}

/** The policy towards DexScreener. */
function policyOf(
  settings: DexSettings,
  { transport, clock, random }: Pick<DexClientOptions, 'transport' | 'clock' | 'random'>,
): DependencyOptions<DexQuota> {
  return {
    name: NAME,
    clock,
    random,
    classify: classifyDexError,
    ...limitsOf(settings),
    retry: { backoff: { firstMs: settings.retryDelayMs } },
    // What waits for a connection waits here, where that is neither failure nor latency.
    bulkhead: {
      limit: transport.connections ?? CONNECTIONS,
      maxQueue: MOST_WAITING,
      maxWaitMs: CALL_DEADLINE_MS,
    },
    cache: { maxBytes: CACHE_BYTES },
    probe: {
      quota: 'pairs',
      // So that reads go on within 5 s of the end of an outage, together with a turn of the pipeline.
      everyMs: 4_000,
      // A source that is slow is not one that is away, and only waiting tells them apart.
      timeoutMs: CALL_DEADLINE_MS,
      atOnce: 3,
      run: async ({ signal }) => readJson(await transport.get(PROBE_PATH, signal), clock.now()),
    },
  };
}

/** Gives each asked mint the pairs in which it is the base; a pair's price and volume belong to its base alone. */
export function splitByToken(
  mints: readonly string[],
  { pairs, dropped, at }: ParsedPairs & { readonly at: number },
): Map<string, TokenRead> {
  const reads = new Map(
    mints.map((mint) => [
      mint,
      { mint, source: 'asked' as const, pairs: [] as Pair[], asQuote: 0, rejected: [] as DropReason[], at },
    ]),
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
