import { z } from 'zod';
import { isMint } from './mint.ts';

// Lenient where the interface is: recorded answers leave out liquidity, prices, whole windows and names, and numbers
// come as text in places. Strict where a wrong type could poison a score.
const numeric = z.union([z.number(), z.string().trim().min(1).transform(Number)]).pipe(z.number());
const amount = z.union([z.number().min(0), numeric.pipe(z.number().min(0))]);
const count = z.number().min(0);
const side = z.object({ buys: count.nullish(), sells: count.nullish() }).nullish();
const windows = z.object({
  m5: amount.nullish(),
  h1: amount.nullish(),
  h6: amount.nullish(),
  h24: amount.nullish(),
});
const changes = z.object({
  m5: numeric.nullish(),
  h1: numeric.nullish(),
  h6: numeric.nullish(),
  h24: numeric.nullish(),
});
const label = z.string().nullish();

const wirePair = z.object({
  chainId: z.string(),
  dexId: z.string().min(1),
  pairAddress: z.string().min(1),
  labels: z.array(z.string()).nullish(),
  baseToken: z.object({ address: z.string().min(1), name: label, symbol: label }),
  quoteToken: z.object({ address: label, name: label, symbol: label }).nullish(),
  priceNative: amount.nullish(),
  priceUsd: amount.nullish(),
  txns: z.object({ m5: side, h1: side, h6: side, h24: side }).nullish(),
  volume: windows.nullish(),
  priceChange: changes.nullish(),
  liquidity: z.object({ usd: amount.nullish(), base: amount.nullish(), quote: amount.nullish() }).nullish(),
  fdv: amount.nullish(),
  marketCap: amount.nullish(),
  pairCreatedAt: count.nullish(),
});

const wireBase = z.object({ baseToken: z.object({ address: z.string() }) });

/** A token as one side of a pair. */
export interface PairSide {
  readonly mint: string;
  readonly symbol: string | null;
  readonly name: string | null;
}

/** Buys and sells in one window. */
export interface Trades {
  readonly buys: number;
  readonly sells: number;
}

/** One pool of a token on Solana, as DexScreener sees it. Money in USD, times in ms since the epoch. */
export interface Pair {
  readonly dex: string;
  readonly pairAddress: string;
  readonly labels: readonly string[];
  readonly base: PairSide;
  /** `mint` is empty where the answer does not name it. */
  readonly quote: PairSide;
  readonly priceUsd: number | null;
  /** Price in units of the quote. */
  readonly priceNative: number | null;
  readonly trades5m: Trades;
  readonly trades1h: Trades;
  readonly volume5mUsd: number;
  readonly volume1hUsd: number;
  readonly volume24hUsd: number | null;
  /** Percent; null in a window without trades. */
  readonly priceChange5m: number | null;
  readonly liquidityUsd: number | null;
  /** Liquidity in units of the base and of the quote. */
  readonly liquidityBase: number | null;
  readonly liquidityQuote: number | null;
  readonly createdAt: number | null;
}

/** Why a pair of an answer is not used. */
export type DropReason = 'other_chain' | 'duplicate_pair' | 'bad_address' | 'negative_number' | 'malformed';

export interface DroppedPair {
  readonly reason: DropReason;
  /** Whose pair it was: the address of its base, where that can be read; a stranger's text. */
  readonly mint?: string;
  /** Which pair and which field. */
  readonly detail: string;
}

/** What an answer holds. */
export interface ParsedPairs {
  readonly pairs: readonly Pair[];
  readonly dropped: readonly DroppedPair[];
}

/** The answer is not what the endpoint promises: the fault of the source, not of one pair. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

/**
 * The usable pairs of an answer that is a list, `{ pairs: [...] }`, `{ pairs: null }` or null. One bad pair is dropped
 * with its reason and the others go on.
 * @throws MalformedAnswerError when the answer is none of these.
 */
export function parsePairs(answer: unknown): ParsedPairs {
  const items = pairItems(answer);
  if (items === undefined)
    throw new MalformedAnswerError('the answer is neither a list of pairs nor an object with "pairs"');
  const pairs: Pair[] = [];
  const dropped: DroppedPair[] = [];
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const result = parsePair(item, index);
    if ('reason' in result) dropped.push(result);
    else if (seen.has(result.pairAddress))
      dropped.push({ reason: 'duplicate_pair', detail: result.pairAddress });
    else {
      seen.add(result.pairAddress);
      pairs.push(result);
    }
  });
  return { pairs, dropped };
}

/** The list inside an answer of pairs; undefined when the answer is something else. */
export function pairItems(answer: unknown): readonly unknown[] | undefined {
  if (answer === null) return [];
  if (Array.isArray(answer)) return answer as unknown[];
  if (typeof answer !== 'object' || !Object.hasOwn(answer, 'pairs')) return undefined;
  const { pairs } = answer as { pairs: unknown };
  if (pairs === null) return [];
  return Array.isArray(pairs) ? (pairs as unknown[]) : undefined;
}

