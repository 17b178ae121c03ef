import type { Clock } from '../../kernel/index.ts';
import type { BreakerAdvice, BreakerStats } from './breaker-core.ts';
import type { BreakerTuning } from './breaker-options.ts';
import type { BreakerState } from './breaker-phases.ts';
import type { BreakerSnapshot, Restored } from './breaker-snapshot.ts';
import type { CallOptions, Policy, Refusal, Result, Work } from './call.ts';
import type { Classify } from './classify.ts';

/** What a running breaker can be given anew. */
export interface BreakerChanges extends BreakerTuning {
  /**
   * Tells by `countsForBreaker` which errors are failures of the other side; any other error says nothing. Default:
   * every error is one. Whatever comes once the caller's own signal has aborted never is, and is not asked about.
   */
  readonly classify?: Classify;
}

/** Options of {@link createBreaker}. */
export interface BreakerOptions extends BreakerChanges {
  /** Names the dependency in refusals, errors and snapshots. Default `dependency`. */
  readonly name?: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: (error: unknown) => void;
}

/** The breaker has changed its state. */
export interface BreakerChange {
  readonly dependency: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** Wall-clock milliseconds since the epoch. */
  readonly at: number;
  /** Why, in words. */
  readonly reason: string;
}

/** What {@link Breaker.on} tells. Durations are in ms; null for a call that began before anybody listened. */
export interface BreakerEvents {
  readonly state_change: BreakerChange;
  readonly refused: Refusal;
  readonly success: { readonly durationMs: number | null };
  /** `counted`: it was taken for a failure of the other side; late ones are told too, but change nothing. */
  readonly failure: {
    readonly durationMs: number | null;
    readonly error: unknown;
    readonly counted: boolean;
  };
}

/** Where a breaker stands. Times are wall-clock milliseconds since the epoch. */
export interface BreakerStatus {
  readonly state: BreakerState;
  /** One sentence. */
  readonly reason: string;
  readonly since: number;
  /** When the next call may be let through; null when nobody can say (isolated by hand). */
  readonly nextTryAt: number | null;
  /** The last failure that counted, in words; null when there was none. */
  readonly lastCause: string | null;
}

/** A circuit breaker: it leaves a dependency alone that fails, tries it after a while, and comes back slowly. */
export interface Breaker extends Policy {
  readonly name: string;
  /** As `execute`, but the result says how it ended: refusing throws nothing and costs next to nothing. Never rejects. */
  tryExecute<T>(work: Work<T>, options?: CallOptions): Promise<Result<T>>;
  /** Open turns into half-open by time alone; this is noticed at the next call, or when somebody asks. */
  state(): BreakerState;
  status(): BreakerStatus;
  /** Whether it is closed, and why it is where it is. */
  healthy(): { readonly healthy: boolean; readonly reason: string };
  stats(): BreakerStats;
  /** The outcome of a call that was made elsewhere, and how long it took. While open or isolated it changes nothing. */
  recordSuccess(durationMs?: number): void;
  recordFailure(cause: unknown, durationMs?: number): void;
  /** A probe succeeded: an open breaker is half-open from now on. False when it was not open. */
  trial(): boolean;
  /** Takes what another process found out into account; see {@link BreakerAdvice}. */
  advise(advice: BreakerAdvice): void;
  /**
   * Refuses everything until the function that it gives is called. Several may hold it at once. After the last has let
   * go it is where it was before, less the time that has passed; what ran meanwhile has no say.
   */
  isolate(reason?: string): () => void;
  /** Ends every isolation, also one that came with a snapshot. */
  endIsolation(): void;
  /**
   * Changes the options that are given, at once, and keeps window, state, counts and trials under way.
   * @throws RangeError when one is not valid; nothing has changed then.
   */
  configure(changes: BreakerChanges): void;
  /** The state as plain data, with the remaining open time. */
  snapshot(): BreakerSnapshot;
  /** Takes over a snapshot, less the time since it was taken. A bad one changes nothing, and the reason is given. */
  restore(snapshot: unknown): Restored;
  /** Adds a listener; gives the function that removes it. What it throws changes neither result nor state. */
  on<Name extends keyof BreakerEvents>(
    name: Name,
    listener: (event: BreakerEvents[Name]) => void,
  ): () => void;
}
