import { describe, expect, it } from 'vitest';
import { USD1, USDC, WRAPPED_SOL, type Pair } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation, sameSteps } from './activation.ts';
import { classifyPool, judgePool, type PoolClass } from './pool-verdict.ts';
import { NOW, SETTINGS, pairOf } from './testing/tokens.ts';

const MOON = mintOf(1);
const quote = (mint: string, symbol: string | null): Pair['quote'] => ({ mint, symbol, name: null });
const pool = (changes: Partial<Pair> = {}): Pair => pairOf(MOON, changes);
/** A pool whose two sides hold these shares; the token costs 0.01 USD. */
const sides = (liquidityUsd: number, baseShare: number): Partial<Pair> => ({
  liquidityUsd,
  priceUsd: 0.01,
  liquidityBase: (liquidityUsd * baseShare) / 0.01,
  liquidityQuote: (liquidityUsd * (1 - baseShare)) / 150,
});

type Verdict = PoolClass['counts'] | Extract<PoolClass, { counts: 'no' }>['why'];
const rows: readonly (readonly [rule: string, changes: Partial<Pair>, verdict: Verdict, reason: string])[] = [
  ['SOL, by its mint', {}, 'external', '25,000 USD against SOL'],
  ['SOL, whatever it is called', { quote: quote(WRAPPED_SOL, 'XYZ') }, 'external', '25,000 USD against SOL'],
  ['SOL without a name', { quote: quote(WRAPPED_SOL, null) }, 'external', '25,000 USD against SOL'],
  ['USDC, by its mint', { quote: quote(USDC, 'USDC') }, 'external', '25,000 USD against USDC'],
  ['USD1, by its mint', { quote: quote(USD1, 'USD1') }, 'external', '25,000 USD against USD1'],
  [
    'an impostor SOL',
    { quote: quote(mintOf(66), 'SOL') },
    'impostor_quote',
    'the quote calls itself SOL but is another token',
  ],
  [
    'an impostor sol',
    { quote: quote(mintOf(66), 'sol') },
    'impostor_quote',
    'the quote calls itself sol but is another token',
  ],
  [
    'an impostor WSOL',
    { quote: quote(mintOf(66), 'WSOL') },
    'impostor_quote',
    'the quote calls itself WSOL but is another token',
  ],
  [
    'an impostor USDC',
    { quote: quote(mintOf(66), 'USDC') },
    'impostor_quote',
    'the quote calls itself USDC but is another token',
  ],
  [
    'an impostor USD1',
    { quote: quote(mintOf(66), 'USD1') },
    'impostor_quote',
    'the quote calls itself USD1 but is another token',
  ],
  [
    'the mint of SOL in another case',
    { quote: quote(WRAPPED_SOL.toLowerCase(), 'SOL') },
    'impostor_quote',
    'the quote calls itself SOL but is another token',
  ],
  [
    'USDT',
    { quote: quote('Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', 'USDT') },
    'other_quote',
    'the quote USDT is not SOL, USDC or USD1',
  ],
  [
    'a quote that is not named',
    { quote: quote('', null) },
    'other_quote',
    'the quote without a name is not SOL, USDC or USD1',
  ],
  [
    'a name of the prototype',
    { quote: quote('__proto__', 'constructor') },
    'other_quote',
    'the quote constructor is not SOL, USDC or USD1',
  ],
  ['pumpswap', { dex: 'pumpswap' }, 'pump', 'a pump pool against SOL'],
  ['pumpfun-amm', { dex: 'pumpfun-amm', quote: quote(USDC, 'USDC') }, 'pump', 'a pump pool against USDC'],
  ['pumpswap without liquidity', { dex: 'pumpswap', liquidityUsd: null }, 'pump', 'a pump pool against SOL'],
  [
    'pumpswap with next to nothing in it',
    { dex: 'pumpswap', liquidityUsd: 1 },
    'pump',
    'a pump pool against SOL',
  ],
  [
    'pumpswap against an impostor',
    { dex: 'pumpswap', quote: quote(mintOf(66), 'SOL') },
    'impostor_quote',
    'the quote calls itself SOL but is another token',
  ],
  ['pumpfun, a bonding curve', { dex: 'pumpfun' }, 'bonding_curve', 'pumpfun is a bonding curve'],
  ['launchlab, a bonding curve', { dex: 'launchlab' }, 'bonding_curve', 'launchlab is a bonding curve'],
  ['meteoradbc, a bonding curve', { dex: 'meteoradbc' }, 'bonding_curve', 'meteoradbc is a bonding curve'],
  ['meteora, which is none', { dex: 'meteora' }, 'external', '25,000 USD against SOL'],
  ['liquidity missing', { liquidityUsd: null }, 'unknown_liquidity', 'its liquidity is not known'],
  ['just below 200 USD', sides(199.99, 0.5), 'low_liquidity', 'its liquidity of 200 USD is below 200 USD'],
  ['exactly 200 USD', sides(200, 0.5), 'external', '200 USD against SOL'],
  [
    'no liquidity at all',
    { liquidityUsd: 0, liquidityBase: 0, liquidityQuote: 0 },
    'low_liquidity',
    'its liquidity of 0 USD is below 200 USD',
  ],
  [
    'nothing of the base',
    { liquidityBase: 0 },
    'one_sided',
    'its liquidity is one-sided: the smaller side holds 0.0 %',
  ],
  [
    'nothing of the quote',
    { liquidityQuote: 0 },
    'one_sided',
    'its liquidity is one-sided: the smaller side holds 0.0 %',
  ],
  [
    '1 % in the base',
    sides(50_000, 0.01),
    'one_sided',
    'its liquidity is one-sided: the smaller side holds 1.0 %',
  ],
  [
    '1.5 % in the quote',
    sides(50_000, 0.985),
    'one_sided',
    'its liquidity is one-sided: the smaller side holds 1.5 %',
  ],
  [
    'more in the base than in all',
    sides(50_000, 7),
    'one_sided',
    'its liquidity is one-sided: the smaller side holds 0.0 %',
  ],
  ['2.1 % in the base', sides(50_000, 0.021), 'external', '50,000 USD against SOL'],
  ['97.9 % in the base', sides(50_000, 0.979), 'external', '50,000 USD against SOL'],
  ['sides that are not told', { liquidityBase: null }, 'external', '25,000 USD against SOL'],
  ['no price to weigh the sides', { priceUsd: null }, 'external', '25,000 USD against SOL'],
  [
    'over 10 M and over 100 x its volume',
    { ...sides(20_000_000, 0.5), volume24hUsd: 199_999 },
    'no_turnover',
    'its liquidity of 20,000,000 USD is not plausible beside a volume of 199,999 USD in 24 h',
  ],
  [
    'over 10 M and exactly 100 x its volume',
    { ...sides(20_000_000, 0.5), volume24hUsd: 200_000 },
    'external',
    '20,000,000 USD against SOL',
  ],
  [
    'exactly 10 M without volume',
    { ...sides(10_000_000, 0.5), volume24hUsd: 0 },
    'external',
    '10,000,000 USD against SOL',
  ],
  [
    'over 10 M, volume not told',
    { ...sides(10_000_001, 0.5), volume24hUsd: null },
    'no_turnover',
    'its liquidity of 10,000,001 USD is not plausible beside a volume of 0 USD in 24 h',
  ],
  ['little beside no volume', { volume24hUsd: 0 }, 'external', '25,000 USD against SOL'],
];

