import type { Logger } from '../../kernel/index.ts';
import type { RunContext } from './job.ts';
import type { RunRecord } from './ledger.ts';

/** The run behind a context. */
export interface RunSide {
  readonly signal: AbortSignal;
  noteProgress(done: number, total: number): void;
  noteBegun(item: string): void;
  noteDone(item: string): void;
  noteFailed(item: string, cause: unknown): void;
}

/**
 * What a run is handed. Its methods may be taken off it, so each is a function of its own; an object with a getter among
 * them would be made several times as slowly.
 */
export class HandedContext implements RunContext {
  readonly runId: string;
  readonly log: Logger;
  readonly previous: RunRecord | null;
  readonly resumed: readonly string[];
  readonly progress: RunContext['progress'];
  readonly begin: RunContext['begin'];
  readonly done: RunContext['done'];
  readonly failed: RunContext['failed'];
  readonly #run: RunSide;

  constructor(
    run: RunSide,
    { runId, log, previous, resumed }: Pick<RunContext, 'runId' | 'log' | 'previous' | 'resumed'>,
  ) {
    this.#run = run;
    this.runId = runId;
    this.log = log;
    this.previous = previous;
    this.resumed = resumed;
    this.progress = (done, total) => {
      run.noteProgress(done, total);
    };
    this.begin = (item) => {
      run.noteBegun(item);
    };
    this.done = (item) => {
      run.noteDone(item);
    };
    this.failed = (item, cause) => {
      run.noteFailed(item, cause);
    };
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }
}
