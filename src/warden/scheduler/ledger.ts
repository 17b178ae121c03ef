/** How a run ended. `cancelled`: cut off by a stop or a restart; `interrupted`: its process died. */
export type Outcome = 'succeeded' | 'failed' | 'timed_out' | 'stalled' | 'cancelled' | 'interrupted';

/** Why a run was started. */
export type AskedBy = 'plan' | 'retry' | 'recovery' | 'restart' | 'hand';

/** A run as it begins. Times are those of the wall clock, in ms. */
export interface RunStart {
  readonly runId: string;
  readonly job: string;
  readonly group: string;
  readonly plannedAt: number;
  readonly startedAt: number;
  readonly askedBy: AskedBy;
  /** Who asked, and why, where a person or a part of the system did. */
  readonly who: string | null;
  readonly why: string | null;
}

/** A run that has ended. */
export interface RunRecord extends RunStart {
  readonly endedAt: number;
  /** On the monotonic clock; of an interrupted run what the wall clock says. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  /** It did not end in its grace: its late result is ignored. */
  readonly abandoned: boolean;
  readonly itemsDone: number;
  readonly itemsFailed: number;
  readonly cause: string | null;
}

/** What is written of runs, to be committed in the order given. */
export type RunChange =
  | { readonly kind: 'run.started'; readonly run: RunStart; readonly resumed: readonly string[] }
  /** Items in flight from now on, and those that are not any more. */
  | {
      readonly kind: 'run.items';
      readonly job: string;
      readonly runId: string;
      readonly begun: readonly string[];
      readonly settled: readonly string[];
      /** How many of those settled were done, and how many failed. */
      readonly done: number;
      readonly failed: number;
    }
  /** Items in flight of a run that succeeded are gone; of any other they wait for the next run of the job. */
  | { readonly kind: 'run.ended'; readonly record: RunRecord };

/** A run that has begun and not ended, and what it has settled. */
export interface UnfinishedRun extends RunStart {
  readonly itemsDone: number;
  readonly itemsFailed: number;
}

/** What the ledger knows at the start. */
export interface LedgerContent {
  readonly unfinished: readonly UnfinishedRun[];
  /** Items that were in flight, by job, in the order in which they began. */
  readonly items: ReadonlyMap<string, readonly string[]>;
  /** The newest record of each job. */
  readonly latest: ReadonlyMap<string, RunRecord>;
}

/** A part of the records to remove. */
export interface PruneLimits {
  /** Records that ended before this wall-clock time, in ms, go. */
  readonly before: number;
  /** Of each job no more than its last so many stay. */
  readonly keep: number;
}

/** Most rows that one {@link RunLedger.prune} removes: a longer delete would hold up everything else. */
export const PRUNE_ROWS = 1_000;

/**
 * Where runs are recorded. One scheduler at a time owns it, by a lease; what another one commits is refused. No method
 * holds up the event loop for long.
 */
export interface RunLedger {
  /**
   * Takes the lease or prolongs it until `nowMs + forMs` (wall clock). False when another owner holds one that is not over.
   * A lease that ends later than any could is of a clock that was set back, and counts as over.
   * @param force takes it from whoever holds it.
   */
  claim(owner: string, nowMs: number, forMs: number, force?: boolean): Promise<boolean>;
  /** Gives the lease back; does nothing for who has none. */
  release(owner: string): Promise<void>;
  /** Writes all or nothing. False, and nothing is written, when `owner` does not hold the lease. */
  commit(owner: string, changes: readonly RunChange[]): Promise<boolean>;
  load(): Promise<LedgerContent>;
  /** The last records of a job, newest first. */
  last(job: string, limit: number): Promise<readonly RunRecord[]>;
  /** Removes at most {@link PRUNE_ROWS} records, oldest first. @returns how many. */
  prune(limits: PruneLimits): Promise<number>;
}
