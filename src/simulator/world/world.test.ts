import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { DexTransport } from '../../hosts/dexscreener/index.ts';
import { spanMs, spanText } from './duration.ts';
import { loadWorld, type LoadedWorld } from './world.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-world-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HOUR = 3_600_000;
const load = (world: Record<string, unknown>): LoadedWorld => {
  const file = join(folder, 'x.world.json');
  writeFileSync(file, JSON.stringify({ about: 'a world', runs: '10h', ...world }));
  return loadWorld(file);
};
const one = (pools: unknown[], more: unknown[] = []) => ({
  symbol: 'ONE',
  life: [{ at: '0s', pools }, ...more],
});

interface Played {
  readonly world: LoadedWorld;
  readonly clock: FakeClock;
  readonly transport: DexTransport;
  get(path: string): ReturnType<DexTransport['get']>;
  pairs(endpoint: string): Promise<Record<string, Record<string, unknown>>[]>;
}

function play(world: Record<string, unknown>): Played {
  const loaded = load(world);
  const clock = new FakeClock();
  const transport = loaded.open(clock);
  const get: Played['get'] = (path) => transport.get(path, new AbortController().signal);
  return {
    world: loaded,
    clock,
    transport,
    get,
    async pairs(endpoint) {
      const { body } = await get(`${endpoint}/${loaded.tokens[0]?.mint ?? ''}`);
      const json = JSON.parse(body) as unknown;
      return (Array.isArray(json) ? json : ((json as { pairs: unknown }).pairs ?? [])) as never;
    },
  };
}
const FULL = '/token-pairs/v1/solana';
const BATCH = '/tokens/v1/solana';

it.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['0s', 0],
  ['1.5h', 5_400_000],
  ['-3d', -259_200_000],
  ['500ms', 500],
  ['5', undefined],
  ['', undefined],
  ['1h 30m', undefined],
  ['h', undefined],
  ['1x', undefined],
])('the duration %j is %s ms', (text, ms) => {
  expect(spanMs(text)).toBe(ms);
  if (ms !== undefined && ms % 1_000 === 0) expect(spanMs(spanText(ms).replaceAll(' ', ''))).toBe(ms);
});

