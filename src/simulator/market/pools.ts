import type { Random } from '../../kernel/index.ts';
import { createAddress, nameToken, USD1, USDC, WRAPPED_SOL, type Asset, type MintCodec } from './assets.ts';
import type { Life } from './life.ts';
import { DAY_MINUTES } from './time.ts';

/** `curve`: bonding curve; `pump`: pump.fun's own exchange; `external`: any other exchange. */
export type Venue = 'curve' | 'pump' | 'external';

/**
 * What is wrong with a pool. `one-sided`: hardly any quote in it, and a garbage price at times; `impostor-quote`: the
 * quote is only named SOL; `token-is-quote`: another token is the base; `priceless`: nobody knows the quote's price.
 */
export type Oddity = 'one-sided' | 'impostor-quote' | 'token-is-quote' | 'priceless';

/** What never changes about a pool. */
export interface PoolPlan {
  /** Unique in its market, for caches. */
  readonly id: string;
  readonly venue: Venue;
  readonly oddity: Oddity | undefined;
  readonly dexId: string;
  readonly labels: readonly string[];
  readonly base: Asset;
  readonly quote: Asset;
  readonly pairAddress: string;
  /** Nobody sees the pool before the minute after. */
  readonly createdMinute: number;
  readonly createdAtMs: number;
  /** From here on nobody trades in it: the bonding curve after migration. */
  readonly closesMinute: number;
  /** Until here the exchange lists it: a bonding curve is forgotten a day after migration. */
  readonly listedUntilMinute: number;
  /** What bots trade in it at least, in trades a minute. */
  readonly dustPerMinute: number;
  /** Its price is that of the token, to the last digit: when nothing happens, nothing changes. */
  readonly isCalm: boolean;
  /** Share of the token's trades, where the first pool has 1. */
  readonly share: number;
  /** The quote side when it was created, in USD; 0 on a curve. */
  readonly seedUsd: number;
  /** Share of the base token in the pool's value. */
  readonly baseShare: number;
  /** Half-life of the liquidity in minutes once the token's life has ended; Infinity where it is locked. */
  readonly halfLifeMinutes: number;
  /** Share of the liquidity that is left in it in the end. */
  readonly staysShare: number;
  readonly noiseKey: number;
}

/** A launchpad: where tokens are born, and where they go. */
export interface Launchpad {
  readonly dexId: string;
  readonly mintSuffix: string;
  readonly migratesTo: Pick<PoolPlan, 'venue' | 'dexId' | 'labels'>;
}

const PUMP: Launchpad = {
  dexId: 'pumpfun',
  mintSuffix: 'pump',
  migratesTo: { venue: 'pump', dexId: 'pumpswap', labels: [] },
};
const LAUNCHLAB: Launchpad = {
  dexId: 'launchlab',
  mintSuffix: 'bonk',
  migratesTo: { venue: 'external', dexId: 'raydium', labels: ['CPMM'] },
};
const METEORA_DBC: Launchpad = {
  dexId: 'meteoradbc',
  mintSuffix: 'moon',
  migratesTo: { venue: 'external', dexId: 'meteora', labels: ['DYN2'] },
};

/** Exchanges outside the launchpad; `balanced` ones hold both sides in equal value. */
const EXCHANGES = [
  { dexId: 'raydium', labels: ['CPMM'], balanced: true },
  { dexId: 'raydium', labels: ['CLMM'], balanced: false },
  { dexId: 'raydium', labels: [], balanced: true },
  { dexId: 'meteora', labels: ['DLMM'], balanced: false },
  { dexId: 'meteora', labels: ['DYN2'], balanced: true },
  { dexId: 'orca', labels: ['wp'], balanced: false },
] as const;

/** Arbitrage bots and dust: about three trades a day in any pool. */
const DUST_PER_MINUTE = 0.0025;
const CALM_SHARE = 0.3;

/** Whether the pool can be seen at `minute`. */
export const isListed = (pool: PoolPlan, minute: number): boolean =>
  pool.createdMinute < minute && minute < pool.listedUntilMinute;

export function drawLaunchpad(random: Random): Launchpad {
  const chance = random.next();
  return chance < 0.82 ? PUMP : chance < 0.92 ? LAUNCHLAB : METEORA_DBC;
}

/** What the pools of a token are drawn for. */
export interface PoolSubject {
  readonly slot: number;
  readonly asset: Asset;
  readonly life: Life;
  readonly launchpad: Launchpad;
  /** Not even bots trade in its pools, and its liquidity is locked. */
  readonly isSilent?: boolean;
  /** Number of external pools; undefined draws it. */
  readonly externals?: number;
}

