import { describe, expect, it } from 'vitest';
import { readJson } from './answer.ts';
import { USDC, WRAPPED_SOL, judgeMint } from './mint.ts';
import { splitByToken } from './client.ts';
import { jsonAnswer, mintOf, secondWirePair, wirePair } from './testing/wire.ts';
import {
  MalformedAnswerError,
  pairItems,
  parseListings,
  parsePairs,
  type DroppedPair,
  type Pair,
} from './wire.ts';

const MOON = mintOf(1);

function kept(changes: Readonly<Record<string, unknown>>): Pair {
  const { pairs, dropped } = parsePairs([wirePair(changes)]);
  expect(dropped).toEqual([]);
  const [pair] = pairs;
  if (!pair) throw new Error('the pair was not kept');
  return pair;
}

function drop(changes: Readonly<Record<string, unknown>>): DroppedPair {
  const { pairs, dropped } = parsePairs([wirePair(changes), secondWirePair()]);
  expect(pairs.map(({ pairAddress }) => pairAddress)).toEqual(['pair-2']);
  const [first, ...others] = dropped;
  if (!first || others.length > 0) throw new Error(`dropped ${dropped.length}`);
  return first;
}

it('takes over everything that the product uses', () => {
  expect(parsePairs([wirePair()])).toEqual({
    dropped: [],
    pairs: [
      {
        dex: 'raydium',
        pairAddress: 'pair-1',
        labels: ['CLMM'],
        base: { mint: MOON, symbol: 'MOON', name: 'Moon' },
        quote: { mint: WRAPPED_SOL, symbol: 'SOL', name: 'Wrapped SOL' },
        priceUsd: 0.00246,
        priceNative: 0.0000123,
        trades5m: { buys: 12, sells: 8 },
        trades1h: { buys: 90, sells: 70 },
        volume5mUsd: 420.25,
        volume1hUsd: 3600,
        volume24hUsd: 84000.5,
        priceChange5m: -1.5,
        liquidityUsd: 25000,
        liquidityBase: 5081300,
        liquidityQuote: 62.5,
        createdAt: 1767225600000,
      },
    ],
  });
});

it('makes do with the least that names a pool', () => {
  const least = {
    chainId: 'solana',
    dexId: 'orca',
    pairAddress: 'p',
    baseToken: { address: MOON },
  };
  const [pair] = parsePairs([least]).pairs;
  expect(pair).toEqual({
    dex: 'orca',
    pairAddress: 'p',
    labels: [],
    base: { mint: MOON, symbol: null, name: null },
    quote: { mint: '', symbol: null, name: null },
    priceUsd: null,
    priceNative: null,
    trades5m: { buys: 0, sells: 0 },
    trades1h: { buys: 0, sells: 0 },
    volume5mUsd: 0,
    volume1hUsd: 0,
    volume24hUsd: null,
    priceChange5m: null,
    liquidityUsd: null,
    liquidityBase: null,
    liquidityQuote: null,
    createdAt: null,
  });
});