describe('the pools of a world', () => {
  it('hold from mark to mark, and move evenly where a ramp says so', async () => {
    const { clock, pairs } = play({
      tokens: [
        one(
          [{ dex: 'orca', liquidityUsd: 1_000, txns5m: 10 }],
          [
            { at: '2h', pools: [{ dex: 'orca', liquidityUsd: 2_000, txns5m: 20 }] },
            { at: '4h', ramp: true, pools: [{ dex: 'orca', liquidityUsd: 4_000, txns5m: 40 }] },
          ],
        ),
      ],
    });
    const seen: unknown[] = [];
    for (let half = 0; half < 9; half++) {
      const [pair] = await pairs(FULL);
      const m5 = (pair?.['txns'] as { m5: { buys: number; sells: number } } | undefined)?.m5;
      seen.push([pair?.['liquidity']?.['usd'], (m5?.buys ?? 0) + (m5?.sells ?? 0)]);
      await clock.advance(HOUR / 2);
    }
    expect(seen).toEqual([
      [1_000, 10],
      [1_000, 10],
      [1_000, 10],
      [1_000, 10],
      [2_000, 20],
      [2_500, 26],
      [3_000, 30],
      [3_500, 36],
      [4_000, 40],
    ]);
  });

  it('have sane values for what is left out', async () => {
    const { pairs, clock } = play({
      tokens: [
        one([{ dex: 'pumpswap' }, { dex: 'pumpfun' }, { dex: 'orca', txns5m: 6, liquidityUsd: null }]),
      ],
    });
    const all = await pairs(FULL);
    const [swap, curve, orca] = ['pumpswap', 'pumpfun', 'orca'].map((dex) =>
      all.find((pair) => (pair as Record<string, unknown>)['dexId'] === dex),
    );
    expect(swap).toMatchObject({
      chainId: 'solana',
      dexId: 'pumpswap',
      quoteToken: { address: 'So11111111111111111111111111111111111111112', symbol: 'SOL' },
      priceUsd: '0.001000',
      txns: { m5: { buys: 1, sells: 0 }, h1: { buys: 12, sells: 0 }, h24: { buys: 288, sells: 0 } },
      volume: { m5: 40, h1: 480 },
      liquidity: { usd: 10_000, base: 5_000_000 },
      pairCreatedAt: clock.now(),
    });
    expect(orca?.['liquidity']).toBeUndefined();
    expect(curve?.['liquidity']).toBeUndefined();
  });

  it('come in the order of what is in them, the first alone in a batch; raw fields win', async () => {
    const { pairs } = play({
      tokens: [
        one([
          { dex: 'orca', liquidityUsd: 500 },
          {
            dex: 'raydium',
            liquidityUsd: 90_000,
            quote: { symbol: 'SOL' },
            raw: { priceUsd: null, fdv: -1 },
          },
          { dex: 'meteora', liquidityUsd: 800, base: { symbol: 'OTHER' } },
        ]),
      ],
    });
    const all = await pairs(FULL);
    expect(all.map((pair) => pair['dexId'])).toEqual(['raydium', 'meteora', 'orca']);
    expect(all[0]).toMatchObject({ priceUsd: null, fdv: -1, quoteToken: { symbol: 'SOL' } });
    expect(all[0]?.['quoteToken']?.['address']).not.toBe('So11111111111111111111111111111111111111112');
    expect(all[1]).toMatchObject({ baseToken: { symbol: 'OTHER' }, quoteToken: { symbol: 'ONE' } });
    expect(await pairs(BATCH)).toEqual(all.slice(0, 1));
  });

  it('belong to as many tokens as are counted, each with its own mint, told by the feed from its time on', async () => {
    const { world, get, clock } = play({
      tokens: [{ symbol: 'T', count: 3, discovered: { feed: 'profiles', at: '1h' }, life: [] }],
    });
    expect(world.tokens.map(({ id }) => id)).toEqual(['T-1', 'T-2', 'T-3']);
    expect(new Set(world.tokens.map(({ mint }) => mint)).size).toBe(3);
    expect((await get('/token-profiles/latest/v1')).body).toBe('[]');
    await clock.advance(HOUR);
    const listed = JSON.parse((await get('/token-profiles/latest/v1')).body) as { tokenAddress: string }[];
    expect(listed.map(({ tokenAddress }) => tokenAddress)).toEqual(world.tokens.map(({ mint }) => mint));
    expect((await get('/token-boosts/latest/v1')).body).toBe('[]');
  });
});

