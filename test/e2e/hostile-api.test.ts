import { afterAll, expect, test } from 'vitest';
import { overview, paths, tokenDetail, tokenPage, type Overview } from '../../src/contract/index.ts';
import { systemClock } from '../../src/kernel/index.ts';
import {
  createSimulatedMarket,
  serveMarket,
  type Interception,
  type MarketServer,
} from '../../src/simulator/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { cleanUp, cli, closedPort, startService, until, type RunningService } from './service.ts';

const markets: MarketServer[] = [];
const open = async (
  port = 0,
  intercept: (path: string) => Interception | undefined = () => undefined,
): Promise<MarketServer> => {
  const simulated = createSimulatedMarket({ seed: 7, tokens: 30, clock: systemClock });
  const served = await serveMarket(simulated, { port, intercept });
  markets.push(served);
  return served;
};
// After all, because some run side by side.
afterAll(async () => {
  await cleanUp();
  for (const served of markets) await served.close();
});

const quick = {
  MOONWARDEN_DEXSCREENER_TIMEOUT: '1500ms',
  MOONWARDEN_DEXSCREENER_RETRY_DELAY: '20ms',
  MOONWARDEN_TOKENS_FEED_INTERVAL: '5s',
  MOONWARDEN_TOKENS_HOT_INTERVAL: '1s',
  MOONWARDEN_TOKENS_COLD_INTERVAL: '1s',
  MOONWARDEN_TOKENS_CHECK_INTERVAL: '2s',
};
const startOn = (url: string, folder?: string): Promise<RunningService> =>
  startService({
    args: ['--market', 'live'],
    env: { ...quick, MOONWARDEN_DEXSCREENER_URL: url },
    ...(folder === undefined ? {} : { folder }),
  });
const marketOf = async (service: RunningService): Promise<Overview['market']> =>
  (await service.get(paths.overview, overview)).market;

/** Nothing escaped, nothing was shown of the inside, and everything still answers. */
async function expectSteady(service: RunningService): Promise<void> {
  for (const path of [paths.live, paths.ready, paths.overview, paths.tokens])
    expect((await service.ask(path)).status, path).toBe(200);
  const critical = service
    .lines()
    .filter(({ level, msg }) => level === 'CRITICAL' && !msg.includes('has not answered'));
  expect(critical).toEqual([]);
  expect(service.lines().filter((line) => line['stack'] !== undefined)).toEqual([]);
  expect(service.stderr()).not.toMatch(/^\s+at |UnhandledPromise/m);
}

const html = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Ray ID</body></html>';
const FAULTS: [string, Interception, RegExp][] = [
  [
    'a Cloudflare page',
    { status: 403, contentType: 'text/html', body: html },
    /answered 403 \(a Cloudflare challenge page\)/,
  ],
  ['a page that says 200', { status: 200, contentType: 'text/html', body: html }, /instead of JSON/],
  ['a body of 10 MB', { body: `["${'x'.repeat(10_000_000)}"]` }, /over 4000000 bytes/],
  ['a body that breaks off', { truncate: true }, /closed|terminated|aborted|ended/i],
  ['JSON that breaks off', { body: '[{"chainId": "sol' }, /broken JSON/],
  ['nothing', { body: '' }, /broken JSON/],
  ['another shape', { body: '{"pairs": 5}' }, /neither a list|not a list/],
  [
    'prototype keys',
    { body: '{"__proto__": {"pairs": []}, "constructor": {"prototype": {"pairs": 1}}}' },
    /neither a list|not a list/,
  ],
  ['too many requests', { status: 429, retryAfter: '1', body: '{}' }, /fewer requests \(429\)/],
  ['an error of its own', { status: 500, body: '{}' }, /answered 500/],
  ['a reset connection', { reset: true }, /ECONNRESET|closed/],
  ['no answer at all', { delayMs: 60_000 }, /took longer than \d+ ms/],
];

