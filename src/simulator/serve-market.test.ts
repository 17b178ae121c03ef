import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { serveMarket, type MarketServer, type ServeMarketOptions } from './serve-market.ts';

const market = {
  respond: (path: string) => ({
    status: path === '/missing' ? 404 : 200,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ path, symbol: '🦅' }),
  }),
};
let server: MarketServer | undefined;
const start = async (options?: ServeMarketOptions): Promise<MarketServer> =>
  (server = await serveMarket(market, options));
afterEach(() => server?.close());

describe('a market that listens', () => {
  it('answers as the market does', async () => {
    const { url, stats } = await start();
    const response = await fetch(`${url}/tokens/v1/solana/A,B?x=1`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ path: '/tokens/v1/solana/A,B?x=1', symbol: '🦅' });
    expect((await fetch(`${url}/missing`)).status).toBe(404);
    expect(stats).toEqual({ requests: 2, intercepted: 0, byStatus: { 200: 1, 404: 1 } });
  });

  it.each(['HEAD', 'POST', 'DELETE'])('refuses %s', async (method) => {
    const { url } = await start();
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('closes connections that are kept alive, and frees the port', async () => {
    const { url, close } = await start();
    await (await fetch(url)).text();
    await close();
    await close();
    await expect(fetch(url)).rejects.toThrow(Error);
    const again = await serveMarket(market, { port: Number(new URL(url).port) });
    expect(again.url).toBe(url);
    await again.close();
  });

  it('closes although a client is in the middle of its request', async () => {
    const { url, close } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined).write('GET /slow HTTP/1.1\r\n');
    // The server has read the half request before it answers this whole one.
    await (await fetch(url)).text();
    const gone = once(socket, 'close');
    await close();
    await gone;
  });

  it('says that the port is taken', async () => {
    const { url } = await start();
    await expect(serveMarket(market, { port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    });
  });

  it('serves what goes wrong: another body, 429 with Retry-After, much of it', async () => {
    const { url, stats } = await start({
      intercept: (path) =>
        ({
          '/html': { contentType: 'text/html', body: '<html>Just a moment...' },
          '/busy': { status: 429, retryAfter: '3' },
          '/large': { body: 'x'.repeat(10_000_000) },
        })[path],
    });
    expect(await (await fetch(`${url}/html`)).text()).toBe('<html>Just a moment...');
    const busy = await fetch(`${url}/busy`);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await (await fetch(`${url}/large`)).text()).toHaveLength(10_000_000);
    expect((await fetch(`${url}/well`)).status).toBe(200);
    expect(stats.intercepted).toBe(3);
  });

  it('cuts a body in half', async () => {
    const { url } = await start({ intercept: () => ({ truncate: true, body: 'x'.repeat(1_000) }) });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBe('1000');
    await expect(response.text()).rejects.toThrow(Error);
  });

  it('resets a connection', async () => {
    const { url } = await start({ intercept: () => ({ reset: true }) });
    const code = await new Promise<unknown>((resolve) => {
      request(url)
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .on('response', () => resolve('answered'))
        .end();
    });
    expect(code).toBe('ECONNRESET');
  });

  it('delays by its clock, and drops who still waits when it closes', async () => {
    const clock = new FakeClock();
    const { url, close, stats } = await start({ clock, intercept: () => ({ delayMs: 5_000 }) });
    let answered = false;
    const first = fetch(url).then(() => (answered = true));
    while (clock.pending === 0) await clock.settle();
    await clock.advance(4_999);
    expect(answered).toBe(false);
    await clock.advance(1);
    await first;
    const second = fetch(url);
    while (stats.requests < 2) await clock.settle();
    await Promise.all([expect(second).rejects.toThrow(Error), close()]);
  });
});
