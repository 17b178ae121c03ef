import type {
  HistoryRange,
  ScoreComponents,
  ScoreHistory,
  ScorePoint,
  TokenDetail,
  TokenStatus,
  TokenSummary,
} from '../../../src/contract/index.ts';
import { createRandom, type Random } from '../../../src/kernel/index.ts';
import { makeCheck, makePools } from './checks.ts';
import { makeMint } from './mints.ts';
import { hostile, ordinary } from './names.ts';

const HOUR = 3_600_000;
const dexes = ['pumpswap', 'raydium', 'meteora', 'orca'];
const feeds = ['pumpportal', 'dexscreener_profiles', 'dexscreener_boosts', 'import'];

export function makeTokens(count: number, now: number, random: Random, withHostile: boolean): TokenSummary[] {
  const names = withHostile ? [...hostile, ...ordinary] : ordinary;
  return Array.from({ length: count }, (_, index) => {
    const [symbol, name] = names[index % names.length] ?? ['X', 'X'];
    const round = Math.floor(index / names.length);
    return makeToken(
      symbol && round > 0 ? `${symbol}${round + 1}` : symbol,
      name,
      now,
      random,
      withHostile && index < 11,
    );
  });
}

function makeToken(
  symbol: string | null,
  name: string | null,
  now: number,
  random: Random,
  top: boolean,
): TokenSummary {
  const luck = random.next();
  const status: TokenStatus = top || luck > 0.86 ? 'active' : luck > 0.3 ? 'monitoring' : 'archived';
  const score = top
    ? 4 + random.next()
    : random.next() ** (status === 'active' ? 1 : 6) * (status === 'active' ? 2.4 : 1.1);
  const liquidityUsd = 120 * 10 ** (random.next() * 4.2);
  const age = 0.15 * HOUR + random.next() ** 2 * 30 * HOUR;
  const empty = status === 'monitoring' && luck < 0.36 && !top;
  return {
    mint: makeMint(random, random.next() > 0.3 ? 'pump' : ''),
    symbol: empty ? null : symbol,
    name: empty ? null : name,
    status,
    group: status === 'active' || score >= 0.1 ? 'hot' : 'cold',
    score: empty ? null : score * (0.9 + random.next() * 0.2),
    smoothedScore: empty ? null : score,
    liquidityUsd: empty ? null : liquidityUsd,
    priceUsd: empty ? null : 10 ** (-8 + random.next() * 7),
    volume5mUsd: empty ? null : liquidityUsd * random.next() * 0.4,
    tx5m: empty ? null : Math.floor(random.next() ** 3 * 900),
    pools: empty ? 0 : status === 'active' ? 5 : 3,
    primaryDex: empty ? null : random.pick(dexes),
    discoveredAt: now - age,
    discoveredBy: random.pick(feeds),
    statusSince: now - age * (0.1 + random.next() * 0.9),
    refreshedAt: empty ? null : now - random.next() * (score >= 0.1 ? 11_000 : 58_000),
    checkedAt: empty ? null : now - random.next() * 180_000,
  };
}

export function detailOf(token: TokenSummary, now: number): TokenDetail {
  const random = createRandom(token.mint);
  const known = token.smoothedScore !== null;
  const check = known
    ? makeCheck(token.checkedAt ?? now, makePools(random, token.status === 'active'))
    : null;
  const tx5m = token.tx5m ?? 0;
  const buys = Math.round(tx5m * (0.4 + random.next() * 0.3));
  return {
    ...token,
    pools: check?.pools.length ?? 0,
    components: known ? split((token.score ?? 0) * 4, random) : null,
    smoothedComponents: known ? split((token.smoothedScore ?? 0) * 4, createRandom(token.mint)) : null,
    weights: { txAcceleration: 0.25, volumeMomentum: 0.25, freshness: 0.25, orderFlow: 0.25 },
    metrics: known
      ? {
          tx5m,
          tx1h: tx5m * 8 + 31,
          buys5m: buys,
          sells5m: tx5m - buys,
          volume5mUsd: token.volume5mUsd ?? 0,
          volume1hUsd: (token.volume5mUsd ?? 0) * 9.3,
          liquidityUsd: token.liquidityUsd,
          ageHours: (now - token.discoveredAt) / HOUR,
          pools: check?.pools.length ?? 0,
        }
      : null,
    check,
    checkSince: check === null ? null : token.statusSince,
    quality: known ? { level: 'ok', reasons: [], at: token.refreshedAt ?? now } : null,
    scoredAt: token.refreshedAt,
    held: null,
    explanation: explain(token),
    nextRefreshAt: token.status === 'archived' ? null : now + 4_000 + random.next() * 30_000,
    nextCheckAt: now + 20_000 + random.next() * 90_000,
  };
}

