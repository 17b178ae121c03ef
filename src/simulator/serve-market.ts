import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DexAnswer } from '../hosts/dexscreener/index.ts';
import { MoonwardenError, systemClock, type Clock } from '../kernel/index.ts';
import type { Market } from './market.ts';
import type { PushServer } from './pumpportal/push-server.ts';
import { serveFeed } from './pumpportal/serve-feed.ts';

/** What goes wrong with one answer. What is not named stays as the market answers. */
export interface Interception extends Partial<DexAnswer> {
  /** Waits so long on the server's clock before it answers. */
  readonly delayMs?: number;
  /** Resets the connection instead of answering. */
  readonly reset?: boolean;
  /** Announces the whole body, sends half of it and closes the connection; with `reset` it resets it. */
  readonly truncate?: boolean;
}

/** Options of {@link serveMarket}. */
export interface ServeMarketOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, which takes a free one. */
  readonly port?: number;
  /** Measures `delayMs`; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'sleep'>;
  /** Called for each GET; what it gives goes wrong with that answer. */
  readonly intercept?: (path: string) => Interception | undefined;
  /** Tells of tokens over WebSockets, at the path where PumpPortal does. */
  readonly push?: PushServer | undefined;
}

/** Counts since the start. */
export interface MarketServerStats {
  readonly requests: number;
  readonly intercepted: number;
  /** Answers by HTTP status. */
  readonly byStatus: Readonly<Record<number, number>>;
}

/** A market that listens. */
export interface MarketServer {
  /** Origin without a slash at the end, as in `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly stats: MarketServerStats;
  /** Closes every connection, also those kept alive, and resolves when the port is free. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves a market over HTTP as DexScreener does, and its launches as PumpPortal does.
 * @throws MoonwardenError PORT_TAKEN when the port is in use; else whatever listening fails with.
 */
export async function serveMarket(
  market: Pick<Market, 'respond'>,
  { host = '127.0.0.1', port = 0, clock = systemClock, intercept, push }: ServeMarketOptions = {},
): Promise<MarketServer> {
  const stats = { requests: 0, intercepted: 0, byStatus: {} as Record<number, number> };
  const stopping = new AbortController();
  // Each answer that waits listens for the end.
  setMaxListeners(0, stopping.signal);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    stats.requests += 1;
    const path = request.url ?? '/';
    if (request.method !== 'GET') {
      send(response, { status: 405, contentType: 'text/plain; charset=utf-8', body: '' }, { allow: 'GET' });
      return;
    }
    const fault = intercept?.(path);
    if (fault !== undefined) stats.intercepted += 1;
    if (fault?.delayMs !== undefined) await clock.sleep(fault.delayMs, stopping.signal);
    if (fault?.truncate) {
      await sendHalf(response, { ...market.respond(path), ...fault });
      // A socket that still writes would be closed, not reset.
      if (fault.reset) await clock.sleep(1, stopping.signal);
    }
    if (fault?.reset) request.socket.resetAndDestroy();
    else if (fault?.truncate) request.socket.destroy();
    else send(response, { ...market.respond(path), ...fault });
  };
  const server = createServer((request, response) => {
    response.once('finish', () => {
      stats.byStatus[response.statusCode] = (stats.byStatus[response.statusCode] ?? 0) + 1;
    });
    // A request that waits when the server closes fails with its connection.
    answer(request, response).catch(() => request.socket.destroy());
  });
  const endFeed = push && serveFeed(server, push);

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new MoonwardenError('PORT_TAKEN', `Port ${port} of ${host} is in use.`) : error);
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: ownPort } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${ownPort}`,
    stats,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        stopping.abort(new Error('the market closes'));
        server.closeAllConnections();
        endFeed?.();
      });
      return closing;
    },
  };
}

function headersOf({ contentType, retryAfter, body }: DexAnswer): Record<string, string | number> {
  return {
    ...(contentType === '' ? {} : { 'content-type': contentType }),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    'content-length': Buffer.byteLength(body),
  };
}

function send(response: ServerResponse, answer: DexAnswer, more: Record<string, string> = {}): void {
  response.writeHead(answer.status, { ...headersOf(answer), ...more });
  response.end(answer.body);
}

function sendHalf(response: ServerResponse, answer: DexAnswer): Promise<void> {
  response.writeHead(answer.status, headersOf(answer));
  const bytes = Buffer.from(answer.body);
  return new Promise((resolve) => {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
      resolve();
    });
  });
}
