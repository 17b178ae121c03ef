import type { PlacedMark, PlacedPool, WorldToken } from './tokens.ts';
import type { WorldPool } from './world-schema.ts';

/** The numbers of a pool at one moment. */
export interface PoolState {
  readonly placed: PlacedPool;
  /** USD; null where none is shown. */
  readonly liquidityUsd: number | null;
  readonly baseShare: number;
  readonly priceUsd: number | null;
  readonly buys: readonly [m5: number, h1: number, h24: number];
  readonly sells: readonly [m5: number, h1: number, h24: number];
  readonly volumeUsd: readonly [m5: number, h1: number, h24: number];
}

const CURVES: ReadonlySet<string> = new Set(['pumpfun', 'launchlab', 'meteoradbc']);
const USUAL_LIQUIDITY_USD = 10_000;
const USUAL_TRADE_USD = 40;
/** Five minutes in an hour, and in a day. */
const IN_WINDOW = [1, 12, 288] as const;

/** The pools of a token `atMs` after the start of the world, in the order in which they are written. */
export function poolsAt({ life }: Pick<WorldToken, 'life'>, atMs: number): readonly PoolState[] {
  const index = life.findLastIndex(({ at }) => at <= atMs);
  const mark = life[index];
  if (mark === undefined) return [];
  const next = life[index + 1];
  if (!next?.ramp) return mark.pools.map(stateOf);
  const share = (atMs - mark.at) / (next.at - mark.at);
  return mark.pools.map((placed) => between(placed, next, share));
}

function between(placed: PlacedPool, next: PlacedMark, share: number): PoolState {
  const from = stateOf(placed);
  const target = next.pools.find(({ id }) => id === placed.id);
  if (target === undefined) return from;
  const to = stateOf(target);
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const mixAll = (
    a: PoolState['buys'],
    b: PoolState['buys'],
    round: (value: number) => number,
  ): PoolState['buys'] => [round(mix(a[0], b[0])), round(mix(a[1], b[1])), round(mix(a[2], b[2]))];
  return {
    placed,
    liquidityUsd:
      from.liquidityUsd === null || to.liquidityUsd === null
        ? from.liquidityUsd
        : mix(from.liquidityUsd, to.liquidityUsd),
    baseShare: mix(from.baseShare, to.baseShare),
    priceUsd:
      from.priceUsd === null || to.priceUsd === null ? from.priceUsd : mix(from.priceUsd, to.priceUsd),
    buys: mixAll(from.buys, to.buys, Math.round),
    sells: mixAll(from.sells, to.sells, Math.round),
    volumeUsd: mixAll(from.volumeUsd, to.volumeUsd, (value) => value),
  };
}

function stateOf(placed: PlacedPool): PoolState {
  const { pool } = placed;
  const { txns5m, txns1h, txns24h } = pool;
  const windows = [txns5m, txns1h, txns24h].map((trades, index) => {
    const { buys, sells } = sidesOf(trades ?? txns5m);
    const times = trades === undefined ? (IN_WINDOW[index] ?? 1) : 1;
    return { buys: buys * times, sells: sells * times };
  });
  const take = (side: 'buys' | 'sells'): PoolState['buys'] => [
    windows[0]?.[side] ?? 0,
    windows[1]?.[side] ?? 0,
    windows[2]?.[side] ?? 0,
  ];
  const buys = take('buys');
  const sells = take('sells');
  const m5 = pool.volume5m ?? USUAL_TRADE_USD * (buys[0] + sells[0]);
  const h1 =
    pool.volume1h ?? (pool.volume5m === undefined ? USUAL_TRADE_USD * (buys[1] + sells[1]) : 12 * m5);
  const h24 =
    pool.volume24h ??
    (pool.volume1h === undefined && pool.volume5m === undefined
      ? USUAL_TRADE_USD * (buys[2] + sells[2])
      : 24 * h1);
  return {
    placed,
    liquidityUsd:
      pool.liquidityUsd === undefined
        ? CURVES.has(pool.dex)
          ? null
          : USUAL_LIQUIDITY_USD
        : pool.liquidityUsd,
    baseShare: pool.baseShare,
    priceUsd: pool.priceUsd,
    buys,
    sells,
    volumeUsd: [m5, h1, h24],
  };
}

const sidesOf = (trades: WorldPool['txns5m']): { buys: number; sells: number } =>
  typeof trades === 'number' ? { buys: Math.ceil(trades / 2), sells: Math.floor(trades / 2) } : trades;
