import type { DexTransport } from '../hosts/dexscreener/index.ts';
import { AbortedError, abortable } from '../kernel/index.ts';
import type { Market } from './market.ts';

/**
 * Reaches a market in this process. Settles in microtasks only, so that virtual time runs the same way each time.
 * `get` rejects with AbortedError when the signal aborts, and with an Error after `close`.
 */
export function inProcessTransport(market: Pick<Market, 'name' | 'respond'>): DexTransport {
  let closed = false;
  return {
    origin: market.name,
    get(path, signal) {
      const answer = Promise.resolve().then(() => {
        if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
        if (closed) throw new Error(`The connection to the market (${market.name}) is closed`);
        return market.respond(path);
      });
      return abortable(answer, signal, `GET ${path}`);
    },
    reset: () => Promise.resolve(),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
