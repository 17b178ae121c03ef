import { describeError, runInContext, type Clock, type Logger } from '../../kernel/index.ts';
import type { RunContext } from './job.ts';
import type { RunChange, RunRecord, RunStart } from './ledger.ts';
import type { RunningReport } from './scheduler-api.ts';

const CAUSES_SHOWN = 5;

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
export class Run {
  readonly start: RunStart;
  readonly serial: number;
  readonly startedMs: number;
  progressMs: number;
  itemsDone = 0;
  itemsFailed = 0;
  /** What it said last of how far it is. */
  progressed: { readonly done: number; readonly total: number } | null = null;
  readonly errors = new Map<string, number>();
  readonly #options: RunOptions;
  /** Made when somebody first reads the signal: it costs more than all else of a short run. */
  #controller: AbortController | null = null;
  #aborted: Error | null = null;
  readonly #inFlight: Set<string>;
  #unwritten: Flight | null = null;
  #fenced = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.start = options.start;
    this.serial = options.serial;
    this.startedMs = this.progressMs = options.clock.monotonic();
    this.#inFlight = new Set(options.resumed);
  }

  /** Items that it has begun and not settled. */
  get inFlight(): readonly string[] {
    return [...this.#inFlight];
  }

  report(): RunningReport {
    const { clock, start } = this.#options;
    const errors = [...this.errors].sort(([, a], [, b]) => b - a).slice(0, CAUSES_SHOWN);
    return {
      runId: start.runId,
      startedAt: start.startedAt,
      progressAt: Math.round(clock.now() - (clock.monotonic() - this.progressMs)),
      progress: this.progressed,
      inFlight: this.#inFlight.size,
      itemsDone: this.itemsDone,
      itemsFailed: this.itemsFailed,
      errors: errors.map(([cause, count]) => ({ cause, count })),
    };
  }

  /** Begins the work. `onEnd` is called once, never before this returns; `cause` is null when it succeeded. */
  begin(work: (context: RunContext) => unknown, onEnd: (cause: string | null) => void): void {
    const perform = async (): Promise<string | null> => {
      try {
        await runInContext({ runId: this.start.runId }, () => work(this.#context()));
        return null;
      } catch (error) {
        return describeError(error) || 'an error without a text';
      }
    };
    perform()
      .then(onEnd)
      .catch((error: unknown) => {
        this.#options.log.critical('The end of a run could not be noted.', { cause: describeError(error) });
      });
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

  get #signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted !== null) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  #context(): RunContext {
    const { log, previous, resumed } = this.#options;
    const signal = (): AbortSignal => this.#signal;
    return {
      get signal() {
        return signal();
      },
      runId: this.start.runId,
      log,
      previous,
      resumed,
      progress: (done, total) => {
        if (!this.#getsOn()) return;
        this.progressed = { done, total };
      },
      begin: (item) => {
        if (!this.#getsOn() || this.#inFlight.has(item)) return;
        this.#inFlight.add(item);
        this.#flight().begun.push(item);
      },
      done: (item) => {
        if (!this.#settles(item)) return;
        this.itemsDone += 1;
        this.#flight().done += 1;
      },
      failed: (item, cause) => {
        if (!this.#settles(item)) return;
        this.itemsFailed += 1;
        this.#flight().failed += 1;
        const text = describeError(cause);
        this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
      },
    };
  }

  #getsOn(): boolean {
    if (this.#fenced) return false;
    this.progressMs = this.#options.clock.monotonic();
    return true;
  }

  #settles(item: string): boolean {
    if (!this.#getsOn() || !this.#inFlight.delete(item)) return false;
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
