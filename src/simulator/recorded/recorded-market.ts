import { ANSWER_CAP } from '../answers.ts';
import { MONEY_MINTS } from '../market/assets.ts';
import type { Market } from '../market.ts';
import { answerRoute, type MarketContent } from '../routes.ts';
import { readAnswers, type RecordedAnswer, type RecordedPair, type SkippedFile } from './read-answers.ts';

/** A market that answers what was recorded, and never anything else. */
export interface RecordedMarket extends Market {
  /** The files that hold no answer, each with its reason. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Serves answers of DexScreener recorded in `dir`: a data folder with `dexscreener/responses` in it, a folder
 * `dexscreener`, or a folder of `*.json` answers. Values are those recorded; a pair recorded more than once is served
 * as in the newest answer. Time stands still.
 * @throws MoonwardenError FILE_UNREADABLE when there is no such folder, or no answer in it.
 */
export function openRecordedMarket(dir: string): RecordedMarket {
  const { answers, skipped } = readAnswers(dir);
  const content = indexAnswers(answers);
  return {
    name: `recorded in ${dir}`,
    skipped,
    respond: (pathAndQuery) => answerRoute(content, pathAndQuery),
    discoveries: () => content.baseMints,
  };
}

interface RecordedContent extends MarketContent {
  readonly baseMints: readonly string[];
}

/** `answers` come oldest first; later ones win. */
function indexAnswers(answers: readonly RecordedAnswer[]): RecordedContent {
  /** The newest observation of each pair, at the place where the pair was first seen. */
  const pairs = new Map<string, RecordedPair>();
  const poolLists = new Map<string, readonly RecordedPair[]>();
  const representatives = new Map<string, RecordedPair>();
  const lists = { profiles: '[]', boosts: '[]' };

  for (const { body } of answers) {
    if (body.kind !== 'pairs') {
      lists[body.kind] = JSON.stringify(body.items);
      continue;
    }
    for (const pair of body.pairs) pairs.set(pair.pairAddress, pair);
    const shared = mintsInAll(body.pairs);
    if (body.pairs.length > 1) {
      for (const mint of shared) poolLists.set(mint, body.pairs);
    }
    if (body.form === 'array') {
      for (const [mint, pair] of representativesIn(body.pairs)) representatives.set(mint, pair);
    }
  }
  const byMint = new Map<string, RecordedPair[]>();
  for (const pair of pairs.values()) {
    for (const mint of mintsOf(pair)) byMint.set(mint, [...(byMint.get(mint) ?? []), pair]);
  }

  const poolsOf = (mint: string): RecordedPair[] =>
    distinct([...(poolLists.get(mint) ?? []), ...(byMint.get(mint) ?? [])]);
  return {
    representative(mint) {
      const pools = poolsOf(mint);
      const pair =
        representatives.get(mint) ?? pools.find(({ baseToken }) => baseToken.address === mint) ?? pools[0];
      return pair && JSON.stringify(pair);
    },
    pools: (mint) => texts(poolsOf(mint)),
    search: (query) => texts([...pairs.values()].filter(matches(query.toLowerCase()))),
    profiles: () => lists.profiles,
    boosts: () => lists.boosts,
    baseMints: [
      ...new Set(
        [...pairs.values()]
          .filter(({ chainId, baseToken }) => chainId === 'solana' && !MONEY_MINTS.has(baseToken.address))
          .map(({ baseToken }) => baseToken.address),
      ),
    ],
  };
}

/** The mints on Solana that a pair is about. */
function mintsOf({ chainId, baseToken, quoteToken }: RecordedPair): string[] {
  if (chainId !== 'solana') return [];
  const quote = quoteToken?.address;
  return typeof quote === 'string' ? [baseToken.address, quote] : [baseToken.address];
}

/** The mints that every one of `pairs` is about: an answer with such a mint is that token's whole list of pools. */
function mintsInAll(pairs: readonly RecordedPair[]): string[] {
  const [first, ...rest] = pairs;
  if (first === undefined) return [];
  return mintsOf(first).filter((mint) => rest.every((pair) => mintsOf(pair).includes(mint)));
}

/**
 * The pairs by mint, when `pairs` is the answer to a batch: one pair a token. Of a single pair nobody can tell which of
 * its sides was asked for.
 */
function representativesIn(pairs: readonly RecordedPair[]): (readonly [string, RecordedPair])[] {
  const bases = new Set(pairs.map(({ baseToken }) => baseToken.address));
  if (bases.size < pairs.length) return [];
  return pairs.flatMap((pair) =>
    (pairs.length === 1 ? mintsOf(pair) : mintsOf(pair).slice(0, 1)).map((mint) => [mint, pair] as const),
  );
}

const distinct = (pairs: readonly RecordedPair[]): RecordedPair[] => {
  const seen = new Set<string>();
  return pairs.filter(({ pairAddress }) => !seen.has(pairAddress) && seen.add(pairAddress));
};

const texts = (pairs: readonly RecordedPair[]): string[] =>
  pairs.slice(0, ANSWER_CAP).map((pair) => JSON.stringify(pair));

const matches =
  (wanted: string) =>
  ({ pairAddress, baseToken, quoteToken }: RecordedPair): boolean =>
    [
      pairAddress,
      ...[baseToken, quoteToken].flatMap((asset) => [asset?.address, asset?.name, asset?.symbol]),
    ].some((text) => typeof text === 'string' && text.toLowerCase().includes(wanted));
