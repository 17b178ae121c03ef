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
}

/** Reaches `inner` over a line and a source that can be spoilt, in this process and on the given clock alone. */
export function faultyTransport({ inner, clock, grants }: FaultyTransportOptions): FaultyTransport {
  const source = new FaultySource(grants);
  const tries = new ArrivalLog();
  let line = new AbortController();
  const toConnect: (() => void)[] = [];
  let isOnOpenConnection = false;

  const overTheLine = async (path: string, signal: AbortSignal): Promise<DexAnswer> => {
    const kind = source.fault?.kind;
    // Some connections are open and die; those that are just being made come through as soon as the network is back.
    isOnOpenConnection = !isOnOpenConnection;
    if (kind === 'gone' && !isOnOpenConnection) {
      await new Promise<void>((resolve) => toConnect.push(resolve));
      if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
    }
    const cut = line.signal;
    if (kind === 'down') throw failure('connect ECONNREFUSED 127.0.0.1:443', 'ECONNREFUSED', 'connect');
    if (kind === 'unresolved') throw failure('getaddrinfo ENOTFOUND market.test', 'ENOTFOUND', 'getaddrinfo');
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
    origin: inner.origin,
    set(fault) {
      if (cutsBy(source.fault, fault)) {
        line.abort();
        line = new AbortController();
      }
      source.set(fault);
      for (const connect of toConnect.splice(0)) connect();
    },
    async get(path, signal) {
      if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
      tries.note(path, clock.monotonic());
      return abortable(overTheLine(path, signal), signal, `GET ${path}`);
    },
    reset: () => inner.reset(),
    close: () => inner.close(),
  };
}

/** An error as the machine gives it. */
const failure = (message: string, code: string, syscall?: string): Error =>
  Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) });