describe('what was met in reality', () => {
  it('37: a pair without a liquidity block, or without its sums', () => {
    expect(kept({ dexId: 'pumpfun', liquidity: undefined }).liquidityUsd).toBeNull();
    expect(kept({ liquidity: null }).liquidityUsd).toBeNull();
    expect(kept({ liquidity: { base: 3 } })).toMatchObject({ liquidityUsd: null, liquidityBase: 3 });
    expect(kept({ liquidity: { usd: 0, base: 0, quote: 0 } }).liquidityUsd).toBe(0);
  });

  it('38: a pair without priceUsd keeps all else', () => {
    expect(kept({ priceUsd: undefined })).toMatchObject({ priceUsd: null, priceNative: 0.0000123 });
    expect(kept({ priceUsd: null, fdv: null, marketCap: null, pairCreatedAt: null })).toMatchObject({
      priceUsd: null,
      createdAt: null,
    });
  });

  it('39: windows of priceChange without trades are left out key by key', () => {
    expect(kept({ priceChange: { h24: 2.5 } }).priceChange5m).toBeNull();
    expect(kept({ priceChange: {} }).priceChange5m).toBeNull();
    expect(kept({ priceChange: undefined }).priceChange5m).toBeNull();
    expect(kept({ priceChange: { m5: 0 } }).priceChange5m).toBe(0);
    expect(kept({ priceChange: { m5: -99.9 } }).priceChange5m).toBe(-99.9);
  });

  it('40: a pair in which the token is the quote is not its pool', () => {
    const other = mintOf(2);
    const { pairs } = parsePairs([
      wirePair(),
      secondWirePair({ baseToken: { address: other }, quoteToken: { address: MOON, symbol: 'MOON' } }),
    ]);
    const reads = splitByToken([MOON, mintOf(3)], { pairs, dropped: [], at: 5 });
    expect(reads.get(MOON)).toMatchObject({ asQuote: 1, pairs: [{ pairAddress: 'pair-1' }] });
    expect(reads.get(mintOf(3))).toEqual({
      mint: mintOf(3),
      source: 'asked',
      pairs: [],
      asQuote: 0,
      rejected: [],
      at: 5,
    });
    expect(reads.has(other)).toBe(false);
  });

  it('41: another chain is dropped, however it is shaped', () => {
    expect(drop({ chainId: 'base' })).toEqual({ reason: 'other_chain', detail: 'base pair-1' });
    expect(drop({ chainId: 'ethereum', baseToken: { address: '0xabc' } }).reason).toBe('other_chain');
    expect(drop({ chainId: 'ton', baseToken: 7, volume: 'x' })).toEqual({
      reason: 'other_chain',
      detail: 'pair 0: of "ton"',
    });
  });

  it('42: an impostor named SOL stays what its mint says', () => {
    const pair = kept({ quoteToken: { address: mintOf(66), name: 'Wrapped SOL', symbol: 'SOL' } });
    expect(pair.quote).toEqual({ mint: mintOf(66), symbol: 'SOL', name: 'Wrapped SOL' });
  });

  it('43: absurd sums are numbers, no faults of the answer', () => {
    const pair = kept({
      liquidity: { usd: 112_800_000, base: 1e300, quote: 0 },
      fdv: 1.9e12,
      marketCap: 1e308,
      priceNative: '0.0000000001',
      priceChange: { m5: 500_822 },
    });
    expect(pair).toMatchObject({ liquidityUsd: 112_800_000, priceNative: 1e-10, priceChange5m: 500_822 });
  });

  it('44: names are free text: trimmed and bounded, otherwise as they came', () => {
    const base = (symbol: unknown, name: unknown): Pair['base'] =>
      kept({ baseToken: { address: MOON, symbol, name } }).base;
    expect(base('Fartcoin ', '$🚀 `_*[x](http://y)')).toEqual({
      mint: MOON,
      symbol: 'Fartcoin',
      name: '$🚀 `_*[x](http://y)',
    });
    expect(base(' \t\n', '')).toEqual({ mint: MOON, symbol: null, name: null });
    expect(base(null, undefined)).toEqual({ mint: MOON, symbol: null, name: null });
    expect(base('X'.repeat(121), ' y ').symbol).toBe('X'.repeat(120));
    expect(base(`${'X'.repeat(119)}🚀`, ' y ').symbol).toBe('X'.repeat(119));
  });

  it('45: HTML instead of JSON is an error of the source', () => {
    const html = jsonAnswer(null, { contentType: 'text/html', body: '<!DOCTYPE html><p>Just a moment...' });
    expect(() => parsePairs(readJson(html, 0))).toThrow(/text\/html instead of JSON/);
    expect(() => parsePairs('<html></html>')).toThrow(MalformedAnswerError);
  });

  it('46: a token that is boosted twice is one token', () => {
    const boost = (address: string, changes = {}): unknown => ({
      chainId: 'solana',
      tokenAddress: address,
      ...changes,
    });
    const boosts = [
      boost(mintOf(1), { amount: 10, totalAmount: 30 }),
      boost(mintOf(2)),
      boost(mintOf(1), { totalAmount: 5 }),
      boost('0xabc', { chainId: 'base' }),
      boost('not-a-mint'),
      { chainId: 'solana' },
      null,
    ];
    expect(parseListings(boosts)).toEqual({
      mints: [mintOf(1), mintOf(2)],
      dropped: [
        { reason: 'duplicate', detail: mintOf(1) },
        { reason: 'other_chain', detail: 'base 0xabc' },
        { reason: 'bad_address', detail: 'item 4: not a Solana mint' },
        { reason: 'malformed', detail: 'item 5: tokenAddress' },
        { reason: 'malformed', detail: 'item 6: ' },
      ],
    });
  });

  it('47: a frame or a pair that names USDC as its token brings no token to watch', () => {
    expect(judgeMint(USDC)).toMatchObject({ ok: false });
    const pair = kept({ baseToken: { address: USDC, symbol: 'USDC' } });
    expect(judgeMint(pair.base.mint)).toMatchObject({ ok: false });
  });

  it('48: [], null, { pairs: null }, { pairs: [] } and 404 all mean no pairs', () => {
    const none = { pairs: [], dropped: [] };
    for (const answer of [[], null, { pairs: null }, { schemaVersion: '1.0.0', pairs: [] }]) {
      expect(parsePairs(answer)).toEqual(none);
    }
    expect(parsePairs(readJson(jsonAnswer({ error: 'x' }, { status: 404 }), 0))).toEqual(none);
  });
});

