import type { Random } from '../../kernel/index.ts';
import { createMintCodec, nameToken, type Asset } from './assets.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { planLife, planLongLife, type Life } from './life.ts';
import { drawLaunchpad, planPools, type PoolPlan } from './pools.ts';
import { uniformAt } from './noise.ts';
import { DAY_MINUTES, LISTED_MINUTES, minuteOf } from './time.ts';

/** A token of the simulated market: its whole life, drawn once from the seed and its slot. */
export interface SimulatedToken {
  readonly slot: number;
  readonly asset: Asset;
  readonly supply: number;
  readonly life: Life;
  /** In order of creation. */
  readonly pools: readonly PoolPlan[];
  /** Market value as a multiple of the fully diluted one; undefined where DexScreener does not know it. */
  readonly marketCapFactor: number | undefined;
  readonly hasInfo: boolean;
  /** Paid boosts; 0 for most. */
  readonly boosts: number;
}

/** Which tokens there are, and which are in the feeds. */
export interface Population {
  /** Tokens in the feeds at `minute`: the long-lived ones, and those born in the last two days, newest first. */
  listedAt(minute: number): readonly SimulatedToken[];
  /** The token whose mint, or one of whose pools' other assets, this is; undefined when not born by `minute`. */
  find(mint: string, minute: number): SimulatedToken | undefined;
}

/** One in five tokens is there for ever; the others come and go so that their number in the feeds stays the same. */
const LONG_LIVED_SHARE = 0.2;
/** The long-lived were born in the ten months after this. */
const LONG_LIVED_SINCE_MINUTE = minuteOf(Date.UTC(2024, 0, 1));
/** No slot has this number. */
const NO_SLOT = NaN;

/**
 * A population of about `tokens` in the feeds at any time. Births have numbered slots, evenly spaced since the Unix
 * epoch with some jitter, so the time alone says who was born: no start, no state.
 */
export function createPopulation(random: Random, tokens: number): Population {
  const longLived = Math.max(1, Math.round(tokens * LONG_LIVED_SHARE));
  const spacingMinutes = LISTED_MINUTES / Math.max(1, tokens - longLived);
  const birthKey = random.fork('births').integer(0, 2 ** 31 - 1);
  const codec = createMintCodec(random.fork('mints'));
  const cache = createBoundedCache<number, SimulatedToken>(1_000 + 2 * tokens);
  const slots = createBoundedCache<string, number>(1_000 + 4 * tokens);
  const bornMinuteOf = (slot: number): number =>
    Math.floor((slot + 0.8 * uniformAt(birthKey, slot)) * spacingMinutes);

  const drawToken = (slot: number): SimulatedToken => {
    const own = random.fork(`token/${slot}`);
    const stays = slot < 0;
    const launchpad = drawLaunchpad(own);
    const asset: Asset = { mint: codec.encode(slot, 0, launchpad.mintSuffix), ...nameToken(own) };
    const life = stays
      ? planLongLife(
          own.fork('life'),
          LONG_LIVED_SINCE_MINUTE + own.integer(0, 300 * DAY_MINUTES),
          -slot % 3 !== 0,
        )
      : planLife(own.fork('life'), bornMinuteOf(slot));
    // The first long-lived token has more pools than one answer can hold.
    const externals = slot === -1 ? 34 : stays ? own.integer(3, 10) : undefined;
    const pools = planPools(own, codec, {
      slot,
      asset,
      life,
      launchpad,
      ...(externals === undefined ? {} : { externals }),
    });
    const cap = own.next();
    return {
      slot,
      asset,
      life,
      pools,
      supply: 1e9,
      marketCapFactor: cap < 0.015 ? undefined : cap < 0.13 ? 1 + own.next() * 0.2 : cap < 0.3 ? 0.6 : 1,
      hasInfo: own.next() < 0.62,
      boosts: own.next() < 0.1 ? own.pick([10, 30, 50, 100, 500]) : 0,
    };
  };
  const tokenOf = (slot: number): SimulatedToken => cache.get(slot, () => drawToken(slot));
  const slotAt = (minute: number): number => Math.floor(minute / spacingMinutes);

  let lastListed: { minute: number; listed: readonly SimulatedToken[] } = { minute: NaN, listed: [] };

  return {
    listedAt(minute) {
      if (lastListed.minute === minute) return lastListed.listed;
      const listed: SimulatedToken[] = [];
      const oldestMinute = minute - LISTED_MINUTES;
      for (let slot = slotAt(minute); slot >= Math.max(0, slotAt(oldestMinute)); slot--) {
        const bornMinute = bornMinuteOf(slot);
        if (bornMinute < minute && bornMinute >= oldestMinute) listed.push(tokenOf(slot));
      }
      for (let index = 1; index <= longLived; index++) {
        const token = tokenOf(-index);
        if (token.life.bornMinute < minute) listed.push(token);
      }
      lastListed = { minute, listed };
      return listed;
    },
    find(mint, minute) {
      const slot = slots.get(mint, () => codec.slotOf(mint) ?? NO_SLOT);
      if (!(slot >= -longLived && slot <= slotAt(minute))) return undefined;
      const token = tokenOf(slot);
      if (token.life.bornMinute >= minute) return undefined;
      const owns =
        token.asset.mint === mint ||
        token.pools.some((pool) => pool.base.mint === mint || pool.quote.mint === mint);
      return owns ? token : undefined;
    },
  };
}