function explain(token: TokenSummary): string {
  if (token.smoothedScore === null)
    return 'No pool of this token has been seen yet; it is looked for again with each refresh.';
  if (token.status === 'active')
    return 'Active: a pump pool and two external pools with enough liquidity were found at the last check.';
  if (token.status === 'archived')
    return 'Archived because its score stayed below 0.1 for 12 hours. It comes back when 300 trades in 5 minutes are seen with enough liquidity.';
  return 'Waits for an external pool: the largest has less than 200 USD of liquidity. Everything else passes.';
}

/** Four parts that add up to `sum`. */
function split(sum: number, random: Random): ScoreComponents {
  const freshness = Math.min(1, sum * random.next() * 0.4);
  const orderFlow = -0.2 + random.next() * 0.3;
  const rest = sum - freshness - orderFlow;
  const share = 0.3 + random.next() * 0.4;
  return { txAcceleration: rest * share, volumeMomentum: rest * (1 - share), freshness, orderFlow };
}

const ranges: Record<HistoryRange, { readonly count: number; readonly stepMs: number }> = {
  '2h': { count: 700, stepMs: 10_300 },
  '48h': { count: 2_880, stepMs: 60_000 },
  '30d': { count: 2_880, stepMs: 900_000 },
};

export function historyOf(token: TokenSummary, range: HistoryRange, now: number): ScoreHistory {
  const random = createRandom(token.mint + range);
  const { count, stepMs } = ranges[range];
  const points: ScorePoint[] = [];
  let score = token.smoothedScore ?? 0;
  let liquidity = token.liquidityUsd ?? 0;
  const known = token.smoothedScore === null ? 0 : count;
  for (let back = 0; back < known; back += 1) {
    const spread = range === '2h' ? 0 : score * 0.12 * random.next();
    const at = (token.refreshedAt ?? now) - back * stepMs;
    points.unshift({
      at,
      score,
      min: score - spread,
      max: score + spread,
      liquidityUsd: liquidity,
      priceUsd: token.priceUsd,
    });
    score = Math.max(0.001, score * (1 + (random.next() - 0.497) * 0.06));
    liquidity = Math.max(50, liquidity * (1 + (random.next() - 0.498) * 0.02));
  }
  return { mint: token.mint, range, stepMs: range === '2h' ? null : stepMs, points };
}

/** The token after a refresh. */
export function refreshed(token: TokenSummary, now: number, random: Random): TokenSummary {
  if (token.smoothedScore === null) return { ...token, refreshedAt: now };
  const score = Math.max(0.001, (token.score ?? 0) * (0.85 + random.next() * 0.3));
  const liquidityUsd = (token.liquidityUsd ?? 0) * (0.98 + random.next() * 0.04);
  return {
    ...token,
    score,
    smoothedScore: 0.3 * score + 0.7 * token.smoothedScore,
    liquidityUsd,
    priceUsd: (token.priceUsd ?? 0) * (0.97 + random.next() * 0.06),
    volume5mUsd: liquidityUsd * random.next() * 0.4,
    tx5m: Math.floor((token.tx5m ?? 0) * (0.8 + random.next() * 0.4)),
    refreshedAt: now,
  };
}
