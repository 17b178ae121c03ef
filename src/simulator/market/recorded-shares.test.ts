import { describe, expect, it } from 'vitest';
import { WRAPPED_SOL } from './assets.ts';
import { createSimulatedMarket } from './simulated-market.ts';
import type { WirePair } from './wire.ts';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** Pairs on Solana in the recorded answers that were counted, and on any chain. */
const RECORDED = 300;
const RECORDED_ANY_CHAIN = 345;

/** Every pool of every token in the feeds, on two days. */
function pairsOfTheMarket(): { mint: string; pair: WirePair }[] {
  const clock = { nowMs: START_MS };
  const market = createSimulatedMarket({ seed: 7, tokens: 600, clock: { now: () => clock.nowMs } });
  return [0, 5.3].flatMap((days) => {
    clock.nowMs = START_MS + days * DAY_MS;
    return market.listed(clock.nowMs).flatMap((mint) =>
      (JSON.parse(market.respond(`/token-pairs/v1/solana/${mint}`).body) as WirePair[]).map((pair) => ({
        mint,
        pair,
      })),
    );
  });
}

const changes = ({ priceChange }: WirePair): number[] => Object.values(priceChange);

/** How often each was met in recorded answers, and how it is told. */
const COUNTS: readonly [string, number, (pair: WirePair) => boolean, number?][] = [
  ['nobody traded in five minutes', 177, ({ txns: { m5 } }) => m5.buys + m5.sells === 0],
  [
    'only the change of m5 is missing',
    164,
    (pair) => !('m5' in pair.priceChange) && changes(pair).length > 0,
  ],
  ['there is no change at all', 26, (pair) => changes(pair).length === 0],
  ['h24 is missing, others are there', 6, (pair) => !('h24' in pair.priceChange) && changes(pair).length > 0],
  ['a change is over 1000 %', 9, (pair) => changes(pair).some((change) => Math.abs(change) > 1_000)],
  ['there is no liquidity block', 30, ({ liquidity }) => liquidity === undefined],
  ['it is a bonding curve', 29, ({ dexId }) => ['pumpfun', 'launchlab', 'meteoradbc'].includes(dexId)],
  ['liquidity is below 100 USD', 24, ({ liquidity }) => liquidity !== undefined && liquidity.usd < 100],
  ['nothing was traded in a day', 5, ({ volume }) => volume.h24 === 0],
  ['marketCap is over fdv', 38, ({ marketCap = 0, fdv = 0 }) => marketCap > fdv],
  ['marketCap is missing', 5, ({ marketCap }) => marketCap === undefined],
  ['fdv is missing', 3, ({ fdv }) => fdv === undefined],
  ['fdv is over 1e11', 3, ({ fdv = 0 }) => fdv > 1e11],
  ['priceUsd is missing', 1, ({ priceUsd }) => priceUsd === undefined],
  ['there are boosts', 10, ({ boosts }) => boosts !== undefined],
  ['a name is not ASCII', 2, ({ baseToken }) => /[^ -~]/.test(baseToken.name + baseToken.symbol)],
  ['a name is Markdown', 2, ({ baseToken }) => /[_*[\]`]/.test(baseToken.name + baseToken.symbol)],
  ['there are pictures and links', 212, ({ info }) => info !== undefined, RECORDED_ANY_CHAIN],
  ['there are labels', 278, ({ labels }) => labels !== undefined, RECORDED_ANY_CHAIN],
];

describe('the odd fields of the market', () => {
  const pairs = pairsOfTheMarket();

  it('are measured over thousands of pairs', () => {
    expect(pairs.length).toBeGreaterThan(4_000);
  });

  // Within two standard errors of what was counted, and a fifth of it, because other tokens are recorded than played.
  it.each(COUNTS)('%s as often as in recorded answers', (_, count, test, of = RECORDED) => {
    const share = pairs.filter(({ pair }) => test(pair)).length / pairs.length;
    const tolerance = (2 * Math.sqrt(count) + count / 5) / of;
    expect(share).toBeGreaterThan(Math.max(0, count / of - tolerance));
    expect(share).toBeLessThan(count / of + tolerance);
  });

  it('never leave out when the pair was created', () => {
    expect(pairs.filter(({ pair }) => pair.pairCreatedAt === undefined)).toEqual([]);
  });

  it.each<[string, (pair: WirePair, mint: string) => boolean]>([
    ['a symbol that ends in a space', ({ baseToken }) => baseToken.symbol.endsWith(' ')],
    ['a symbol with a $', ({ baseToken }) => baseToken.symbol.startsWith('$')],
    ['a token named like money', ({ baseToken }) => ['SOL', 'USDC'].includes(baseToken.symbol)],
    [
      'a quote that is a false SOL',
      ({ quoteToken }) => quoteToken.symbol === 'SOL' && quoteToken.address !== WRAPPED_SOL.mint,
    ],
    ['the token as the quote', ({ quoteToken }, mint) => quoteToken.address === mint],
    ['one-sided liquidity over 10 M USD', ({ liquidity }) => (liquidity?.usd ?? 0) > 1e7],
  ])('know %s', (_, test) => {
    const share = pairs.filter(({ pair, mint }) => test(pair, mint)).length / pairs.length;
    expect(share).toBeGreaterThan(0.001);
    expect(share).toBeLessThan(0.06);
  });
});
