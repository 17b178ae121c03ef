import { afterEach, describe, expect, it } from 'vitest';
import { createHttpTransport, type DexTransport } from '../../hosts/dexscreener/index.ts';
import { FakeClock, describeError, systemClock } from '../../kernel/index.ts';
import { useLoopbackNames } from '../testing/loopback-names.ts';
import { inProcessTransport } from '../in-process-transport.ts';
import type { MarketFault } from './fault.ts';
import { faultyTransport } from './faulty-transport.ts';
import { serveFaults } from './serve-faults.ts';

const HOST = 'market.test';
const body = JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ baseToken: { address: `M${n}` } })));
const market = {
  name: 'in this process',
  respond: () => ({ status: 200, contentType: 'application/json; charset=utf-8', body }),
};

/** One way to a market that can be spoilt. */
interface Carrier {
  readonly transport: DexTransport;
  set(fault: MarketFault | null): Promise<void>;
  /** Lets time pass, or waits for as long. */
  pass(ms: number): Promise<void>;
  arrived(): number;
  close(): Promise<void>;
}

const carriers: Carrier[] = [];
afterEach(async () => {
  for (const carrier of carriers.splice(0)) await carrier.close();
});

function inProcess(): Promise<Carrier> {
  const clock = new FakeClock();
  const transport = faultyTransport({ inner: inProcessTransport(market), clock });
  return Promise.resolve({
    transport,
    async set(fault) {
      transport.set(fault);
    },
    pass: (ms) => clock.advance(ms),
    arrived: () => transport.source.arrivals.times().length,
    close: () => transport.close(),
  });
}

async function overHttp(): Promise<Carrier> {
  const server = await serveFaults(market, { clock: systemClock });
  const restore = useLoopbackNames((name) => name === HOST && server.source.fault?.kind !== 'unresolved');
  const transport = createHttpTransport({
    url: `http://${HOST}:${server.port}`,
    maxBodyBytes: 1_000_000,
    userAgent: 'moonwarden/test',
  });
  return {
    transport,
    set: (fault) => server.set(fault),
    pass: (ms) => systemClock.sleep(ms),
    arrived: () => server.source.arrivals.times().length,
    async close() {
      restore();
      await transport.close();
      await server.close();
    },
  };
}

describe.each([
  ['in this process', inProcess],
  ['over HTTP', overHttp],
])('faults %s', (_, open) => {
  const start = async (): Promise<Carrier> => {
    const carrier = await open();
    carriers.push(carrier);
    return carrier;
  };
  const get = async ({ transport }: Carrier, signal = new AbortController().signal): Promise<string> => {
    try {
      const answer = await transport.get('/tokens/v1/solana/A', signal);
      const whole = answer.body === body ? 'whole' : `${answer.body.length} characters`;
      return `${answer.status} ${answer.contentType.split(';')[0]} ${answer.retryAfter ?? ''} ${whole}`;
    } catch (error) {
      const { code } = error as { code?: unknown };
      return typeof code === 'string' ? code : describeError(error);
    }
  };

  it.each<[MarketFault, RegExp]>([
    [{ kind: 'throttled', retryAfterS: 7 }, /^429 text\/plain 7 /],
    [{ kind: 'throttled' }, /^429 text\/plain {2}/],
    [{ kind: 'limited', perMinute: 0 }, /^429 /],
    [{ kind: 'server-error' }, /^503 text\/plain/],
    [{ kind: 'down' }, /^ECONNREFUSED$/],
    [{ kind: 'malformed' }, /^200 application\/json {2}(?!whole)/],
    [{ kind: 'challenge', status: 200 }, /^200 text\/html/],
    [{ kind: 'challenge', status: 403 }, /^403 text\/html/],
    // Whether the reset or the end of what came before it is seen first is up to the machine.
    [{ kind: 'reset-in-body' }, /^(?:ECONNRESET|UND_ERR_SOCKET)$/],
    [{ kind: 'unresolved' }, /^ENOTFOUND$/],
  ])('%o shows as %s, and is over when it ends', async (fault, shown) => {
    const carrier = await start();
    expect(await get(carrier)).toBe('200 application/json  whole');
    await carrier.set(fault);
    // The first of them is in the half that is well.
    if (fault.kind === 'malformed') await get(carrier);
    expect(await get(carrier)).toMatch(shown);
    await carrier.set(null);
    expect(await get(carrier)).toBe('200 application/json  whole');
  });

  it('late answers come late', async () => {
    const carrier = await start();
    await carrier.set({ kind: 'slow', delayMs: 200 });
    let told = '';
    const answer = get(carrier).then((text) => (told = text));
    await carrier.pass(100);
    expect(told).toBe('');
    await carrier.pass(110);
    expect(await answer).toBe('200 application/json  whole');
    expect(carrier.arrived()).toBe(1);
  });

  it('while the network is gone nothing comes back, and when it returns the old connections are dead', async () => {
    const carrier = await start();
    await carrier.set({ kind: 'gone' });
    let told = '';
    const first = get(carrier).then((text) => (told = text));
    const givenUp = new AbortController();
    const second = get(carrier, givenUp.signal);
    await carrier.pass(100);
    givenUp.abort();
    expect(await second).toMatch(/abort/i);
    expect(told).toBe('');
    await carrier.set(null);
    expect(await first).toMatch(/^(?:UND_ERR_SOCKET|ECONNRESET)$/);
    expect(await get(carrier)).toBe('200 application/json  whole');
  });
});
