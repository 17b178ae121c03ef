import { createHash } from 'node:crypto';
import type { DexAnswer } from '../../hosts/dexscreener/index.ts';
import { ANSWER_CAP } from '../answers.ts';
import { answerRoute, type MarketContent } from '../routes.ts';
import type { ActiveFaults } from './faults.ts';
import { poolsAt } from './pool-state.ts';
import type { WorldToken } from './tokens.ts';
import { relevanceOf, wirePairOf } from './wire-pair.ts';

/** What the world answers to a request `atMs` after its start, where `faults` touch what it says of tokens. */
export function answerOf(
  tokens: ReadonlyMap<string, WorldToken>,
  path: string,
  startMs: number,
  atMs: number,
  faults: ActiveFaults,
): DexAnswer {
  const pairs = (mint: string): readonly Record<string, unknown>[] => {
    const token = tokens.get(mint);
    if (token === undefined || faults.hits('empty', mint)) return [];
    const sinceMs = faults.staleSinceMs(mint) ?? atMs;
    const states = [...poolsAt(token, sinceMs)].sort((a, b) => relevanceOf(b) - relevanceOf(a));
    const shown = states.slice(0, faults.keep(mint) ?? ANSWER_CAP);
    const pairsOfToken = shown.map((state) => wirePairOf(token, state, startMs));
    return faults.hits('wrong-types', mint) ? pairsOfToken.map(spoil) : pairsOfToken;
  };
  const texts = (mint: string): readonly string[] => pairs(mint).map((pair) => JSON.stringify(pair));
  const listed = (feed: 'profiles' | 'boosts'): string =>
    JSON.stringify(
      [...tokens.values()]
        .flatMap((token) =>
          typeof token.discovered !== 'number' &&
          token.discovered.feed === feed &&
          token.discovered.at <= atMs &&
          !faults.hits('empty', token.mint)
            ? [{ token, at: token.discovered.at }]
            : [],
        )
        .sort((a, b) => b.at - a.at)
        .slice(0, ANSWER_CAP)
        .map(({ token }) => listingOf(token)),
    );
  const content: MarketContent = {
    representative: (mint) => texts(mint)[0],
    pools: texts,
    search: (query) =>
      [...tokens.values()]
        .filter(({ mint, symbol, name }) =>
          [mint, symbol, name].some((text) => text.toLowerCase().includes(query.toLowerCase())),
        )
        .flatMap(({ mint }) => texts(mint)),
    profiles: () => listed('profiles'),
    boosts: () => listed('boosts'),
  };
  return answerRoute(content, path);
}

function listingOf({ mint, name }: WorldToken): Record<string, unknown> {
  const icon = createHash('sha256').update(mint).digest('hex').slice(0, 16);
  return {
    url: `https://dexscreener.com/solana/${mint.toLowerCase()}`,
    chainId: 'solana',
    tokenAddress: mint,
    icon: `https://cdn.dexscreener.com/cms/images/${icon}`,
    openGraph: `https://cdn.dexscreener.com/token-images/og/solana/${mint}`,
    description: name,
    amount: 10,
    totalAmount: 10,
  };
}

/** The pair with types that no client expects. */
const spoil = (pair: Record<string, unknown>): Record<string, unknown> => ({
  ...pair,
  priceUsd: { value: pair['priceUsd'] },
  txns: 'many',
  volume: [1, 2, 3],
  liquidity: 'a lot',
});
