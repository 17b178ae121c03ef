import type { Random } from '../../kernel/index.ts';
import { ANSWER_CAP } from '../answers.ts';
import { uniformAt } from './noise.ts';
import { pictureUrl } from './pair.ts';
import type { Listing, SimulatedToken } from './population.ts';
import { MINUTE_MS } from './time.ts';
import type { WireBoost, WireProfile } from './wire.ts';

/** The lists by which DexScreener tells of tokens. */
export interface Feeds {
  /** Newest tokens first; one in ten is on another chain. */
  profiles(listed: Listing, minute: number): readonly WireProfile[];
  /** `latest` goes round all listed tokens in a few minutes and names one token twice; `top` has the most boosted. */
  boosts(list: 'latest' | 'top', listed: Listing, minute: number): readonly WireBoost[];
}

const OTHER_CHAINS = ['base', 'bsc', 'ethereum'] as const;
/** One item in so many belongs to another chain. */
const OTHER_CHAIN_EVERY = 10;
/** How many tokens the latest boosts move on by in a minute. */
const BOOSTS_STEP = 24;

export function createFeeds(random: Random): Feeds {
  const key = random.integer(0, 2 ** 31 - 1);

  const mixChains = <Item extends WireProfile>(items: readonly Item[], minute: number): Item[] =>
    items
      .flatMap((item, index) =>
        index % OTHER_CHAIN_EVERY === 4
          ? [abroad(item, key, Math.floor(minute / 60) * 8 + index), item]
          : [item],
      )
      .slice(0, ANSWER_CAP);

  return {
    profiles: (listed, minute) =>
      mixChains(
        Array.from({ length: Math.min(ANSWER_CAP, listed.length) }, (_, index) =>
          profileOf(listed.at(index), minute),
        ),
        minute,
      ),
    boosts(list, listed, minute) {
      if (list === 'top') {
        const boosted = mostBoosted(listed).map((index) => boostOf(listed.at(index), minute));
        return mixChains(boosted, minute);
      }
      const count = Math.min(BOOSTS_STEP, listed.length);
      const shown = Array.from({ length: count }, (_, index) => {
        return boostOf(listed.at((minute * BOOSTS_STEP + index) % listed.length), minute);
      });
      const again = shown[Math.floor(uniformAt(key, minute) * shown.length)];
      // The same token boosted twice is listed twice.
      return mixChains(again === undefined ? shown : [...shown, { ...again, amount: 10 }], minute);
    },
  };
}

/** Indexes of the most boosted tokens, most first. */
function mostBoosted(listed: Listing): readonly number[] {
  const boosted: { index: number; boosts: number }[] = [];
  for (let index = 0; index < listed.length; index++) {
    boosted.push({ index, boosts: listed.boostsAt(index) });
  }
  return boosted
    .sort((a, b) => b.boosts - a.boosts)
    .slice(0, ANSWER_CAP)
    .map(({ index }) => index);
}

function profileOf({ asset, life }: SimulatedToken, minute: number): WireProfile {
  const site = asset.mint.slice(0, 8).toLowerCase();
  const sinceBirth = Math.max(0, minute - life.bornMinute);
  return {
    url: `https://dexscreener.com/solana/${asset.mint.toLowerCase()}`,
    chainId: 'solana',
    tokenAddress: asset.mint,
    icon: `https://cdn.dexscreener.com/cms/images/${asset.mint.slice(0, 16)}?width=64&height=64&fit=crop&quality=95&format=auto`,
    openGraph: pictureUrl(asset.mint, minute),
    description: `${asset.name}. No utility. No roadmap.`,
    links: [
      { label: 'Website', url: `https://${site}.example/` },
      { type: 'twitter', url: `https://x.example/${site}` },
    ],
    cto: false,
    updatedAt: new Date((minute - Math.min(sinceBirth, 30)) * MINUTE_MS).toISOString(),
  };
}

function boostOf(token: SimulatedToken, minute: number): WireBoost {
  const { updatedAt: _, cto: __, ...profile } = profileOf(token, minute);
  const totalAmount = Math.max(10, token.boosts);
  return { ...profile, totalAmount, ...(token.slot % 4 === 0 ? {} : { amount: 10 }) };
}

/** The same item for a token on another chain. */
function abroad<Item extends WireProfile>(item: Item, key: number, position: number): Item {
  const digits = Array.from({ length: 40 }, (_, index) =>
    Math.floor(uniformAt(key + 1 + index, position) * 16).toString(16),
  );
  const tokenAddress = `0x${digits.join('')}`;
  const chainId = OTHER_CHAINS[position % OTHER_CHAINS.length] as string;
  return { ...item, chainId, tokenAddress, url: `https://dexscreener.com/${chainId}/${tokenAddress}` };
}
