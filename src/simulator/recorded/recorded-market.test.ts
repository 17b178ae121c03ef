import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MoonwardenError } from '../../kernel/index.ts';
import { MONEY_MINTS } from '../market/assets.ts';
import type { Market } from '../market.ts';
import { readAnswers, type RecordedPair } from './read-answers.ts';
import { openRecordedMarket } from './recorded-market.ts';

const fixture = (name: string): string => `Fixture${name}`.padEnd(43, 'z');
const pairsOf = (market: Market, path: string): RecordedPair[] => {
  const body = JSON.parse(market.respond(path).body) as RecordedPair[] | { pairs: RecordedPair[] | null };
  return Array.isArray(body) ? body : (body.pairs ?? []);
};
const poolsOf = (market: Market, mint: string): string[] =>
  pairsOf(market, `/token-pairs/v1/solana/${mint}`).map(({ pairAddress }) => pairAddress);
const refusalOf = (dir: string): unknown => {
  try {
    return openRecordedMarket(dir);
  } catch (error) {
    return error;
  }
};

describe('the fixtures as a recorded market', () => {
  const market = openRecordedMarket('test/fixtures');
  const otter = fixture('Moonotter');

  it('read everything but what is no answer, each with its reason', () => {
    expect(market.skipped.map(({ file }) => file.split('/').at(-1))).toEqual(['_notes.json', 'broken.json']);
    expect(market.skipped.map(({ reason }) => reason)).toEqual([
      'neither an array nor an object with pairs',
      expect.stringContaining('JSON'),
    ]);
  });

  it('open by the data folder, by its folder dexscreener and by the folder of answers', () => {
    for (const dir of ['test/fixtures/dexscreener', 'test/fixtures/dexscreener/responses']) {
      expect(openRecordedMarket(dir).discoveries()).toEqual(market.discoveries());
    }
  });

  it('give the recorded list of pools in its order, then those met elsewhere', () => {
    expect(poolsOf(market, otter)).toEqual([
      fixture('PumpswapA'),
      fixture('RaydiumA'),
      fixture('MeteoraA'),
      fixture('CurveA'),
      fixture('QuoteA'),
      fixture('QuoteB'),
    ]);
  });

  it('find pools by the quote, too', () => {
    expect(poolsOf(market, fixture('Memequote'))).toEqual([fixture('PricePoor')]);
  });

  it('stand for a token with the recorded pair, else with a pool in which it is the base', () => {
    const representative = (mint: string): string | undefined =>
      pairsOf(market, `/tokens/v1/solana/${mint}`)[0]?.pairAddress;
    expect(representative(otter)).toBe(fixture('PumpswapA'));
    expect(representative(fixture('mpostor'))).toBe(fixture('mpostorPump'));
    expect(representative(fixture('Memequote'))).toBe(fixture('PricePoor'));
    expect(representative('nobody')).toBeUndefined();
  });

  it('search all chains, serve the recorded lists and know no stranger', () => {
    const found = pairsOf(market, '/latest/dex/search?q=moon%20otter');
    expect(new Set(found.map(({ chainId }) => chainId))).toEqual(new Set(['solana', 'base', 'bsc']));
    expect(JSON.parse(market.respond('/token-profiles/latest/v1').body)).toHaveLength(3);
    expect(JSON.parse(market.respond('/token-boosts/latest/v1').body)).toHaveLength(4);
    expect(market.respond('/latest/dex/tokens/nobody').body).toBe('{"schemaVersion":"1.0.0","pairs":null}');
    expect(market.respond('/orders/v1/solana/x').status).toBe(404);
  });

  it('discover the base tokens on Solana, without money', () => {
    expect(market.discoveries()).toContain(otter);
    expect(market.discoveries().filter((mint) => MONEY_MINTS.has(mint) || mint.startsWith('0x'))).toEqual([]);
    expect(new Set(market.discoveries()).size).toBe(market.discoveries().length);
  });

  it('change no value', () => {
    const { answers } = readAnswers('test/fixtures');
    const recorded = answers.flatMap(({ body }) => (body.kind === 'pairs' ? body.pairs : []));
    for (const mint of market.discoveries()) {
      for (const pair of pairsOf(market, `/token-pairs/v1/solana/${mint}`))
        expect(recorded).toContainEqual(pair);
    }
  });
});

