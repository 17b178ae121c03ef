import { createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import type { Breaker, BreakerChanges, BreakerEvents, BreakerOptions, BreakerStatus } from './breaker-api.ts';
import { callerSignal, canEndEarly, runWithin, whyNotBegin } from './breaker-call.ts';
import { BreakerContext } from './breaker-context.ts';
import { BreakerCore, type BreakerAdvice, type BreakerStats } from './breaker-core.ts';
import { REFUSED, type BreakerState, type Permit, type PhaseChange } from './breaker-phases.ts';
import type { BreakerSnapshot, Restored } from './breaker-snapshot.ts';
import { RefusedError, type CallOptions, type Refusal, type Result, type Work } from './call.ts';
import type { Classification, Classify } from './classify.ts';

/**
 * A circuit breaker; every option may be left out.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export const createBreaker = (options: BreakerOptions = {}): Breaker => new CircuitBreaker(options);

/** What happens when a call that holds `permit` ends. */
interface Endings {
  readonly permit: Permit;
  readonly onValue: <T>(value: T) => T;
  readonly onError: (error: unknown) => never;
  readonly onValueResult: <T>(value: T) => Result<T>;
  readonly onErrorResult: (error: unknown) => Result<never>;
}

class CircuitBreaker implements Breaker {
  readonly name: string;
  readonly #clock: Clock;
  readonly #core: BreakerCore;
  readonly #emitter;
  readonly #listeners = { state_change: 0, refused: 0, success: 0, failure: 0 };
  #classify: Classify | undefined;
  /** Whether anybody wants to know how long calls take. */
  #timed: boolean;
  #lastRefusal: Refusal | null = null;
  #lastResult: Promise<Result<never>> | null = null;
  /** What {@link #ask} was given last, for the call that asked. */
  #permit: Permit = REFUSED;
  #shared: Endings;

  constructor({
    name = 'dependency',
    clock = systemClock,
    classify,
    onListenerError,
    ...tuning
  }: BreakerOptions) {
    this.name = name;
    this.#clock = clock;
    this.#classify = classify;
    this.#emitter = createEmitter<BreakerEvents>((error) => {
      try {
        onListenerError?.(error);
      } catch {
        // It is a listener too.
      }
    });
    this.#core = new BreakerCore(name, tuning, clock.monotonic(), (change) => this.#tellChange(change));
    this.#timed = this.#core.needsDurations;
    this.#shared = this.#endingsFrom(this.#core.steady, NaN);
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const stop = options === undefined ? null : whyNotBegin(this.name, options, this.#clock);
    if (stop !== null) return Promise.reject(stop);
    const refusal = this.#ask();
    if (refusal !== null) {
      this.#tellRefused(refusal);
      return Promise.reject(new RefusedError(refusal));
    }
    if (options !== undefined && canEndEarly(options)) return this.#runWithin(work, this.#permit, options);
    const { onValue, onError } = this.#endings(this.#permit);
    return begin(work).then(onValue<T>, onError);
  }

  tryExecute<T>(work: Work<T>, options?: CallOptions): Promise<Result<T>> {
    const stop = options === undefined ? null : whyNotBegin(this.name, options, this.#clock);
    if (stop !== null) return Promise.resolve(stoppedResult(stop));
    const refusal = this.#ask();
    if (refusal !== null) {
      this.#tellRefused(refusal);
      return this.#refusedResult(refusal);
    }
    if (options !== undefined && canEndEarly(options))
      return this.#runWithin(work, this.#permit, options).then(resultOf<T>, failedResult);
    const { onValueResult, onErrorResult } = this.#endings(this.#permit);
    return begin(work).then(onValueResult<T>, onErrorResult);
  }

  state(): BreakerState {
    return this.#core.state(this.#clock.monotonic());
  }

  status(): BreakerStatus {
    const state = this.state();
    const { reason, since, nextTryAt, lastCause } = this.#core.refusal(
      this.#clock.monotonic(),
      this.#clock.now(),
    );
    return { state, reason, since, nextTryAt, lastCause };
  }

  healthy(): { readonly healthy: boolean; readonly reason: string } {
    const { state, reason } = this.status();
    return { healthy: state === 'closed', reason };
  }

  stats(): BreakerStats {
    return this.#core.stats(this.#clock.monotonic());
  }

  recordSuccess(durationMs = 0): void {
    this.#core.recordSuccess(this.#clock.monotonic(), durationMs);
  }

  recordFailure(cause: unknown, durationMs = 0): void {
    this.#core.recordFailure(this.#clock.monotonic(), durationMs, cause);
  }

  trial(): boolean {
    return this.#core.trial(this.#clock.monotonic());
  }

  advise(advice: BreakerAdvice): void {
    this.#core.advise(advice, this.#clock.monotonic());
  }

  isolate(reason = 'by hand'): () => void {
    const release = this.#core.isolate(reason, this.#clock.monotonic());
    return () => release(this.#clock.monotonic());
  }

  endIsolation(): void {
    this.#core.endIsolation(this.#clock.monotonic());
  }

  configure({ classify, ...tuning }: BreakerChanges): void {
    this.#core.configure(tuning, this.#clock.monotonic());
    if (classify !== undefined) this.#classify = classify;
    this.#watchDurations();
  }

  snapshot(): BreakerSnapshot {
    return this.#core.snapshot(this.#clock.monotonic(), this.#clock.now());
  }

  restore(snapshot: unknown): Restored {
    return this.#core.restore(snapshot, this.#clock.monotonic(), this.#clock.now());
  }

  on<Name extends keyof BreakerEvents>(
    name: Name,
    listener: (event: BreakerEvents[Name]) => void,
  ): () => void {
    const remove = this.#emitter.on(name, listener);
    this.#listeners[name] += 1;
    this.#watchDurations();
    let added = true;
    return () => {
      if (!added) return;
      added = false;
      remove();
      this.#listeners[name] -= 1;
      this.#watchDurations();
    };
  }

  #watchDurations(): void {
    const { success, failure } = this.#listeners;
    this.#timed = this.#core.needsDurations || success > 0 || failure > 0;
  }

  /** Why a call may not run; null when it may, with the permit in `#permit`. */
  #ask(): Refusal | null {
    const { steady } = this.#core;
    this.#permit = steady;
    if (steady !== REFUSED) return null;
    const nowMs = this.#clock.monotonic();
    const again = this.#core.refuseAgain(nowMs);
    if (again !== null) return again;
    this.#permit = this.#core.admit(nowMs);
    return this.#permit === REFUSED ? this.#core.refusal(nowMs, this.#clock.now()) : null;
  }

  /** While everybody has leave and nobody measures, all calls end alike: they share their endings. */
  #endings(permit: Permit): Endings {
    if (!this.#timed && permit === this.#shared.permit) return this.#shared;
    const endings = this.#endingsFrom(permit, this.#startMs());
    if (!this.#timed && permit === this.#core.steady) this.#shared = endings;
    return endings;
  }

  #endingsFrom(permit: Permit, startedMs: number): Endings {
    return {
      permit,
      onValue: (value) => {
        this.#succeeded(permit, startedMs);
        return value;
      },
      onError: (error) => {
        this.#failed(permit, startedMs, error);
        throw error;
      },
      onValueResult: (value) => {
        this.#succeeded(permit, startedMs);
        return { ok: true, value };
      },
      onErrorResult: (error) => {
        this.#failed(permit, startedMs, error);
        return { ok: false, error };
      },
    };
  }

  #startMs(): number {
    return this.#timed ? this.#clock.monotonic() : NaN;
  }

  async #runWithin<T>(work: Work<T>, permit: Permit, options: CallOptions): Promise<T> {
    const startedMs = this.#startMs();
    const signal = callerSignal(options);
    let value: T;
    try {
      value = await runWithin(this.name, work, options, signal, this.#clock);
    } catch (error) {
      if (signal?.aborted) this.#core.release(permit);
      else this.#failed(permit, startedMs, error);
      throw error;
    }
    this.#succeeded(permit, startedMs);
    return value;
  }

  #succeeded(permit: Permit, startedMs: number): void {
    const nowMs = this.#clock.monotonic();
    const durationMs = nowMs - startedMs;
    this.#core.success(permit, nowMs, durationMs);
    if (this.#listeners.success > 0) this.#emitter.emit('success', { durationMs: known(durationMs) });
  }

  #failed(permit: Permit, startedMs: number, error: unknown): void {
    const nowMs = this.#clock.monotonic();
    const durationMs = nowMs - startedMs;
    const counts = this.#counts(error);
    if (counts === true) this.#core.failure(permit, nowMs, durationMs, error);
    else if (counts === false) this.#core.release(permit);
    else this.#core.persistingFailure(permit, nowMs, durationMs, error);
    if (this.#listeners.failure > 0)
      this.#emitter.emit('failure', { durationMs: known(durationMs), error, counted: counts !== false });
  }

  #counts(error: unknown): Classification['countsForBreaker'] {
    try {
      return this.#classify?.(error).countsForBreaker ?? true;
    } catch {
      // A classification that breaks must hide no failure.
      return true;
    }
  }

  #tellRefused(refusal: Refusal): void {
    if (this.#listeners.refused > 0) this.#emitter.emit('refused', refusal);
  }

  /** The same promise for the same refusal. */
  #refusedResult(refusal: Refusal): Promise<Result<never>> {
    if (refusal === this.#lastRefusal && this.#lastResult !== null) return this.#lastResult;
    this.#lastRefusal = refusal;
    this.#lastResult = Promise.resolve({ ok: false, refusal });
    return this.#lastResult;
  }

  #tellChange({ from, to, nowMs, reason }: PhaseChange): void {
    if (this.#listeners.state_change === 0) return;
    const at = Math.round(this.#clock.now() - (this.#clock.monotonic() - nowMs));
    this.#emitter.emit('state_change', { dependency: this.name, from, to, at, reason });
  }
}

/** A promise of what the work gives; native ones are taken as they are. */
function begin<T>(work: Work<T>): Promise<T> {
  try {
    return Promise.resolve(work(new BreakerContext()));
  } catch (error) {
    return rejected(error);
  }
}

// An async function may reject with whatever was thrown.
async function rejected(error: unknown): Promise<never> {
  throw error;
}

const known = (durationMs: number): number | null => (Number.isNaN(durationMs) ? null : durationMs);

const resultOf = <T>(value: T): Result<T> => ({ ok: true, value });
const failedResult = (error: unknown): Result<never> => ({ ok: false, error });
const stoppedResult = (stop: Error): Result<never> =>
  stop instanceof RefusedError ? { ok: false, refusal: stop.refusal } : failedResult(stop);
