import { describeError, runOutsideContext, type Clock, type Logger } from '../../kernel/index.ts';
import { joinChanges } from './join-changes.ts';
import type { RunChange, RunLedger } from './ledger.ts';

/** Changes that one commit takes. */
const BATCH = 500;
/**
 * No more than so much waits for a ledger that does not take it, each item of a change counted; then the oldest is given up,
 * and counted, until so much is left.
 */
const MOST_WAITING = 50_000;
const LEFT_WAITING = 45_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export interface LedgerWriterOptions {
  readonly ledger: RunLedger;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** It writes once in so many ms at most. Default 0. */
  readonly everyMs?: number | undefined;
  /** The lease is somebody else's: nothing more is written. Called once. */
  readonly onFenced: () => void;
}

function weightOf(change: RunChange): number {
  switch (change.kind) {
    case 'run.started':
      return 1 + change.resumed.length;
    case 'run.items':
      return 1 + change.begun.length + change.settled.length;
    case 'run.ended':
      return 1;
  }
}

/** Writes changes in their order, many at once, behind those who make them. */
export class LedgerWriter {
  readonly #options: LedgerWriterOptions;
  #waiting: RunChange[] = [];
  #writing: Promise<void> | null = null;
  #fenced = false;
  #weight = 0;
  #lost = 0;
  #writtenMs = -Infinity;
  /** Ends the wait for the next write. */
  #endPause: (() => void) | null = null;
  #isHurried = false;
  #lostToldOf = 0;

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
  }

  /** Changes that wait to be written. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Changes that were given up because the ledger did not take them for too long. */
  get lost(): number {
    return this.#lost;
  }

  add(change: RunChange): void {
    if (this.#fenced) return;
    this.#waiting.push(change);
    this.#weight += weightOf(change);
    if (this.#weight > MOST_WAITING) this.#giveUpOldest();
    // Whatever made the change is over before it is written.
    this.#writing ??= runOutsideContext(() => this.#write());
  }

  /** Resolves once nothing waits, or after `limitMs`; never rejects. */
  async flush(limitMs: number): Promise<void> {
    const { clock } = this.#options;
    const untilMs = clock.monotonic() + limitMs;
    this.#isHurried = true;
    this.#endPause?.();
    while (this.#writing !== null && clock.monotonic() < untilMs)
      await Promise.race([this.#writing, clock.sleep(Math.min(50, limitMs))]);
  }

  /** Nothing more is written. */
  fence(): void {
    if (this.#fenced) return;
    this.#fenced = true;
    this.#waiting = [];
    this.#weight = 0;
    this.#options.onFenced();
  }

  #giveUpOldest(): void {
    let count = 0;
    for (; this.#weight > LEFT_WAITING; count++) {
      const change = this.#waiting[count];
      if (change === undefined) break;
      this.#weight -= weightOf(change);
    }
    this.#waiting.splice(0, count);
    if (this.#lost === this.#lostToldOf)
      this.#options.log.error('Records of runs are given up: the ledger has not taken any for too long.', {});
    this.#lost += count;
  }

  #wrote(): void {
    if (this.#lost === this.#lostToldOf) return;
    this.#options.log.error('The ledger takes records of runs again; some are missing.', {
      changes: this.#lost - this.#lostToldOf,
    });
    this.#lostToldOf = this.#lost;
  }

  async #write(): Promise<void> {
    const { ledger, owner, clock, log } = this.#options;
    let retryMs = FIRST_RETRY_MS;
    // What begins in the same turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const restMs = this.#restMs();
      if (restMs > 0) await this.#pause(restMs);
      const batch = this.#waiting.splice(0, BATCH);
      const weight = batch.reduce((sum, change) => sum + weightOf(change), 0);
      this.#weight -= weight;
      try {
        this.#writtenMs = clock.monotonic();
        if (!(await ledger.commit(owner, joinChanges(batch)))) {
          this.fence();
          break;
        }
        retryMs = FIRST_RETRY_MS;
        this.#wrote();
      } catch (error) {
        if (retryMs === FIRST_RETRY_MS)
          log.warning('The ledger did not take the record of runs; it is tried again.', {
            cause: describeError(error),
          });
        this.#waiting.unshift(...batch);
        this.#weight += weight;
        await clock.sleep(retryMs);
        retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
      }
    }
    this.#writing = null;
  }

  #restMs(): number {
    const { clock, everyMs = 0 } = this.#options;
    // More than a commit takes waits: the pace is kept for what is small.
    if (everyMs === 0 || this.#isHurried || this.#waiting.length >= BATCH) return 0;
    return this.#writtenMs + everyMs - clock.monotonic();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#endPause = null;
        resolve();
      };
      const cancel = this.#options.clock.schedule(ms, end);
      this.#endPause = end;
    });
  }
}
