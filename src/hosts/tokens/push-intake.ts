import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { TokenImportResult } from '../../contract/index.ts';

/** What the intake needs of the world. */
export interface IntakePorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** @throws when the store refuses; then none of `mints` was taken. */
  readonly add: (mints: readonly string[]) => Promise<TokenImportResult>;
  readonly onTaken: (result: TokenImportResult) => void;
  /** Bound of what waits. Default 10,000. */
  readonly capacity?: number;
}

/** Takes single mints and hands them on in small batches; what the store refuses is kept and offered again. */
export interface Intake {
  /** `full`: there was no room, and it was counted. */
  offer(mint: string): 'waits' | 'known' | 'full';
  /** Hands on what waits, once, and ends. Never rejects. */
  stop(): Promise<void>;
  readonly waiting: number;
  /** Mints that found no room since the start. */
  readonly overflow: number;
}

const FLUSH_MS = 250;
const BATCH = 200;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const CAPACITY = 10_000;

export function createIntake({ clock, log, add, onTaken, capacity = CAPACITY }: IntakePorts): Intake {
  const waiting = new Set<string>();
  let overflow = 0;
  let failures = 0;
  let stopped = false;
  let cancel: (() => void) | undefined;
  let underWay: Promise<void> | undefined;

  const handOn = async (): Promise<void> => {
    // Bounded by what waits now: a stream that brings more meanwhile gets its turn later.
    for (let batches = Math.ceil(waiting.size / BATCH); batches > 0; batches--) {
      const mints = [...waiting].slice(0, BATCH);
      try {
        const result = await add(mints);
        for (const mint of mints) waiting.delete(mint);
        failures = 0;
        onTaken(result);
      } catch (error) {
        failures += 1;
        if (failures === 1) {
          log.warning('Discovered tokens could not be stored; they are kept and offered again.', {
            tokens: waiting.size,
            cause: describeError(error),
          });
        }
        return;
      }
    }
  };

  const flush = (): Promise<void> => {
    underWay ??= handOn().finally(() => {
      underWay = undefined;
      if (waiting.size > 0) plan();
    });
    return underWay;
  };

  const plan = (): void => {
    if (stopped || cancel || underWay) return;
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, failures - 1));
    cancel = clock.schedule(failures === 0 ? FLUSH_MS : retryMs, () => {
      cancel = undefined;
      void flush();
    });
  };

  return {
    offer(mint) {
      if (waiting.has(mint)) return 'known';
      if (stopped || waiting.size >= capacity) {
        overflow += 1;
        return 'full';
      }
      waiting.add(mint);
      plan();
      return 'waits';
    },
    async stop() {
      stopped = true;
      cancel?.();
      cancel = undefined;
      await underWay;
      if (waiting.size > 0 && failures === 0) await flush();
    },
    get waiting() {
      return waiting.size;
    },
    get overflow() {
      return overflow;
    },
  };
}
