import { describeError, runInContext, type Clock, type Logger } from '../../kernel/index.ts';
import type { RunContext } from './job.ts';
import type { Outcome, RunChange, RunRecord, RunStart } from './ledger.ts';
import { HandedContext, type RunSide } from './run-context.ts';
import type { RunningReport } from './scheduler-api.ts';

const CAUSES_SHOWN = 5;
const DONE = Promise.resolve();

const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

export interface RunOptions {
  readonly start: RunStart;
  readonly serial: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly previous: RunRecord | null;
  readonly resumed: readonly string[];
  readonly write: (change: RunChange) => void;
}

/** Items of a run whose flight is to be written. */
interface Flight {
  begun: string[];
  settled: string[];
  done: number;
  failed: number;
}

/** One run of a job: what it is handed, and what it has done. Once fenced, nothing that it does counts any more. */
export class Run implements RunSide {
  readonly start: RunStart;
  readonly serial: number;
  readonly startedMs: number;
  progressMs: number;
  itemsDone = 0;
  itemsFailed = 0;
  /** What it said last of how far it is. */
  progressed: { readonly done: number; readonly total: number } | null = null;
  readonly #options: RunOptions;
  /** Made when there is something to put in, as all that a run without items does not need. */
  #errors: Map<string, number> | null = null;
  /** Made when somebody first reads the signal: it costs more than all else of a short run. */
  #controller: AbortController | null = null;
  #aborted: Error | null = null;
  #inFlight: Set<string> | null;
  #unwritten: Flight | null = null;
  #fenced = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.start = options.start;
    this.serial = options.serial;
    this.startedMs = this.progressMs = options.clock.monotonic();
    this.#inFlight = options.resumed.length === 0 ? null : new Set(options.resumed);
  }

  /** Items that it has begun and not settled. */
  get inFlight(): readonly string[] {
    return [...(this.#inFlight ?? [])];
  }

  /** What is recorded of it when it ends now. */
  recordOf(outcome: Outcome, cause: string | null, abandoned: boolean): RunRecord {
    const { clock } = this.#options;
    const { runId, job, group, plannedAt, startedAt, askedBy, who, why } = this.start;
    // Named one by one, because an object that is put together out of others takes several times the memory.
    return {
      runId,
      job,
      group,
      plannedAt,
      startedAt,
      askedBy,
      who,
      why,
      endedAt: clock.now(),
      durationMs: clock.monotonic() - this.startedMs,
      outcome,
      abandoned,
      itemsDone: this.itemsDone,
      itemsFailed: this.itemsFailed,
      cause,
    };
  }

  report(): RunningReport {
    const { clock, start } = this.#options;
    const errors = [...(this.#errors ?? [])].sort(([, a], [, b]) => b - a).slice(0, CAUSES_SHOWN);
    return {
      runId: start.runId,
      startedAt: start.startedAt,
      progressAt: Math.round(clock.now() - (clock.monotonic() - this.progressMs)),
      progress: this.progressed,
      inFlight: this.#inFlight?.size ?? 0,
      itemsDone: this.itemsDone,
      itemsFailed: this.itemsFailed,
      errors: errors.map(([cause, count]) => ({ cause, count })),
    };
  }

  /** Begins the work. `onEnd` is called once, never before this returns; `cause` is null when it succeeded. */
  begin(work: (context: RunContext) => unknown, onEnd: (cause: string | null) => void): void {
    const note = (cause: string | null): void => {
      try {
        onEnd(cause);
      } catch (error) {
        this.#options.log.critical('The end of a run could not be noted.', { cause: describeError(error) });
      }
    };
    const succeed = (): void => {
      note(null);
    };
    const fail = (error: unknown): void => {
      note(describeError(error) || 'an error without a text');
    };
    try {
      const context = this.#context;
      const { runId, job } = this.start;
      const result = runInContext({ runId, label: `job ${job}` }, () => work(context));
      // Each promise costs as much as the rest of a short run.
      const ends = isObject(result) ? Promise.resolve(result) : DONE;
      void ends.then(succeed, fail);
    } catch (error) {
      void DONE.then(() => {
        fail(error);
      });
    }
  }

  abort(why: string): void {
    const reason = (this.#aborted ??= new Error(why));
    try {
      // What its listeners throw comes up later, and is known by its context then.
      runInContext({ runId: this.start.runId }, () => {
        this.#controller?.abort(reason);
      });
    } catch (error) {
      this.#options.log.warning('What a job does when it is aborted failed.', {
        cause: describeError(error),
      });
    }
  }

  /** Nothing that the run does from now on has any effect. */
  fence(): void {
    this.writeItems();
    this.#fenced = true;
  }

  /** Hands on what is not written yet of its items. */
  writeItems(): void {
    const flight = this.#unwritten;
    if (flight === null) return;
    this.#unwritten = null;
    const { job, runId } = this.start;
    this.#options.write({ kind: 'run.items', job, runId, ...flight });
  }

  get #context(): RunContext {
    const { log, previous, resumed } = this.#options;
    return new HandedContext(this, { runId: this.start.runId, log, previous, resumed });
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted !== null) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  noteProgress(done: number, total: number): void {
    if (this.#getsOn()) this.progressed = { done, total };
  }

  noteBegun(item: string): void {
    if (!this.#getsOn() || this.#inFlight?.has(item) === true) return;
    this.#inFlight ??= new Set();
    this.#inFlight.add(item);
    this.#flight().begun.push(item);
  }

  noteDone(item: string): void {
    if (!this.#settles(item)) return;
    this.itemsDone += 1;
    this.#flight().done += 1;
  }

  noteFailed(item: string, cause: unknown): void {
    if (!this.#settles(item)) return;
    this.itemsFailed += 1;
    this.#flight().failed += 1;
    const text = describeError(cause);
    this.#errors ??= new Map();
    this.#errors.set(text, (this.#errors.get(text) ?? 0) + 1);
  }

  #getsOn(): boolean {
    if (this.#fenced) return false;
    this.progressMs = this.#options.clock.monotonic();
    return true;
  }

  #settles(item: string): boolean {
    if (!this.#getsOn() || this.#inFlight?.delete(item) !== true) return false;
    this.#flight().settled.push(item);
    return true;
  }

  /** What happens to items in one turn is written as one change. */
  #flight(): Flight {
    if (this.#unwritten === null) {
      this.#unwritten = { begun: [], settled: [], done: 0, failed: 0 };
      queueMicrotask(() => {
        this.writeItems();
      });
    }
    return this.#unwritten;
  }
}