describe('numbers', () => {
  it.each([
    [
      'volume',
      { m5: '420.5', h1: ' 12 ', h24: '1e3' },
      { volume5mUsd: 420.5, volume1hUsd: 12, volume24hUsd: 1000 },
    ],
    ['liquidity', { usd: '1000.5' }, { liquidityUsd: 1000.5 }],
    ['priceUsd', 0.5, { priceUsd: 0.5 }],
    ['priceChange', { m5: '-3.5' }, { priceChange5m: -3.5 }],
    [
      'txns',
      { m5: { buys: 3 }, h1: null },
      { trades5m: { buys: 3, sells: 0 }, trades1h: { buys: 0, sells: 0 } },
    ],
  ])('%s of %j is read', (field, value, expected) => {
    expect(kept({ [field]: value })).toMatchObject(expected);
  });

  it.each([
    ['priceUsd', 'NaN', 'malformed', 'priceUsd'],
    ['priceUsd', '', 'malformed', 'priceUsd'],
    ['priceUsd', 'abc', 'malformed', 'priceUsd'],
    ['priceUsd', '1e999', 'malformed', 'priceUsd'],
    ['priceUsd', 'Infinity', 'malformed', 'priceUsd'],
    ['priceUsd', true, 'malformed', 'priceUsd'],
    ['priceUsd', ['1'], 'malformed', 'priceUsd'],
    ['priceUsd', '-1', 'negative_number', 'priceUsd'],
    ['fdv', -1, 'negative_number', 'fdv'],
    ['liquidity', { usd: -0.01 }, 'negative_number', 'liquidity.usd'],
    ['liquidity', { usd: 1, quote: '-5' }, 'negative_number', 'liquidity.quote'],
    ['liquidity', [], 'malformed', 'liquidity'],
    ['volume', { m5: -1 }, 'negative_number', 'volume.m5'],
    ['volume', { m5: 'much' }, 'malformed', 'volume.m5'],
    ['volume', 12, 'malformed', 'volume'],
    ['txns', { m5: { buys: -1, sells: 0 } }, 'negative_number', 'txns.m5.buys'],
    ['txns', { m5: { buys: '12', sells: 0 } }, 'malformed', 'txns.m5.buys'],
    ['txns', { h1: 'many' }, 'malformed', 'txns.h1'],
    ['pairCreatedAt', -1, 'negative_number', 'pairCreatedAt'],
    ['pairCreatedAt', '2026-01-01', 'malformed', 'pairCreatedAt'],
    ['labels', ['CLMM', 5], 'malformed', 'labels.1'],
    ['labels', 'CLMM', 'malformed', 'labels'],
    ['dexId', '', 'malformed', 'dexId'],
    ['pairAddress', 5, 'malformed', 'pairAddress'],
    ['baseToken', null, 'malformed', 'baseToken'],
    ['baseToken', { address: MOON, symbol: 5 }, 'malformed', 'baseToken.symbol'],
    ['baseToken', { address: 'short' }, 'bad_address', 'baseToken.address'],
    ['baseToken', { address: '0'.repeat(44) }, 'bad_address', 'baseToken.address'],
    ['quoteToken', 'SOL', 'malformed', 'quoteToken'],
    ['chainId', undefined, 'malformed', 'chainId'],
  ])('%s of %j drops the pair and no other', (field, value, reason, where) => {
    const dropped = drop({ [field]: value });
    expect(dropped.reason).toBe(reason);
    expect(dropped.detail).toContain('pair 0: ');
    expect(dropped.detail).toContain(where);
  });

  it('1e999, which JSON reads as infinite, drops the pair', () => {
    const answer: unknown = JSON.parse(
      JSON.stringify([wirePair({ fdv: 'HERE' }), secondWirePair()]).replace('"HERE"', '1e999'),
    );
    expect(parsePairs(answer)).toMatchObject({
      pairs: [{ pairAddress: 'pair-2' }],
      dropped: [{ reason: 'malformed', detail: expect.stringContaining('fdv') as string }],
    });
  });
});