it.each(rows)('%s', (_rule, changes, verdict, reason) => {
  const one = pool(changes);
  const found = classifyPool(one, SETTINGS);
  expect(found.counts === 'no' ? found.why : found.counts).toBe(verdict);
  expect(judgePool(one, SETTINGS)).toEqual({
    pairAddress: one.pairAddress,
    dex: one.dex,
    labels: [],
    quoteMint: one.quote.mint,
    quoteSymbol: one.quote.symbol ?? '',
    liquidityUsd: one.liquidityUsd,
    volume24hUsd: one.volume24hUsd,
    counts: found.counts,
    reason,
  });
});

it('each limit is the one of the settings', () => {
  const of = (changes: Partial<Pair>, settings: Partial<typeof SETTINGS>): string =>
    classifyPool(pool(changes), { ...SETTINGS, ...settings }).counts;
  expect(of({}, { minLiquidityUsd: 25_001 })).toBe('no');
  expect(of({}, { minLiquidityUsd: 25_000 })).toBe('external');
  expect(of(sides(50_000, 0.1), { oneSidedShare: 0.11 })).toBe('no');
  expect(of({ volume24hUsd: 0 }, { implausibleLiquidityUsd: 24_999 })).toBe('no');
  expect(of({ volume24hUsd: 2_600 }, { implausibleLiquidityUsd: 24_999, implausibleTurnover: 9 })).toBe('no');
  expect(of({ volume24hUsd: 2_600 }, { implausibleLiquidityUsd: 24_999, implausibleTurnover: 10 })).toBe(
    'external',
  );
});

const PUMP = pool({ dex: 'pumpswap', pairAddress: 'pump' });
const SOUND = pool({ pairAddress: 'sound' });
const SOUND_2 = pool({ dex: 'orca', pairAddress: 'sound-2', quote: quote(USDC, 'USDC') });
const POOR = pool({ pairAddress: 'poor', liquidityUsd: 199 });
const CURVE = pool({ dex: 'meteoradbc', pairAddress: 'curve' });
const CURVE_2 = pool({ dex: 'pumpfun', pairAddress: 'curve-2', liquidityUsd: null });
const IMPOSTOR = pool({ pairAddress: 'impostor', quote: quote(mintOf(66), 'SOL') });
const HOLLOW = pool({ pairAddress: 'hollow', liquidityQuote: 0 });