// Three services side by side, because each fault costs the pause that it deserves.
test.concurrent.each([0, 1, 2])(
  'an API that misbehaves stops nothing, is named, and is used again (%i)',
  async (part) => {
    let fault: Interception | undefined;
    const bad = await open(0, () => fault);
    const service = await startOn(bad.url);
    await until(
      'the first tokens',
      async () => (await service.get(paths.overview, overview)).counts.total > 0,
    );
    for (const [name, what, text] of FAULTS.filter((_, n) => n % 3 === part)) {
      fault = what;
      const sinceMs = systemClock.now();
      let seen: Overview['market'] | undefined;
      await until(`${name}: the error`, async () => {
        seen = await marketOf(service);
        return (seen.lastErrorAt ?? 0) >= sinceMs && text.test(seen.lastError ?? '');
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}: ${JSON.stringify(seen)}`);
      });
      await expectSteady(service);
      fault = undefined;
      await until(`${name}: good again`, async () => {
        const { reachable, lastError } = await marketOf(service);
        return reachable === true && lastError === null;
      });
    }
    await expectSteady(service);
    expect(await service.stop()).toMatchObject({ code: 0 });
  },
);

test('what strangers write into an answer is shown, stored and read again, and never obeyed', async () => {
  const mint = mintOf(1);
  const pair = {
    chainId: 'solana',
    dexId: 'raydium',
    pairAddress: mintOf(2),
    baseToken: { address: mint, name: '__proto__', symbol: '\u001b[31mRED\u202e\u0007\0x' },
    quoteToken: { address: 'So11111111111111111111111111111111111111112', symbol: 'SOL' },
    priceUsd: '1e-30',
    txns: { m5: { buys: 1e17, sells: 2 ** 60 }, h1: { buys: 1e300, sells: 0 } },
    volume: { m5: 1e300, h1: 1e305, h24: 1e308 },
    liquidity: { usd: 1e16, base: 1e16, quote: 1e16 },
    pairCreatedAt: 1e16,
    constructor: { name: 'x' },
  };
  const body = JSON.stringify([pair, { ...pair, chainId: 5 }, null, 'x', { __proto__: null }, []])
    .replace('"dexId"', '"__proto__":{"polluted":true},"dexId"')
    .replace(/\]$/, `,${'['.repeat(50_000)}${']'.repeat(50_000)}]`);
  const market = await open(0, (path) =>
    path.includes(mint) ? { status: 200, contentType: 'application/json', body } : undefined,
  );
  const service = await startOn(market.url);
  await service.ask(paths.tokens, { mints: [mint] });
  const detail = (from: RunningService) => from.get(`${paths.tokens}/${mint}`, tokenDetail);
  await until('a full read', async () => (await detail(service)).checkedAt !== null);
  expect((await detail(service)).name).toBe('__proto__');
  expect((await service.get(paths.overview, overview)).droppedPairs).not.toEqual([]);
  for (const args of [
    ['tokens', 'list', '--search', mint],
    ['tokens', 'show', mint],
  ]) {
    const { code, stdout } = await cli([...args, '--data', service.folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('RED');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  await expectSteady(service);
  expect(await service.stop()).toMatchObject({ code: 0 });

  const again = await startOn(market.url, service.folder);
  expect(await detail(again)).toMatchObject({ mint, name: '__proto__' });
  const page = await again.get(`${paths.tokens}?q=${mint}`, tokenPage);
  expect(page.items.map((row) => row.mint)).toContain(mint);
  await expectSteady(again);
});

test('without a network it starts, says within seconds what it cannot reach, and goes on by itself', async () => {
  const port = await closedPort();
  const origin = `http://127.0.0.1:${port}`;
  const service = await startOn(origin);
  const told = (): boolean =>
    service.lines().some(({ level, msg }) => level === 'ERROR' && msg.includes(`Cannot reach ${origin}`));
  await until('the line in the log', told, 5_000);
  const { market: source, sentence } = await service.get(paths.overview, overview);
  expect(source).toMatchObject({
    origin,
    reachable: false,
    lastError: expect.stringContaining('ECONNREFUSED') as string,
  });
  expect(sentence).toBeTypeOf('string');
  await until('the condition', async () => {
    const { sentence: now, conditions } = await service.get(paths.overview, overview);
    return (
      conditions.some(({ rule }) => rule === 'source.unreachable') &&
      now.includes(`${origin} has not answered`)
    );
  });
  expect([200, 503]).toContain((await service.ask(paths.health)).status);
  await until('what is off, on the command line', async () => {
    const { stdout } = await cli(['status', '--data', service.folder]);
    return (
      /^ {2}DexScreener is .*ECONNREFUSED/m.test(stdout) &&
      /^ {2}Off meanwhile: score refresh, activation/m.test(stdout)
    );
  });
  await until('the next tries', async () => ((await marketOf(service)).nextTryAt ?? 0) > 0);
  await expectSteady(service);
  expect(service.lines().filter(({ msg }) => msg.includes('Cannot reach'))).toHaveLength(1);

  await open(port);
  await until('the first answer', async () => (await marketOf(service)).reachable === true, 35_000);
  expect(service.lines().some(({ msg }) => msg.includes(`${origin} answers again`))).toBe(true);
  await until('the end of the condition', async () =>
    (await service.get(paths.overview, overview)).conditions.every(
      ({ rule }) => rule !== 'source.unreachable',
    ),
  );
  expect(await service.stop()).toMatchObject({ code: 0 });
});
