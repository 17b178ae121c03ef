import { ANSWER_CAP } from '../answers.ts';
import { pairAt, relevanceAt, type PairSources } from './pair.ts';
import { isListed, type PoolPlan } from './pools.ts';
import type { Listing, SimulatedToken } from './population.ts';
import type { WirePair } from './wire.ts';

/** Pairs as JSON text, in the order of an answer. */
export interface Listings {
  /** The pools that hold `mint`, most relevant first. */
  texts(token: SimulatedToken, mint: string, minute: number): readonly string[];
  /** The first of them, without working out the others. */
  firstText(token: SimulatedToken, mint: string, minute: number): string | undefined;
  /** The most relevant pools that are quoted in a money mint. */
  moneyTexts(mint: string, listed: Listing, minute: number): readonly string[];
  pair(token: SimulatedToken, pool: PoolPlan, minute: number): WirePair;
}

/** The order of pools is worked out so often; a pool that came since then stands at the end. */
const RANK_MINUTES = 10;

/** Tokens whose pools are ranked for an answer about money itself. */
const MOST_RANKED = 100;

interface Listed {
  readonly token: SimulatedToken;
  readonly pool: PoolPlan;
}

export function createListings(sources: PairSources): Listings {
  const lastTexts = new WeakMap<PoolPlan, { minute: number; text: string }>();
  const lastRanks = new WeakMap<SimulatedToken, { rankMinute: number; pools: readonly PoolPlan[] }>();
  const lastMoney = new Map<string, { rankMinute: number; top: readonly Listed[] }>();

  const pair: Listings['pair'] = (token, pool, minute) => pairAt(sources, token, pool, minute);
  const text = (token: SimulatedToken, pool: PoolPlan, minute: number): string => {
    const last = lastTexts.get(pool);
    if (last?.minute === minute) return last.text;
    const fresh = JSON.stringify(pair(token, pool, minute));
    lastTexts.set(pool, { minute, text: fresh });
    return fresh;
  };
  const rank = (items: readonly Listed[], minute: number): Listed[] =>
    items
      .map((item) => ({ item, relevance: relevanceAt(sources, item.token, item.pool, minute) }))
      .sort((a, b) => b.relevance - a.relevance)
      .map(({ item }) => item);
  const ranked = (token: SimulatedToken, rankMinute: number): readonly PoolPlan[] => {
    const last = lastRanks.get(token);
    if (last?.rankMinute === rankMinute) return last.pools;
    const pools = rank(existing(token, rankMinute), rankMinute).map(({ pool }) => pool);
    lastRanks.set(token, { rankMinute, pools });
    return pools;
  };

  /** The pools that hold `mint`, at most `cap`, most relevant first. */
  const poolsAt = (token: SimulatedToken, mint: string, minute: number, cap: number): readonly PoolPlan[] => {
    const rankMinute = rankMinuteOf(minute);
    const found: PoolPlan[] = [];
    const take = (pool: PoolPlan): void => {
      const holds = pool.base.mint === mint || pool.quote.mint === mint;
      if (holds && found.length < cap && isListed(pool, minute)) found.push(pool);
    };
    ranked(token, rankMinute).forEach(take);
    for (const pool of token.pools) {
      if (pool.createdMinute >= rankMinute) take(pool);
    }
    return found;
  };

  return {
    pair,
    texts: (token, mint, minute) =>
      poolsAt(token, mint, minute, ANSWER_CAP).map((pool) => text(token, pool, minute)),
    firstText(token, mint, minute) {
      const [first] = poolsAt(token, mint, minute, 1);
      return first === undefined ? undefined : text(token, first, minute);
    },
    moneyTexts(mint, listed, minute) {
      const rankMinute = rankMinuteOf(minute);
      let last = lastMoney.get(mint);
      if (last?.rankMinute !== rankMinute) {
        // The long-lived ones stand last and have the deepest pools.
        const deepest = Math.max(0, listed.length - MOST_RANKED);
        const quoted = Array.from({ length: listed.length - deepest }, (_, index) =>
          listed.at(deepest + index),
        )
          .flatMap((token) => existing(token, rankMinute))
          .filter(({ pool }) => pool.quote.mint === mint);
        last = { rankMinute, top: rank(quoted, rankMinute).slice(0, ANSWER_CAP) };
        lastMoney.set(mint, last);
      }
      return last.top.map(({ token, pool }) => text(token, pool, minute));
    },
  };
}

const rankMinuteOf = (minute: number): number => Math.floor(minute / RANK_MINUTES) * RANK_MINUTES;

/** The pools that have been seen by `minute`. */
const existing = (token: SimulatedToken, minute: number): Listed[] =>
  token.pools.filter((pool) => isListed(pool, minute)).map((pool) => ({ token, pool }));