describe('activation', () => {
  it.each([
    ['nothing listed', [], false, 0, 0, 2],
    ['a pump pool and an external one', [PUMP, SOUND], true, 1, 1, 1],
    ['two external ones', [SOUND, SOUND_2], true, 0, 2, 2],
    ['many of each', [PUMP, SOUND, SOUND_2, POOR, CURVE], true, 1, 2, 1],
    ['a pump pool alone', [PUMP], false, 1, 0, 1],
    ['two pump pools', [PUMP, pool({ dex: 'pumpfun-amm', pairAddress: 'pump-2' })], false, 2, 0, 1],
    ['one external alone', [SOUND], false, 0, 1, 2],
    ['one external and a poor one', [SOUND, POOR], false, 0, 1, 2],
    ['a pump pool and a poor one', [PUMP, POOR], false, 1, 0, 1],
    ['one external and a bonding curve', [SOUND, CURVE], false, 0, 1, 2],
    ['a pump pool and bonding curves', [PUMP, CURVE, CURVE_2], false, 1, 0, 1],
    ['a pump pool and an impostor SOL', [PUMP, IMPOSTOR], false, 1, 0, 1],
    ['one external and an impostor SOL', [SOUND, IMPOSTOR], false, 0, 1, 2],
    ['a pump pool and a hollow one', [PUMP, HOLLOW], false, 1, 0, 1],
    ['an impostor pump pool and one external', [{ ...IMPOSTOR, dex: 'pumpswap' }, SOUND], false, 0, 1, 2],
  ] as const)('%s', (_what, pools, passed, pumpPools, external, needed) => {
    const check = checkActivation(pools, SETTINGS, NOW);
    expect(check.passed).toBe(passed);
    expect(check.at).toBe(NOW);
    expect(check.steps.map(({ name, value, limit, passed: ok }) => [name, value, limit, ok])).toEqual([
      ['pools_listed', pools.length, 1, pools.length > 0],
      ['pump_pool', pumpPools, 'optional', true],
      ['external_pools', external, needed, external >= needed],
    ]);
    expect(check.pools.map(({ pairAddress }) => pairAddress)).toEqual(pools.map((one) => one.pairAddress));
  });

  it('says in words what was found', () => {
    const reasons = (pools: readonly Pair[]): string[] =>
      checkActivation(pools, SETTINGS, NOW).steps.map(({ reason }) => reason);
    expect(reasons([])).toEqual([
      'DexScreener lists no pool of this token',
      'No pump pool: two external pools are needed',
      '0 external pools with enough liquidity, 2 needed',
    ]);
    expect(reasons([PUMP, SOUND])).toEqual([
      '2 pools listed',
      'A pump pool: one external pool is enough',
      '1 external pool with enough liquidity, 1 needed',
    ]);
  });

  it('a step that throws is a failed step with its context, and the check goes on', () => {
    const broken: Pair = {
      ...SOUND,
      get quote(): Pair['quote'] {
        throw new TypeError('quote is on fire');
      },
    };
    const check = checkActivation([PUMP, SOUND, broken, SOUND_2], SETTINGS, NOW);
    expect(check.passed).toBe(false);
    expect(check.steps.map(({ name }) => name)).toEqual([
      'pools_listed',
      'pools_judged',
      'pump_pool',
      'external_pools',
    ]);
    expect(check.steps[1]).toEqual({
      name: 'pools_judged',
      limit: 0,
      value: null,
      passed: false,
      reason: 'The step broke: quote is on fire',
    });
    expect(check.steps[3]).toMatchObject({ passed: true, value: 1 });
  });
});

describe('sameSteps', () => {
  const check = checkActivation([PUMP, SOUND], SETTINGS, NOW);
  it.each([
    ['nothing and nothing', null, null, true],
    ['nothing and a check', null, check, false],
    ['a check and nothing', check, null, false],
    ['the same later', check, checkActivation([PUMP, SOUND], SETTINGS, NOW + 60_000), true],
    [
      'other sums in the pools',
      check,
      checkActivation([PUMP, { ...SOUND, liquidityUsd: 26_000 }], SETTINGS, NOW),
      true,
    ],
    ['another number of pools', check, checkActivation([PUMP, SOUND, POOR], SETTINGS, NOW), false],
    ['another outcome', check, checkActivation([PUMP, POOR], SETTINGS, NOW), false],
  ])('%s', (_what, a, b, same) => {
    expect(sameSteps(a, b)).toBe(same);
  });
});