/** Draws every pool that the token will ever have, in order of creation. */
export function planPools(random: Random, codec: MintCodec, subject: PoolSubject): readonly PoolPlan[] {
  const { asset, life, launchpad, slot } = subject;
  const pools: PoolPlan[] = [];
  const add = (plan: Partial<PoolPlan> & Pick<PoolPlan, 'venue' | 'dexId' | 'createdMinute'>): void => {
    const own = random.fork(`pool/${pools.length}`);
    pools.push({
      id: `${slot}/${pools.length}`,
      oddity: undefined,
      labels: [],
      base: asset,
      quote: WRAPPED_SOL,
      pairAddress: createAddress(own),
      createdAtMs: plan.createdMinute * 60_000 + own.integer(0, 59) * 1000,
      closesMinute: Infinity,
      listedUntilMinute: (plan.closesMinute ?? Infinity) + DAY_MINUTES,
      dustPerMinute: subject.isSilent ? 0 : DUST_PER_MINUTE,
      isCalm: own.next() < CALM_SHARE,
      share: 1,
      seedUsd: 0,
      baseShare: 0.5,
      halfLifeMinutes: Infinity,
      staysShare: 1e-6,
      noiseKey: own.integer(0, 2 ** 31 - 1),
      ...plan,
    });
  };
  const draw = random.fork('pools');
  const lnBetween = (low: number, high: number): number => low * (high / low) ** draw.next();

  const migratesMinute = life.migratesMinute;
  add({
    venue: 'curve',
    dexId: launchpad.dexId,
    createdMinute: life.bornMinute,
    closesMinute: migratesMinute ?? Infinity,
    quote: launchpad === PUMP ? WRAPPED_SOL : draw.pick([WRAPPED_SOL, USD1, USDC]),
  });
  if (migratesMinute === undefined) return pools;
  // A launchpad burns its share of the liquidity, so it stays; only the price can fall.
  add({ ...launchpad.migratesTo, createdMinute: migratesMinute, seedUsd: lnBetween(9_000, 15_000) });

  const externals = subject.externals ?? (draw.next() < 0.25 ? 0 : Math.floor(lnBetween(1, 8)));
  for (let index = 0; index < externals; index++) {
    const exchange = draw.pick(EXCHANGES);
    const chance = draw.next();
    add({
      venue: 'external',
      dexId: exchange.dexId,
      labels: exchange.labels,
      createdMinute: migratesMinute + Math.round(index === 0 ? lnBetween(2, 60) : lnBetween(5, 400)),
      quote: chance < 0.68 ? WRAPPED_SOL : chance < 0.86 ? USDC : USD1,
      share: lnBetween(0.004, 0.5),
      seedUsd: lnBetween(150, 20_000),
      baseShare: exchange.balanced ? 0.5 : 0.25 + 0.5 * draw.next(),
      halfLifeMinutes: subject.isSilent ? Infinity : lnBetween(20, 240),
      staysShare: draw.next() < 0.4 ? 1e-6 : lnBetween(0.02, 0.2),
    });
  }
  planOddPools(add, draw, codec, subject, migratesMinute);
  return pools;
}

/** The pools that no rule should count, in about the shares in which they are met. */
function planOddPools(
  add: (plan: Partial<PoolPlan> & Pick<PoolPlan, 'venue' | 'dexId' | 'createdMinute'>) => void,
  draw: Random,
  codec: MintCodec,
  { slot, asset }: PoolSubject,
  migratesMinute: number,
): void {
  const other = (role: number, names: Pick<Asset, 'name' | 'symbol'>): Asset => ({
    mint: codec.encode(slot, role, ''),
    ...names,
  });
  const common = { venue: 'external', dexId: 'raydium', share: 0.01 } as const;
  const later = (): number => migratesMinute + draw.integer(5, 240);
  if (draw.next() < 0.04) {
    add({
      ...common,
      oddity: 'one-sided',
      dexId: 'meteora',
      labels: ['DLMM'],
      createdMinute: later(),
      quote: USDC,
      seedUsd: 5,
      baseShare: 0.999,
    });
  }
  if (draw.next() < 0.08) {
    const quote = other(1, { name: 'Spirit of Liberty', symbol: 'SOL' });
    add({ ...common, oddity: 'impostor-quote', createdMinute: later(), quote, seedUsd: 9_000 });
  }
  if (draw.next() < 0.12) {
    const base = other(2, nameToken(draw));
    add({ ...common, oddity: 'token-is-quote', createdMinute: later(), base, quote: asset, seedUsd: 4_000 });
  }
  if (draw.next() < 0.03) {
    const quote = other(3, nameToken(draw));
    add({ ...common, oddity: 'priceless', createdMinute: later(), quote, seedUsd: 0 });
  }
}