describe('hostile answers', () => {
  it('the same pair twice is one pair', () => {
    const { pairs, dropped } = parsePairs({ pairs: [wirePair(), wirePair({ priceUsd: '9' })] });
    expect(pairs.map(({ priceUsd }) => priceUsd)).toEqual([0.00246]);
    expect(dropped).toEqual([{ reason: 'duplicate_pair', detail: 'pair-1' }]);
  });

  it('keys of the prototype are names like others', () => {
    const text = JSON.stringify([wirePair()]).replace(
      '"url"',
      '"__proto__":{"priceUsd":"9"},"constructor":1,"url"',
    );
    expect(parsePairs(JSON.parse(text)).pairs[0]?.priceUsd).toBe(0.00246);
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    for (const dexId of names) expect(kept({ dexId }).dex).toBe(dexId);
    const { pairs } = parsePairs(names.map((pairAddress) => wirePair({ pairAddress })));
    expect(pairs).toHaveLength(names.length);
    expect(() => parsePairs(JSON.parse('{"__proto__": {"pairs": []}}'))).toThrow(MalformedAnswerError);
    expect(pairItems(Object.create({ pairs: [] }))).toBeUndefined();
    expect(({} as Record<string, unknown>)['priceUsd']).toBeUndefined();
  });

  it('junk of any depth does not end the process', () => {
    const depth = 5_000;
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(kept({ info: deep, boosts: { active: deep } }).dex).toBe('raydium');
    expect(drop({ volume: deep }).reason).toBe('malformed');
    expect(parsePairs(deep).dropped).toEqual([
      { reason: 'malformed', detail: expect.stringContaining('pair 0: the pair: ') as string },
    ]);
  });

  it.each([[undefined], [0], [true], ['[]'], [{}], [{ pair: {} }], [{ pairs: {} }], [{ pairs: 'none' }]])(
    'an answer of %j is no answer',
    (answer) => {
      expect(() => parsePairs(answer)).toThrow(MalformedAnswerError);
    },
  );

  it.each([[null], [{}], ['x'], [{ tokens: [] }]])('a list of tokens of %j is no answer', (answer) => {
    expect(() => parseListings(answer)).toThrow(MalformedAnswerError);
  });
});