describe('a folder of answers', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'recorded-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const pair = (pairAddress: string, price: string, dated = ''): unknown => ({
    chainId: 'solana',
    pairAddress,
    priceUsd: price,
    baseToken: { address: 'BASE' },
    quoteToken: { address: 'QUOTE' },
    info: { openGraph: `https://images.example/og${dated}` },
  });
  const save = (name: string, body: unknown): void => {
    writeFileSync(join(dir, name), typeof body === 'string' ? body : JSON.stringify(body));
  };

  it('serves the newest observation by the time inside the answer, then by the name of the file', () => {
    save('b.json', { pairs: [pair('P', '1', '?timestamp=1700000000000')] });
    save('a.json', { pairs: [pair('P', '2', '?timestamp=1800000000000')] });
    save('z.json', { pairs: [pair('Q', '3')] });
    save('y.json', { pairs: [pair('Q', '4')] });
    const prices = pairsOf(openRecordedMarket(dir), '/token-pairs/v1/solana/BASE');
    expect(prices).toEqual([
      expect.objectContaining({ pairAddress: 'Q', priceUsd: '3' }),
      expect.objectContaining({ pairAddress: 'P', priceUsd: '2' }),
    ]);
  });

  it('caps a list at 30', () => {
    save('a.json', { pairs: Array.from({ length: 20 }, (_, index) => pair(`A${index}`, '1')) });
    save('b.json', { pairs: Array.from({ length: 20 }, (_, index) => pair(`B${index}`, '1')) });
    expect(poolsOf(openRecordedMarket(dir), 'BASE')).toHaveLength(30);
  });

  it('keeps the good pairs of an answer and says how many were not', () => {
    save('a.json', [pair('P', '1'), { chainId: 'solana' }, null]);
    const market = openRecordedMarket(dir);
    expect(poolsOf(market, 'BASE')).toEqual(['P']);
    expect(market.skipped).toEqual([
      { file: join(dir, 'a.json'), reason: '2 of its pairs name no chain, pair or base token' },
    ]);
  });

  it('takes single pairs, one a file', () => {
    save('raydium__P.json', pair('P', '1'));
    expect(poolsOf(openRecordedMarket(dir), 'QUOTE')).toEqual(['P']);
  });

  it.each([
    ['that is not there', 'nowhere', undefined],
    ['without any answer', '', undefined],
    ['with nothing but broken answers', '', '{'],
  ])('%s is refused in one sentence', (_, inside, content) => {
    if (content !== undefined) save('x.json', content);
    const error = refusalOf(join(dir, inside));
    expect(error).toBeInstanceOf(MoonwardenError);
    expect(error).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringMatching(/^[^.].*\.$/) as string,
    });
  });

  it('refuses a file in place of a folder', () => {
    save('x.json', '[]');
    expect(refusalOf(join(dir, 'x.json'))).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

const RECORDED = '../shared/data';
describe('the answers recorded from the real interface', () => {
  it('are all served, value for value, where they are at hand', () => {
    if (!existsSync(RECORDED)) return;
    const market = openRecordedMarket(RECORDED);
    expect(market.skipped.map(({ file }) => file.split('/').at(-1))).toEqual(['_sources.json']);
    expect(market.discoveries().length).toBeGreaterThan(50);
    const recorded = new Set(
      readAnswers(RECORDED).answers.flatMap(({ body }) =>
        body.kind === 'pairs' ? body.pairs.map((pair) => JSON.stringify(pair)) : [],
      ),
    );
    for (const mint of market.discoveries()) {
      const pools = pairsOf(market, `/token-pairs/v1/solana/${mint}`);
      expect(pools.length).toBeGreaterThan(0);
      expect(pools.filter((pair) => !recorded.has(JSON.stringify(pair)))).toEqual([]);
      expect(pairsOf(market, `/tokens/v1/solana/${mint}`)).toHaveLength(1);
    }
  });
});
