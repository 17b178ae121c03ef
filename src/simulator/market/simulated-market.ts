import { createRandom, type Clock } from '../../kernel/index.ts';
import type { Launch, Market } from '../market.ts';
import { answerRoute, type MarketContent } from '../routes.ts';
import { MONEY_MINTS } from './assets.ts';
import { createFeeds } from './feeds.ts';
import { createLaunches } from './launches.ts';
import { createListings } from './listings.ts';
import { createPopulation, type PopulationSize } from './population.ts';
import { createMoney } from './prices.ts';
import { searchTokens } from './search.ts';
import { DAY_MINUTES, LISTED_MINUTES, minuteOf } from './time.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createTradeBook } from './trades.ts';
import { truthOf, type TokenTruth } from './truth.ts';

/** Options of {@link createSimulatedMarket}. */
export interface SimulatedMarketOptions {
  /** The same seed, number of tokens and wall time give the same market, on any machine. */
  readonly seed: number | string;
  /**
   * About how many tokens are in the feeds at any time, at least 1: one in five is there for ever, the others are born
   * at such a rate that their number stays the same.
   */
  readonly tokens: number;
  /** Tokens that were there long before and stay, at least 1. Default a fifth of `tokens`. */
  readonly longLived?: number;
  /** Tokens that are born in a day; each is in the feeds for two. Default what makes up `tokens`. */
  readonly birthsPerDay?: number;
  /** Its wall clock is the market's time. */
  readonly clock: Pick<Clock, 'now'>;
}

/** A market that can also be asked how things really are. */
export interface SimulatedMarket extends Market {
  /** How a token really is at `nowMs`; undefined when it is not born yet, or not of this market. */
  truth(mint: string, nowMs: number): TokenTruth | undefined;
  /** When what is true of a token; undefined when it is not of this market, or not born by `nowMs`. */
  timeline(mint: string, nowMs: number): Timeline | undefined;
  /** The mints that the feeds tell of at `nowMs`, newest first, the long-lived ones last. */
  listed(nowMs: number): readonly string[];
  launches(fromMs: number, toMs: number): readonly Launch[];
}

/**
 * A market of tokens with seeded lives, speaking DexScreener's wire format. Its state is a pure function of seed,
 * number of tokens and wall time: two processes that ask differently, or start at different times, see the same
 * market, and a clock that jumps back finds the past as it was. It moves once a minute; what it remembers is only
 * there for speed.
 * @throws RangeError when `tokens` is not a positive integer.
 */
export function createSimulatedMarket(options: SimulatedMarketOptions): SimulatedMarket {
  const { seed, tokens, clock } = options;
  const size = sizeOf(options);
  const random = createRandom(seed).fork('market');
  const population = createPopulation(random.fork('population'), size);
  const feeds = createFeeds(random.fork('feeds'));
  const sources = { book: createTradeBook(MOST_SERIES), money: createMoney(random.fork('money')) };
  const listings = createListings(sources);
  const launches = createLaunches(random.fork('launches'), population);

  const poolsOf = (mint: string, minute: number): readonly string[] => {
    if (MONEY_MINTS.has(mint)) return listings.moneyTexts(mint, population.listedAt(minute), minute);
    const token = population.find(mint, minute);
    return token === undefined ? [] : listings.texts(token, mint, minute);
  };
  const contentAt = (minute: number): MarketContent => ({
    representative(mint) {
      const token = MONEY_MINTS.has(mint) ? undefined : population.find(mint, minute);
      return token === undefined ? poolsOf(mint, minute)[0] : listings.firstText(token, mint, minute);
    },
    pools: (mint) => poolsOf(mint, minute),
    search: (query) => searchTokens(listings, population.listedAt(minute), query, minute),
    profiles: () => JSON.stringify(feeds.profiles(population.listedAt(minute), minute)),
    boosts: (list) => JSON.stringify(feeds.boosts(list, population.listedAt(minute), minute)),
  });

  return {
    name: `simulated, seed ${seed}, ${tokens} tokens`,
    respond: (pathAndQuery) => answerRoute(contentAt(minuteOf(clock.now())), pathAndQuery),
    discoveries: () => [],
    launches,
    truth(mint, nowMs) {
      const token = population.find(mint, minuteOf(nowMs));
      return token?.asset.mint === mint ? truthOf(sources, token, minuteOf(nowMs)) : undefined;
    },
    timeline(mint, nowMs) {
      const token = population.find(mint, minuteOf(nowMs));
      return token?.asset.mint === mint ? createTimeline(sources, token) : undefined;
    },
    listed(nowMs) {
      const listing = population.listedAt(minuteOf(nowMs));
      return Array.from({ length: listing.length }, (_, index) => listing.at(index).asset.mint);
    },
  };
}

/** Pools whose trades of the last days are remembered; each takes a few kilobytes. */
const MOST_SERIES = 10_000;
const LONG_LIVED_SHARE = 0.2;

function sizeOf({ tokens, longLived, birthsPerDay }: SimulatedMarketOptions): PopulationSize {
  if (!Number.isInteger(tokens) || tokens < 1) {
    throw new RangeError(`tokens must be a positive integer, not ${tokens}`);
  }
  const staying = longLived ?? Math.max(1, Math.round(tokens * LONG_LIVED_SHARE));
  if (!Number.isInteger(staying) || staying < 1) {
    throw new RangeError(`longLived must be a positive integer, not ${staying}`);
  }
  const births = birthsPerDay ?? (Math.max(1, tokens - staying) * DAY_MINUTES) / LISTED_MINUTES;
  if (!(births >= 0.001 && births <= 1_000_000)) {
    throw new RangeError(`birthsPerDay must be between 0.001 and 1,000,000, not ${births}`);
  }
  return { longLived: staying, birthsPerDay: births };
}
