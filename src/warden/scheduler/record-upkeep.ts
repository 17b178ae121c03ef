import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import { PRUNE_ROWS, type RunLedger } from './ledger.ts';

const EVERY_MS = 60_000;
/** Between two slices. */
const PAUSE_MS = 100;
const MOST_SLICES = 500;

export interface RecordUpkeepOptions {
  readonly ledger: RunLedger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keepMs: number;
  readonly keepRuns: number;
}

/** Removes old records of runs once a minute, a slice at a time, for as long as there are any. */
export class RecordUpkeep {
  readonly #options: RecordUpkeepOptions;
  #beganMs = -Infinity;
  #atWork = false;

  constructor(options: RecordUpkeepOptions) {
    this.#options = options;
  }

  /** Never rejects. `goesOn` is asked before each slice. */
  async turn(goesOn: () => boolean): Promise<void> {
    const { ledger, clock, log, keepMs, keepRuns } = this.#options;
    if (this.#atWork || clock.monotonic() - this.#beganMs < EVERY_MS) return;
    this.#atWork = true;
    this.#beganMs = clock.monotonic();
    try {
      for (let slices = 0; slices < MOST_SLICES && goesOn(); slices++) {
        const removed = await ledger.prune({ before: clock.now() - keepMs, keep: keepRuns });
        if (removed < PRUNE_ROWS) break;
        await clock.sleep(PAUSE_MS);
      }
    } catch (error) {
      log.warning('Old records of runs could not be removed.', { cause: describeError(error) });
    }
    this.#atWork = false;
  }
}
