import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { TokenImportResult } from '../../contract/index.ts';

/** What a feed gave when it was asked. */
export interface Found {
  readonly mints: readonly string[];
  /** Called when they have been taken in. */
  readonly taken?: () => void;
}

/** What a polled feed needs of the world. */
export interface PollPorts {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMs: number;
  readonly fetch: (signal: AbortSignal) => Promise<Found>;
  /** @throws when the store refuses. */
  readonly add: (mints: readonly string[], feed: string) => Promise<TokenImportResult>;
  /** Called when an answer has been taken in; `askedMs` is monotonic. */
  readonly onTaken: (askedMs: number, result: TokenImportResult) => void;
  /** Whether it is to be asked again soon if it fails. */
  readonly isUrgent: () => boolean;
}

/** A feed that is asked from time to time. */
export interface PollFeed {
  readonly name: string;
  start(): void;
  stop(): void;
  /** Asks now, and again if an answer is under way: that one was asked for too early. */
  hurry(): void;
  /** When it was last asked with success, on the monotonic clock; -Infinity before. */
  readonly askedMs: number;
}

/** While a feed has never answered, or is needed to close a gap, it is asked this often. */
const URGENT_RETRY_MS = 5_000;

export function createPollFeed(ports: PollPorts): PollFeed {
  const { name, clock, log, intervalMs, fetch, add, onTaken, isUrgent } = ports;
  const stopping = new AbortController();
  let askedMs = -Infinity;
  let complaint: string | null = null;
  let again = false;
  let wake: (() => void) | undefined;

  const ask = async (): Promise<void> => {
    const startedMs = clock.monotonic();
    try {
      const { mints, taken } = await fetch(stopping.signal);
      const result = await add(mints, name);
      taken?.();
      complaint = null;
      askedMs = startedMs;
      onTaken(startedMs, result);
    } catch (error) {
      const cause = describeError(error);
      // A cause that counts along ("after 7 failures") is no new one.
      const key = cause.replaceAll(/\d+/g, '#');
      // The page shows a feed that stays silent; the log says each new cause once.
      if (!stopping.signal.aborted && key !== complaint) {
        log.warning('A feed could not be read; it is asked again.', { feed: name, cause });
      }
      complaint = key;
    }
  };

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      again = false;
      await ask();
      // Both may have changed while it was asked.
      if (isStopping() || isAskedAgain()) continue;
      await rest(askedMs === -Infinity || isUrgent() ? Math.min(URGENT_RETRY_MS, intervalMs) : intervalMs);
      wake = undefined;
    }
  };
  const isStopping = (): boolean => stopping.signal.aborted;
  const isAskedAgain = (): boolean => again;

  return {
    name,
    start() {
      void run();
    },
    stop() {
      stopping.abort(new Error('discovery is stopping'));
      wake?.();
    },
    hurry() {
      again = true;
      wake?.();
    },
    get askedMs() {
      return askedMs;
    },
  };
}
