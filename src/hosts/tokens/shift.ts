import { onAbort, type Clock } from '../../kernel/index.ts';
import type { RunContext } from '../../warden/scheduler/index.ts';
import type { ReadGroup } from './read-groups.ts';

/** What a shift needs of the run that it is. */
export type ShiftContext = Pick<RunContext, 'signal' | 'resumed' | 'progress' | 'begin' | 'done' | 'failed'>;

export interface ShiftOptions {
  readonly clock: Clock;
  readonly group: ReadGroup;
  readonly context: ShiftContext;
  /** How long it takes reads, in ms; null for as long as nobody follows. */
  readonly lengthMs: number | null;
  /** Its reads were given up: what they still bring counts for nothing, and their tokens are as due as before. */
  readonly onGivenUp: (reads: readonly (readonly string[])[]) => void;
  /** It takes no more reads. */
  readonly onClosed: (shift: Shift) => void;
}

/** Somebody follows at the end of its length; if that comes late, it goes on for so long. */
const LATE_MS = 10_000;
/** Reads that have not come back so long after it was closed are given up. */
const DRAIN_MS = 20_000;

/** The reads of a group for a while: takes them, counts their tokens as items, and is over when all have come back. */
export class Shift {
  readonly group: ReadGroup;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
  readonly #options: ShiftOptions;
  readonly #reads = new Map<readonly string[], Promise<void>>();
  readonly #controller = new AbortController();
  readonly #timers: (() => void)[] = [];
  #state: 'open' | 'draining' | 'given-up' = 'open';
  #end = (): void => undefined;

  constructor(options: ShiftOptions) {
    const { clock, context, lengthMs } = options;
    this.#options = options;
    this.group = options.group;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (lengthMs !== null)
      this.#timers.push(
        clock.schedule(lengthMs + LATE_MS, () => {
          this.close();
        }),
      );
    if (context.signal.aborted) this.giveUp(context.signal.reason);
    this.#timers.push(
      onAbort(context.signal, () => {
        this.giveUp(context.signal.reason);
      }),
    );
  }

  /** Ends the calls of its reads. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** What its reads still bring counts for nothing. */
  isVoid(): boolean {
    return this.#state === 'given-up';
  }

  /** Reads under way. */
  get underWay(): number {
    return this.#reads.size;
  }

  /** Takes a read: its tokens are in flight until they are settled. `work` never rejects. */
  take(mints: readonly string[], work: () => Promise<void>): Promise<void> {
    for (const mint of mints) this.#options.context.begin(mint);
    const reading = work().finally(() => {
      if (this.#reads.delete(mints)) this.#endIfDrained();
    });
    this.#reads.set(mints, reading);
    return reading;
  }

  done(mints: readonly string[]): void {
    for (const mint of mints) this.#options.context.done(mint);
  }

  failed(mints: readonly string[], cause: unknown): void {
    for (const mint of mints) this.#options.context.failed(mint, cause);
  }

  /** There is nothing to do for it now: it has not stalled. */
  rest(): void {
    if (this.#reads.size === 0) this.#options.context.progress(0, 0);
  }

  /** Takes no more reads and is over once those under way have come back, or were given up because they do not. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#stopTaking();
    this.#timers.push(
      this.#options.clock.schedule(DRAIN_MS, () => {
        const cause = `no answer within ${DRAIN_MS / 1_000} s of the end of the shift`;
        for (const mints of this.#reads.keys()) this.failed(mints, cause);
        this.giveUp(new Error(cause));
      }),
    );
    this.#endIfDrained();
  }

  /** Takes no more reads and ends the calls of those under way; what they bring all the same is taken. */
  hurry(reason: unknown): void {
    if (this.#state === 'open') this.#stopTaking();
    this.#controller.abort(reason);
    this.#endIfDrained();
  }

  /** Is over at once, and its reads are void. */
  giveUp(reason: unknown): void {
    if (this.#state === 'given-up') return;
    const wasOpen = this.isOpen;
    this.#state = 'given-up';
    if (wasOpen) this.#options.onClosed(this);
    const reads = [...this.#reads.keys()];
    this.#reads.clear();
    this.#options.onGivenUp(reads);
    this.#controller.abort(reason);
    this.#finish();
  }

  #stopTaking(): void {
    this.#state = 'draining';
    this.#options.onClosed(this);
  }

  #endIfDrained(): void {
    if (this.#state === 'draining' && this.#reads.size === 0) this.#finish();
  }

  #finish(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#end();
  }
}
