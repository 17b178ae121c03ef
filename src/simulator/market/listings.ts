import { ANSWER_CAP } from '../answers.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { pairAt, type PairSources } from './pair.ts';
import type { PoolPlan } from './pools.ts';
import type { SimulatedToken } from './population.ts';
import type { WirePair } from './wire.ts';

/** Pairs as JSON text, in the order of an answer. */
export interface Listings {
  /** The pools that hold `mint`, most relevant first. */
  texts(token: SimulatedToken, mint: string, minute: number): readonly string[];
  /** The first of them, without working out the others. */
  firstText(token: SimulatedToken, mint: string, minute: number): string | undefined;
  /** The most relevant pools that are quoted in a money mint. */
  moneyTexts(mint: string, listed: readonly SimulatedToken[], minute: number): readonly string[];
  pair(token: SimulatedToken, pool: PoolPlan, minute: number): WirePair;
}

/** The order of pools is worked out so often; a pool that came since then stands at the end. */
const RANK_MINUTES = 10;
const CACHED_PAIRS = 3_000;

interface Listed {
  readonly token: SimulatedToken;
  readonly pool: PoolPlan;
}

export function createListings(sources: PairSources): Listings {
  const textCache = createBoundedCache<string, string>(CACHED_PAIRS);
  const rankCache = createBoundedCache<string, readonly PoolPlan[]>(CACHED_PAIRS);
  const moneyCache = createBoundedCache<string, readonly Listed[]>(8);

  const pair: Listings['pair'] = (token, pool, minute) => pairAt(sources, token, pool, minute);
  const text = (token: SimulatedToken, pool: PoolPlan, minute: number): string =>
    textCache.get(`${pool.id}@${minute}`, () => JSON.stringify(pair(token, pool, minute)));
  const relevance = ({ token, pool }: Listed, minute: number): number => {
    const { liquidity, volume } = pair(token, pool, minute);
    return (liquidity?.usd ?? 0) + volume.h24;
  };
  const rank = (items: readonly Listed[], minute: number): Listed[] =>
    items
      .map((item) => ({ item, relevance: relevance(item, minute) }))
      .sort((a, b) => b.relevance - a.relevance)
      .map(({ item }) => item);
  const rankMinuteOf = (minute: number): number => Math.floor(minute / RANK_MINUTES) * RANK_MINUTES;

  const poolsAt = (token: SimulatedToken, mint: string, minute: number): PoolPlan[] => {
    const rankMinute = rankMinuteOf(minute);
    const ranked = rankCache.get(`${token.slot}@${rankMinute}`, () =>
      rank(existing(token, rankMinute), rankMinute).map(({ pool }) => pool),
    );
    const since = token.pools.filter(
      (pool) => pool.createdMinute >= rankMinute && pool.createdMinute < minute,
    );
    return [...ranked, ...since].filter((pool) => pool.base.mint === mint || pool.quote.mint === mint);
  };

  return {
    pair,
    texts: (token, mint, minute) =>
      poolsAt(token, mint, minute)
        .slice(0, ANSWER_CAP)
        .map((pool) => text(token, pool, minute)),
    firstText(token, mint, minute) {
      const first = poolsAt(token, mint, minute)[0];
      return first === undefined ? undefined : text(token, first, minute);
    },
    moneyTexts(mint, listed, minute) {
      const rankMinute = rankMinuteOf(minute);
      const top = moneyCache.get(`${mint}@${rankMinute}`, () => {
        const quoted = listed
          .flatMap((token) => existing(token, rankMinute))
          .filter(({ pool }) => pool.quote.mint === mint);
        return rank(quoted, rankMinute).slice(0, ANSWER_CAP);
      });
      return top.map(({ token, pool }) => text(token, pool, minute));
    },
  };
}

/** The pools that have been seen by `minute`. */
const existing = (token: SimulatedToken, minute: number): Listed[] =>
  token.pools.filter((pool) => pool.createdMinute < minute).map((pool) => ({ token, pool }));
