import type { Random } from '../../kernel/index.ts';
import { createMintCodec, nameToken, type Asset } from './assets.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { createCopycats } from './copycats.ts';
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

/** The tokens in the feeds at one minute, newest first, the long-lived last. A token is drawn when it is looked at. */
export interface Listing {
  readonly length: number;
  at(index: number): SimulatedToken;
  /** Paid boosts of a token, without drawing it. */
  boostsAt(index: number): number;
}

/** Which tokens there are, and which are in the feeds. */
export interface Population {
  /** Tokens in the feeds at `minute`: the long-lived ones, and those born in the last two days. */
  listedAt(minute: number): Listing;
  /** The token whose mint, or one of whose pools' other assets, this is; undefined when not born by `minute`. */
  find(mint: string, minute: number): SimulatedToken | undefined;
}

/** How many tokens there are: those that stay for ever, at least 1, and those that come, at least 0.001 a day. */
export interface PopulationSize {
  readonly longLived: number;
  readonly birthsPerDay: number;
}

/** The long-lived were born in the ten months after this. */
const LONG_LIVED_SINCE_MINUTE = minuteOf(Date.UTC(2024, 0, 1));
const LONG_LIVED_WITHIN_MINUTES = 300 * DAY_MINUTES;
/** Of the tokens that are born, those in whose pools not even bots trade once their life has ended. */
const SILENT_SHARE = 0.08;
const BOOSTED_SHARE = 0.04;
const BOOSTS = [10, 30, 50, 100, 500] as const;
/** Tokens that are remembered, at most; enough for the reads of some minutes. */
const MOST_REMEMBERED = 20_000;
/** No slot has this number. */
const NO_SLOT = NaN;

/**
 * Births have numbered slots, evenly spaced since the Unix epoch with some jitter, so the time alone says who was born:
 * no start, no state. The long-lived have negative slots.
 */
export function createPopulation(random: Random, { longLived, birthsPerDay }: PopulationSize): Population {
  const spacingMinutes = DAY_MINUTES / birthsPerDay;
  const expected = longLived + (birthsPerDay * LISTED_MINUTES) / DAY_MINUTES;
  const remembered = Math.min(MOST_REMEMBERED, Math.ceil(1_000 + 2 * expected));
  const birthKey = random.fork('births').integer(0, 2 ** 31 - 1);
  const boostKey = random.fork('boosts').integer(0, 2 ** 31 - 1);
  const codec = createMintCodec(random.fork('mints'));
  const leaderOf = createCopycats(random.fork('copycats'));
  const cache = createBoundedCache<number, SimulatedToken>(remembered);
  const slots = createBoundedCache<string, number>(2 * remembered);

  const bornMinuteOf = (slot: number): number =>
    slot < 0
      ? LONG_LIVED_SINCE_MINUTE + Math.floor(LONG_LIVED_WITHIN_MINUTES * uniformAt(birthKey, slot))
      : Math.floor((slot + 0.8 * uniformAt(birthKey, slot)) * spacingMinutes);
  const boostsOf = (slot: number): number => {
    const chance = uniformAt(boostKey, slot) / BOOSTED_SHARE;
    return chance < 1 ? (BOOSTS[Math.floor(chance * BOOSTS.length)] ?? 0) : 0;
  };
  const nameOf = (slot: number): Pick<Asset, 'name' | 'symbol'> =>
    nameToken(random.fork(`name/${leaderOf(slot)}`));

  const drawToken = (slot: number): SimulatedToken => {
    const own = random.fork(`token/${slot}`);
    const stays = slot < 0;
    const launchpad = drawLaunchpad(own);
    const asset: Asset = { mint: codec.encode(slot, 0, launchpad.mintSuffix), ...nameOf(slot) };
    const bornMinute = bornMinuteOf(slot);
    const isSilent = !stays && own.next() < SILENT_SHARE;
    const life = stays
      ? planLongLife(own.fork('life'), bornMinute, -slot % 3 !== 0)
      : planLife(own.fork('life'), bornMinute);
    // The first long-lived token has more pools than one answer can hold.
    const externals = slot === -1 ? 34 : stays ? own.integer(4, 14) : undefined;
    const pools = planPools(own, codec, {
      slot,
      asset,
      life,
      launchpad,
      isSilent,
      ...(externals === undefined ? {} : { externals }),
    });
    const cap = own.next();
    return {
      slot,
      asset,
      life,
      pools,
      supply: 1e9,
      marketCapFactor: cap < 0.015 ? undefined : cap < 0.14 ? 1 + own.next() * 0.2 : cap < 0.3 ? 0.6 : 1,
      hasInfo: own.next() < 0.62,
      boosts: boostsOf(slot),
    };
  };
  const tokenOf = (slot: number): SimulatedToken => cache.get(slot, () => drawToken(slot));
  /** The newest slot that is born before `minute`; slots are born in their order. */
  const newestBefore = (minute: number): number => {
    const slot = Math.floor(minute / spacingMinutes);
    return slot >= 0 && bornMinuteOf(slot) < minute ? slot : slot - 1;
  };

  let last: { minute: number; listing: Listing } | undefined;

  return {
    listedAt(minute) {
      if (last?.minute === minute) return last.listing;
      const newest = newestBefore(minute);
      const oldest = Math.max(-1, newestBefore(minute - LISTED_MINUTES));
      const young = Math.max(0, newest - oldest);
      // Before the market began, some of those who stay for ever are not born either.
      const all = minute > LONG_LIVED_SINCE_MINUTE + LONG_LIVED_WITHIN_MINUTES;
      const old = all
        ? null
        : Array.from({ length: longLived }, (_, index) => -1 - index).filter(
            (slot) => bornMinuteOf(slot) < minute,
          );
      const slotAt = (index: number): number =>
        index < young ? newest - index : (old?.[index - young] ?? young - index - 1);
      const listing: Listing = {
        length: young + (old?.length ?? longLived),
        at: (index) => tokenOf(slotAt(index)),
        boostsAt: (index) => boostsOf(slotAt(index)),
      };
      last = { minute, listing };
      return listing;
    },
    find(mint, minute) {
      const slot = slots.get(mint, () => codec.slotOf(mint) ?? NO_SLOT);
      if (!(slot >= -longLived && slot <= newestBefore(minute)) || bornMinuteOf(slot) >= minute) {
        return undefined;
      }
      const token = tokenOf(slot);
      const owns =
        token.asset.mint === mint ||
        token.pools.some((pool) => pool.base.mint === mint || pool.quote.mint === mint);
      return owns ? token : undefined;
    },
  };
}
