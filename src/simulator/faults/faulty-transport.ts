import { setMaxListeners } from 'node:events';
import type { DexAnswer, DexTransport } from '../../hosts/dexscreener/index.ts';
import { AbortedError, abortable, type Clock } from '../../kernel/index.ts';
import { ArrivalLog } from './arrivals.ts';
import { cutsBy, type MarketFault } from './fault.ts';
import { FaultySource, type Grants } from './faulty-source.ts';

/** A transport that can be spoilt. */
export interface FaultyTransport extends DexTransport {
  readonly source: FaultySource;
  /** Requests that were tried, whether or not they arrived. */
  readonly tries: ArrivalLog;
  /** Begins a fault, or with null ends it. */
  set(fault: MarketFault | null): void;
}

/** Options of {@link faultyTransport}. */
export interface FaultyTransportOptions {
  readonly inner: DexTransport;
  readonly clock: Clock;
  readonly grants?: Grants;
  /** Requests that are on their way at once; others wait for one of them to end, as in a pool. Default 8. */
  readonly connections?: number;
}

/** Reaches `inner` over a line and a source that can be spoilt, in this process and on the given clock alone. */
export function faultyTransport(options: FaultyTransportOptions): FaultyTransport {
  const { inner, clock, grants, connections = 8 } = options;
  const source = new FaultySource(grants);
  const tries = new ArrivalLog();
  let line = newLine();
  let isOnOpenConnection = false;
  const toConnect: (() => void)[] = [];
  let underWay = 0;
  const toStart: (() => void)[] = [];

  const overTheLine = async (path: string, signal: AbortSignal): Promise<DexAnswer> => {
    // Some connections are open and die; those that are just being made come through as soon as the network is back.
    isOnOpenConnection = !isOnOpenConnection;
    if (source.fault?.kind === 'gone' && !isOnOpenConnection) await untilCalled(toConnect, signal, path);
    const kind = source.fault?.kind;
    if (kind === 'down') throw failure('connect ECONNREFUSED 127.0.0.1:443', 'ECONNREFUSED', 'connect');
    if (kind === 'unresolved') throw failure('getaddrinfo ENOTFOUND market.test', 'ENOTFOUND', 'getaddrinfo');
    const cut = line.signal;
    const spoiling = source.receive(path, clock.monotonic());
    const whole = async (): Promise<DexAnswer> => {
      if (spoiling?.delayMs !== undefined)
        await clock.sleep(spoiling.delayMs, AbortSignal.any([signal, cut]));
      const honest = await inner.get(path, signal);
      if (spoiling?.breakOff) throw failure('read ECONNRESET', 'ECONNRESET', 'read');
      return spoiling?.answer?.(honest) ?? honest;
    };
    return abortable(whole(), cut, `GET ${path}`).catch((error: unknown) => {
      if (cut.aborted && !signal.aborted) throw failure('other side closed', 'UND_ERR_SOCKET');
      throw error;
    });
  };

  return {
    source,
    tries,
    connections,
    origin: inner.origin,
    set(fault) {
      if (cutsBy(source.fault, fault)) {
        line.abort();
        line = newLine();
      }
      source.set(fault);
      for (const connect of toConnect.splice(0)) connect();
    },
    async get(path, signal) {
      if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
      tries.note(path, clock.monotonic());
      if (underWay >= connections) await untilCalled(toStart, signal, path);
      underWay += 1;
      try {
        return await abortable(overTheLine(path, signal), signal, `GET ${path}`);
      } finally {
        underWay -= 1;
        toStart.shift()?.();
      }
    },
    reset: () => inner.reset(),
    close: () => inner.close(),
  };
}

/** Aborts when open connections are cut; every request on its way listens. */
function newLine(): AbortController {
  const line = new AbortController();
  setMaxListeners(0, line.signal);
  return line;
}

/** Waits in a queue until it is called, and leaves it when the signal aborts. */
async function untilCalled(queue: (() => void)[], signal: AbortSignal, path: string): Promise<void> {
  let call = (): void => undefined;
  const called = new Promise<void>((resolve) => (call = resolve));
  queue.push(call);
  try {
    await abortable(called, signal, `GET ${path}`);
  } finally {
    const index = queue.indexOf(call);
    if (index !== -1) queue.splice(index, 1);
  }
}

/** An error as the machine gives it. */
const failure = (message: string, code: string, syscall?: string): Error =>
  Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) });
