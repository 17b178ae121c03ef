import { describeError, type CancelTimer, type Clock, type Logger } from '../../../kernel/index.ts';
import { NOT_YET, allUnknown, type Readings, type TimedReading } from './reading.ts';

/** Something that is read again and again. */
export interface Source {
  readonly name: string;
  /** What it reads. */
  readonly signals: readonly string[];
  readonly everyMs: number;
  read(): Readings | Promise<Readings>;
}

/** Reads sources at their own pace and keeps what they told last. */
export interface Sampler {
  /** Reads all at once, and then at their pace. */
  start(): void;
  stop(): void;
  /** The last readings, by signal; before the first one, why there is none. */
  readonly latest: ReadonlyMap<string, TimedReading>;
}

/**
 * A source that throws, rejects or takes longer than its pace stops nothing: its signals are unknown until it has answered
 * again, and the log says so once.
 */
export function createSampler(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sources: readonly Source[];
}): Sampler {
  const { clock, log, sources } = ports;
  const latest = new Map<string, TimedReading>();
  const put = (readings: Readings): void => {
    for (const [signal, reading] of Object.entries(readings))
      latest.set(signal, { ...reading, at: clock.now() });
  };
  for (const { signals } of sources) {
    for (const [signal, reading] of Object.entries(allUnknown(signals, NOT_YET)))
      latest.set(signal, { ...reading, at: null });
  }

  const pacers = sources.map((source) => {
    let cancel: CancelTimer | undefined;
    let readingSinceMs: number | null = null;
    let failing = false;
    const fail = (reason: string): void => {
      put(allUnknown(source.signals, reason));
      if (failing) return;
      failing = true;
      log.warning('A measurement failed; its values are unknown until it works again.', {
        probe: source.name,
        cause: reason,
      });
    };
    const take = (readings: Readings): void => {
      put(readings);
      if (failing) log.info('A measurement works again.', { probe: source.name });
      failing = false;
    };
    const readLater = async (pending: Promise<Readings>): Promise<void> => {
      readingSinceMs = clock.monotonic();
      try {
        take(await pending);
      } catch (error) {
        fail(describeError(error));
      } finally {
        readingSinceMs = null;
      }
    };
    const read = (): void => {
      if (readingSinceMs !== null) {
        fail(`it has not answered for ${Math.round((clock.monotonic() - readingSinceMs) / 1_000)} s`);
        return;
      }
      try {
        const readings = source.read();
        if (readings instanceof Promise) void readLater(readings);
        else take(readings);
      } catch (error) {
        fail(describeError(error));
      }
    };
    const tick = (): void => {
      cancel = clock.schedule(source.everyMs, tick);
      read();
    };
    return {
      start: () => {
        if (!cancel) tick();
      },
      stop: () => {
        cancel?.();
        cancel = undefined;
      },
    };
  });

  return {
    start() {
      for (const { start } of pacers) start();
    },
    stop() {
      for (const { stop } of pacers) stop();
    },
    latest,
  };
}
