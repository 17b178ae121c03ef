import { ANSWER_CAP } from '../answers.ts';
import type { Listings } from './listings.ts';
import type { Listing, SimulatedToken } from './population.ts';
import type { WirePair } from './wire.ts';

/**
 * Pairs of listed tokens whose symbol, name or mint contains `query`, as JSON text, at most 30. Behind the first match
 * stands a pair of another chain that copies its name, as popular names are copied.
 */
export function searchTokens(
  listings: Listings,
  listed: Listing,
  query: string,
  minute: number,
): readonly string[] {
  const wanted = query.toLowerCase();
  const found: string[] = [];
  let isFirst = true;
  for (let index = 0; index < Math.min(listed.length, MOST_SEARCHED); index++) {
    if (found.length >= ANSWER_CAP) break;
    const token = listed.at(index);
    if (!matches(token, wanted)) continue;
    found.push(...listings.texts(token, token.asset.mint, minute));
    const original = token.pools[0];
    if (isFirst && found.length > 0 && original !== undefined) {
      found.splice(1, 0, JSON.stringify(copyAbroad(listings.pair(token, original, minute))));
    }
    isFirst = false;
  }
  return found.slice(0, ANSWER_CAP);
}

/** Only so many of the newest are looked through. */
const MOST_SEARCHED = 5_000;

const matches = ({ asset }: SimulatedToken, wanted: string): boolean =>
  [asset.mint, asset.name, asset.symbol].some((text) => text.toLowerCase().includes(wanted));

/** The pair as a copy on another chain would look: other addresses, no creation time. */
function copyAbroad({ pairCreatedAt: _, info: __, ...pair }: WirePair): WirePair {
  const pairAddress = `0x${Buffer.from(pair.pairAddress).toString('hex').slice(0, 40)}`;
  const address = `0x${Buffer.from(pair.baseToken.address).toString('hex').slice(0, 40)}`;
  return {
    ...pair,
    chainId: 'base',
    dexId: 'aerodrome',
    url: `https://dexscreener.com/base/${pairAddress}`,
    pairAddress,
    baseToken: { ...pair.baseToken, address },
    quoteToken: {
      address: '0x4200000000000000000000000000000000000006',
      name: 'Wrapped Ether',
      symbol: 'WETH',
    },
  };
}