function parsePair(item: unknown, index: number): Pair | DroppedPair {
  const parsed = wirePair.safeParse(item);
  if (!parsed.success) return describeFault(item, index, parsed.error);
  const wire = parsed.data;
  if (wire.chainId !== 'solana')
    return { reason: 'other_chain', detail: `${wire.chainId} ${wire.pairAddress}` };
  if (!isMint(wire.baseToken.address)) {
    return { reason: 'bad_address', detail: `pair ${index}: baseToken.address is not a Solana mint` };
  }
  return {
    dex: wire.dexId,
    pairAddress: wire.pairAddress,
    labels: wire.labels ?? [],
    base: sideOf(wire.baseToken),
    quote: sideOf(wire.quoteToken ?? {}),
    priceUsd: wire.priceUsd ?? null,
    priceNative: wire.priceNative ?? null,
    trades5m: tradesOf(wire.txns?.m5),
    trades1h: tradesOf(wire.txns?.h1),
    volume5mUsd: wire.volume?.m5 ?? 0,
    volume1hUsd: wire.volume?.h1 ?? 0,
    volume24hUsd: wire.volume?.h24 ?? null,
    priceChange5m: wire.priceChange?.m5 ?? null,
    liquidityUsd: wire.liquidity?.usd ?? null,
    liquidityBase: wire.liquidity?.base ?? null,
    liquidityQuote: wire.liquidity?.quote ?? null,
    createdAt: wire.pairCreatedAt ?? null,
  };
}

function sideOf(wire: {
  address?: string | null | undefined;
  symbol?: string | null | undefined;
  name?: string | null | undefined;
}): PairSide {
  return { mint: wire.address ?? '', symbol: cleanName(wire.symbol), name: cleanName(wire.name) };
}

/** Names are free text of strangers: trimmed and bounded, otherwise as they came. */
function cleanName(name: string | null | undefined): string | null {
  const trimmed = name
    ?.trim()
    .slice(0, 120)
    .replace(/[\uD800-\uDBFF]$/, '');
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}

function tradesOf(wire: z.infer<typeof side>): Trades {
  return { buys: wire?.buys ?? 0, sells: wire?.sells ?? 0 };
}

function describeFault(item: unknown, index: number, error: z.ZodError): DroppedPair {
  // Another chain's pair may well be shaped in another way; that is not a fault of the answer.
  if (
    typeof item === 'object' &&
    item !== null &&
    'chainId' in item &&
    typeof item.chainId === 'string' &&
    item.chainId !== 'solana'
  ) {
    return { reason: 'other_chain', detail: `pair ${index}: of ${JSON.stringify(item.chainId)}` };
  }
  const issue = firstIssue(error.issues);
  const where = issue ? issue.path.join('.') : '';
  const base = wireBase.safeParse(item);
  return {
    ...(base.success ? { mint: base.data.baseToken.address } : {}),
    reason: issue?.code === 'too_small' && issue.origin === 'number' ? 'negative_number' : 'malformed',
    detail: `pair ${index}: ${where === '' ? 'the pair' : where}: ${issue?.message ?? 'not readable'}`,
  };
}

/** The first fault; for a union, the fault of the last of its forms, which is the most lenient one. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [issue] = issues;
  if (issue?.code !== 'invalid_union') return issue;
  const inner = firstIssue(issue.errors.at(-1) ?? []);
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
}

const wireListing = z.object({ chainId: z.string(), tokenAddress: z.string().min(1) });

/** The Solana mints in an answer of profiles or boosts, each once, in order; the rest is dropped with its reason. */
export interface ParsedListings {
  readonly mints: readonly string[];
  readonly dropped: readonly {
    readonly reason: 'other_chain' | 'duplicate' | 'malformed' | 'bad_address';
    readonly detail: string;
  }[];
}

/** @throws MalformedAnswerError when the answer is not a list. */
export function parseListings(answer: unknown): ParsedListings {
  if (!Array.isArray(answer)) throw new MalformedAnswerError('the answer is not a list of tokens');
  const mints = new Set<string>();
  const dropped: ParsedListings['dropped'][number][] = [];
  (answer as unknown[]).forEach((item, index) => {
    const parsed = wireListing.safeParse(item);
    if (!parsed.success) {
      dropped.push({
        reason: 'malformed',
        detail: `item ${index}: ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
      });
      return;
    }
    const { chainId, tokenAddress } = parsed.data;
    if (chainId !== 'solana') dropped.push({ reason: 'other_chain', detail: `${chainId} ${tokenAddress}` });
    else if (!isMint(tokenAddress))
      dropped.push({ reason: 'bad_address', detail: `item ${index}: not a Solana mint` });
    else if (mints.has(tokenAddress)) dropped.push({ reason: 'duplicate', detail: tokenAddress });
    else mints.add(tokenAddress);
  });
  return { mints: [...mints], dropped };
}