describe('the faults of a world', () => {
  const POOLS = [
    { dex: 'pumpswap', liquidityUsd: 9_000 },
    { dex: 'orca', liquidityUsd: 800 },
  ];
  const during = (fault: Record<string, unknown>) =>
    play({
      tokens: [
        one(POOLS, [{ at: '1h', pools: [{ dex: 'orca', liquidityUsd: 1 }] }]),
        { ...one(POOLS), id: 'TWO', symbol: 'TWO' },
      ],
      faults: [{ from: '30m', to: '2h', ...fault }],
    });

  it.each<[string, Record<string, unknown>, (played: Played) => Promise<unknown>, unknown]>([
    ['empty', { kind: 'empty' }, ({ pairs }) => pairs(FULL), []],
    [
      'empty for another token',
      { kind: 'empty', tokens: ['TWO'] },
      async ({ pairs }) => (await pairs(FULL)).length,
      2,
    ],
    [
      'empty in a batch only',
      { kind: 'empty', endpoint: 'batch' },
      async ({ pairs }) => [(await pairs(FULL)).length, (await pairs(BATCH)).length],
      [2, 0],
    ],
    [
      'missing pools',
      { kind: 'missing-pools' },
      async ({ pairs }) => [(await pairs(FULL)).length, (await pairs(BATCH)).length],
      [1, 0],
    ],
    ['wrong types', { kind: 'wrong-types' }, async ({ pairs }) => (await pairs(FULL))[0]?.['txns'], 'many'],
    [
      '429',
      { kind: '429', retryAfter: 7 },
      async ({ get }) => {
        const { status, retryAfter } = await get('/x');
        return [status, retryAfter];
      },
      [429, '7'],
    ],
    ['server error', { kind: 'server-error' }, async ({ get }) => (await get('/x')).status, 503],
    ['not found', { kind: 'not-found' }, async ({ get }) => (await get('/x')).status, 404],
    [
      'a page instead',
      { kind: 'html' },
      async ({ get }) => {
        const { status, contentType } = await get('/x');
        return [status, contentType];
      },
      [403, 'text/html; charset=UTF-8'],
    ],
    [
      'half a body',
      { kind: 'truncated' },
      ({ pairs }) => pairs(FULL).catch((error: unknown) => (error as Error).name),
      'SyntaxError',
    ],
    [
      'down',
      { kind: 'down' },
      ({ get }) => get('/x').catch((error: unknown) => (error as Error).message),
      'connect ECONNREFUSED',
    ],
    [
      'each second request',
      { kind: 'server-error', every: 2 },
      async ({ get }) => [(await get('/x')).status, (await get('/x')).status, (await get('/x')).status],
      [404, 503, 404],
    ],
  ])('%s', async (_, fault, look, expected) => {
    const played = during(fault);
    await played.clock.advance(HOUR / 2 - 1);
    expect((await played.pairs(FULL)).length, 'before').toBe(2);
    await played.clock.advance(1);
    expect(await look(played)).toEqual(expected);
    await played.clock.advance(1.5 * HOUR);
    expect((await played.pairs(FULL)).length, 'after').toBe(1);
  });

  it('stale: answers are those of its beginning', async () => {
    const { clock, pairs } = during({ kind: 'stale' });
    await clock.advance(1.5 * HOUR);
    expect(await pairs(FULL)).toHaveLength(2);
  });

  it('slow: an answer takes its time, unless it is given up', async () => {
    const { clock, transport } = during({ kind: 'slow', delay: '20s' });
    await clock.advance(HOUR);
    const giveUp = new AbortController();
    let settled = '';
    void transport.get('/a', new AbortController().signal).then(() => (settled += 'a'));
    void transport.get('/b', giveUp.signal).catch(() => (settled += 'b'));
    await clock.advance(19_999);
    expect(settled).toBe('');
    giveUp.abort();
    await clock.advance(0);
    expect(settled).toBe('b');
    await clock.advance(1);
    expect(settled).toBe('ba');
  });
});

describe('faults in the file', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'marks out of order',
      { tokens: [one([], [{ at: '0s', pools: [] }])] },
      'tokens[0].life[1].at: must be later',
    ],
    ['two of a name', { tokens: [one([]), one([])] }, 'tokens: two tokens are called ONE'],
    [
      'a fault of a stranger',
      { tokens: [one([])], faults: [{ from: '0s', to: '1s', kind: 'down', tokens: ['X'] }] },
      'faults[0].tokens[0]: there is no token X',
    ],
    [
      'a fault that ends before it begins',
      { tokens: [one([])], faults: [{ from: '2s', to: '1s', kind: 'down' }] },
      'faults[0].to: must be later',
    ],
    [
      'a kind that is not known',
      { tokens: [one([])], faults: [{ from: '0s', to: '1s', kind: 'gone' }] },
      'faults[0].kind: ',
    ],
    ['no mint', { tokens: [{ symbol: 'A', mint: 'xyz' }] }, 'tokens[0].mint: is not an address'],
    ['no tokens', { tokens: [] }, 'tokens: '],
    [
      'a discovery that is neither',
      { tokens: [{ symbol: 'A', discovered: { feed: 'mail' } }] },
      'tokens[0].discovered.feed: ',
    ],
  ])('%s', (_, world, expected) => {
    let faults: readonly { path: string; message: string }[] = [];
    try {
      load(world);
    } catch (error) {
      faults = (error as { faults: typeof faults }).faults;
    }
    expect(faults.map(({ path, message }) => `${path}: ${message}`).join('\n')).toContain(expected);
  });
});
