import { describeError, onAbort, type Clock, type Logger } from '../../kernel/index.ts';
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
  readonly fetch: (signal: AbortSignal) => Promise<Found>;
  /** @throws when the store refuses. */
  readonly add: (mints: readonly string[], feed: string) => Promise<TokenImportResult>;
  /** Called when an answer has been taken in; `askedMs` is monotonic. */
  readonly onTaken: (askedMs: number, result: TokenImportResult) => void;
}

/** A feed that is asked from time to time. */
export interface PollFeed {
  readonly name: string;
  /**
   * Asks once and takes in what it gives; nothing, and null, after the stop.
   * @throws what it failed by: the log says each new cause once.
   */
  ask(signal: AbortSignal): Promise<TokenImportResult | null>;
  /** Ends what is under way. */
  stop(): void;
  /** When it was last asked with success, on the monotonic clock; -Infinity before. */
  readonly askedMs: number;
}

export function createPollFeed(ports: PollPorts): PollFeed {
  const { name, clock, log, fetch, add, onTaken } = ports;
  const stopping = new AbortController();
  let askedMs = -Infinity;
  let complaint: string | null = null;

  const askOnce = async (signal: AbortSignal): Promise<TokenImportResult | null> => {
    const startedMs = clock.monotonic();
    try {
      const { mints, taken } = await fetch(signal);
      const result = await add(mints, name);
      taken?.();
      complaint = null;
      askedMs = startedMs;
      onTaken(startedMs, result);
      return result;
    } catch (error) {
      if (isStopped()) return null;
      const cause = describeError(error);
      // A cause that counts along ("after 7 failures") is no new one.
      const key = cause.replaceAll(/\d+/g, '#');
      if (!signal.aborted && key !== complaint)
        log.warning('A feed could not be read; it is asked again.', { feed: name, cause });
      complaint = key;
      throw error;
    }
  };
  const isStopped = (): boolean => stopping.signal.aborted;

  return {
    name,
    async ask(signal) {
      if (isStopped()) return null;
      const ending = new AbortController();
      const forget = [signal, stopping.signal].map((one) =>
        onAbort(one, () => {
          ending.abort(one.reason);
        }),
      );
      try {
        return await askOnce(ending.signal);
      } finally {
        for (const off of forget) off();
      }
    },
    stop() {
      stopping.abort(new Error('discovery is stopping'));
    },
    get askedMs() {
      return askedMs;
    },
  };
}
