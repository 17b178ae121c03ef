import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createRandom, silentLogger, systemClock } from '../../src/kernel/index.ts';
import { journalPage, overview, tokenDetail, type Overview } from '../../src/contract/index.ts';
import { createPumpPortalFeed, createWsTransport } from '../../src/hosts/pumpportal/index.ts';
import { FEED_PATH, createPushServer, serveMarket, type PushServer } from '../../src/simulator/index.ts';
import { cleanUp, closedPort, startService, tempFolder, until, type RunningService } from './service.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const MIGRATED = 'FixtureLaunchazzzzzzzzzzzzzzzzzzzzzzzzzpump';
const CREATED = 'FixtureLaunchbzzzzzzzzzzzzzzzzzzzzzzzzzzzzz';
const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

describe('the feed over real sockets', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap/.test(name)).length;

  async function serve(
    port = 0,
  ): Promise<{ readonly push: PushServer; readonly url: string; close(): Promise<void> }> {
    const push = createPushServer({ play: () => () => undefined });
    const market = { respond: () => ({ status: 404, contentType: '', body: '' }) };
    const served = await serveMarket(market, { push, port });
    ends.push(() => served.close());
    return { push, url: served.url.replace(/^http/, 'ws') + FEED_PATH, close: () => served.close() };
  }

  function listen(url: string, pongTimeoutMs = 20_000, pingIntervalMs = 20_000) {
    const told: string[] = [];
    const feed = createPumpPortalFeed({
      clock: systemClock,
      log: silentLogger,
      random: createRandom(7),
      transport: createWsTransport({ url, userAgent: 'moonwarden/test' }),
      settings: {
        newTokens: false,
        openTimeoutMs: 2_000,
        ackTimeoutMs: 2_000,
        pingIntervalMs,
        pongTimeoutMs,
        firstWaitMs: 20,
        longestWaitMs: 100,
        stableMs: 60_000,
      },
    });
    feed.start({
      onMint: (mint) => told.push(mint),
      onLive: () => told.push('live'),
      onLost: (_, cause) => told.push(`lost: ${cause}`),
    });
    ends.push(() => feed.stop());
    return { feed, told };
  }

  test('comes back after its sockets were killed, and subscribes again', async () => {
    const { push, url } = await serve();
    const { feed, told } = listen(url);
    await until('it is live', () => told.includes('live'));
    push.cutAll();
    await until('it is live again', () => told.filter((one) => one === 'live').length === 2);
    push.say(JSON.stringify({ mint: MIGRATED, txType: 'migrate' }));
    await until('the mint', () => told.includes(MIGRATED));
    expect(told).toEqual(['live', 'lost: the connection broke', 'live', MIGRATED]);
    expect(push.stats).toMatchObject({ open: 1, total: 2 });
    expect(feed.link().reconnects).toBe(1);
  });

  test('comes back after the server was away', async () => {
    const port = await closedPort();
    const { feed, told } = listen(`ws://127.0.0.1:${port}${FEED_PATH}`);
    await until('it was refused', () => feed.link().lastError !== null);
    expect(feed.link().lastError).toContain('ECONNREFUSED');
    const { close } = await serve(port);
    await until('it is live', () => told.includes('live'));
    await close();
    await until('it is lost', () => told.length === 2);
    await serve(port);
    await until('it is live again', () => told.length === 3);
  });

  test('finds a server that has gone silent', async () => {
    const { push, url } = await serve();
    const { told } = listen(url, 200, 100);
    await until('it is live', () => told.includes('live'));
    await until('it was pinged', () => push.stats.received > 2);
    expect(told).toEqual(['live']);
    push.faults.isSilent = true;
    await until('it is lost', () => told.length > 1);
    expect(told[1]).toBe('lost: no answer to a ping within 0.2 s');
  });

  test('the stop leaves nothing open, also of a server that is silent', async () => {
    await until('those of the test before are gone', () => sockets() === 0);
    const { push, url, close } = await serve();
    const { feed, told } = listen(url);
    await until('it is live', () => told.includes('live'));
    expect(sockets()).toBeGreaterThan(0);
    push.faults.isSilent = true;
    await feed.stop();
    await until('the server knows', () => push.stats.open === 0);
    await close();
    await until('no socket is left', () => sockets() === 0);
  });

  test('the stop while it connects leaves nothing open', async () => {
    await until('those of the test before are gone', () => sockets() === 0);
    const { url, close, push } = await serve();
    const { feed, told } = listen(url);
    await feed.stop();
    await close();
    await until('no socket is left', () => sockets() === 0);
    expect([told, push.stats.open]).toEqual([[], 0]);
  });
});

describe('the service', () => {
  afterAll(cleanUp);
  const feedOf = async (service: RunningService): Promise<Overview['feeds'][number] | undefined> =>
    (await service.get('/api/overview', overview)).feeds.find(({ name }) => name === 'pumpportal');
  const finderOf = async (service: RunningService, mint: string): Promise<string | undefined> => {
    const { status, body } = await service.ask(`/api/tokens/${mint}`);
    return status === 200 ? tokenDetail.parse(body).discoveredBy : undefined;
  };

  test('learns of recorded tokens from the stream; after a kill -9 the time since the last of them is a gap', async () => {
    const folder = tempFolder();
    const options = {
      folder,
      args: ['--market', `recorded:${FIXTURES}`],
      env: { MOONWARDEN_PUMPPORTAL_NEW_TOKENS: 'true' },
    };
    const service = await startService(options);
    await until('all frames came', async () => ((await feedOf(service))?.duplicates ?? 0) === 3, 30_000);
    expect(await finderOf(service, MIGRATED)).toBe('pumpportal');
    expect(await finderOf(service, CREATED)).toBe('pumpportal');
    expect(await finderOf(service, USDC)).toBeUndefined();
    expect(await feedOf(service)).toMatchObject({
      found: 5,
      rejected: 1,
      push: {
        state: 'live',
        reconnects: 0,
        gap: null,
        ignored: [{ reason: 'a stablecoin is a quote, not a token to score', count: 1 }],
      },
    });
    const isSecondOld = async (): Promise<boolean> =>
      systemClock.now() - ((await feedOf(service))?.lastAt ?? Infinity) > 1_000;
    await until('the last of them is a second old', isSecondOld);
    await service.stop('SIGKILL');

    const again = await startService(options);
    const gaps = (): Promise<readonly { reason: string }[]> =>
      again.get('/api/journal?type=feed.gap_closed', journalPage).then(({ items }) => items);
    await until('the gap is closed', async () => (await gaps()).length === 1);
    expect((await gaps())[0]?.reason).toMatch(
      /^pumpportal may have missed tokens for \d+ s; profiles and boosts looked into it and brought \d+\.$/,
    );
    const { code } = await again.stop();
    expect(code).toBe(0);
  });

  test('without a network says so once and stays calm', async () => {
    const service = await startService({
      args: [],
      env: { MOONWARDEN_PUMPPORTAL_FIRST_WAIT: '100ms', MOONWARDEN_PUMPPORTAL_LONGEST_WAIT: '1s' },
    });
    await until('some tries', async () => ((await feedOf(service))?.push?.reconnects ?? 0) >= 5);
    const lines = service.lines().filter(({ module }) => module === 'pumpportal');
    expect(lines.map(({ level, cause }) => [level, cause])).toEqual([
      ['WARNING', expect.stringContaining('ECONNREFUSED')],
    ]);
    expect((await feedOf(service))?.push?.gap).toMatchObject({ to: null });
    const { code } = await service.stop();
    expect(code).toBe(0);
  });
});
