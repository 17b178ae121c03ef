import type { Clock } from '../../kernel/index.ts';
import type { Market } from '../market.ts';
import { serveMarket, type Interception, type MarketServer } from '../serve-market.ts';
import { cutsBy, type MarketFault } from './fault.ts';
import { FaultySource, type Grants } from './faulty-source.ts';

/** A market that listens and can be spoilt. */
export interface FaultServer {
  readonly port: number;
  readonly source: FaultySource;
  /** Begins a fault, or with null ends it; resolves when it is so. Not to be called again before that. */
  set(fault: MarketFault | null): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link serveFaults}. */
export interface ServeFaultsOptions {
  /** Left and taken again in an outage, so that one is safer that the system hands to nobody. Default 0: a free one. */
  readonly port?: number;
  /** Measures arrivals and delays. */
  readonly clock: Clock;
  readonly grants?: Grants;
}

/**
 * Serves a market on loopback with faults that can be switched, and counts what arrives. What a fault does to names and to
 * connections that are yet to be made is the client's side: of `unresolved` and `gone` this server only cuts, and hangs.
 * @throws MoonwardenError PORT_TAKEN.
 */
export async function serveFaults(
  market: Pick<Market, 'respond'>,
  { port: wanted = 0, clock, grants }: ServeFaultsOptions,
): Promise<FaultServer> {
  const source = new FaultySource(grants);
  const intercept = (path: string): Interception | undefined => {
    const spoiling = source.receive(path, clock.monotonic());
    if (spoiling === undefined) return undefined;
    const { delayMs, breakOff, answer } = spoiling;
    return {
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(breakOff ? { truncate: true, reset: true } : {}),
      ...answer?.(market.respond(path)),
    };
  };
  const listen = (at: number): Promise<MarketServer> => serveMarket(market, { port: at, clock, intercept });
  let server: MarketServer | null = await listen(wanted);
  const port = Number(new URL(server.url).port);

  return {
    port,
    source,
    async set(fault) {
      const cut = cutsBy(source.fault, fault);
      source.set(fault);
      if (cut) {
        await server?.close();
        server = null;
      }
      if (fault?.kind !== 'down') server ??= await listen(port);
    },
    close: async () => server?.close(),
  };
}
