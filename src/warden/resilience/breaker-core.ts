import type { Refusal } from './call.ts';
import { Evidence, judgeFailure, judgeWindow } from './breaker-evidence.ts';
import {
  breakerSettings,
  withoutUndefined,
  type BreakerSettings,
  type BreakerTuning,
} from './breaker-options.ts';
import {
  BreakerPhases,
  REFUSED,
  type BreakerState,
  type Permit,
  type PhaseChange,
} from './breaker-phases.ts';
import { refusalOf } from './breaker-refusal.ts';
import { parseBreakerSnapshot, type BreakerSnapshot, type Restored } from './breaker-snapshot.ts';

/** What another process found out. It never opens a breaker by itself: that takes evidence of its own. */
export type BreakerAdvice =
  /** For so many ms one failure of our own is enough to open. */
  | { readonly state: 'open'; readonly forMs: number }
  /** If it is open, it becomes half-open at once. */
  | { readonly state: 'closed' };

/** Counts of a breaker. Calls that were refused or cancelled, or that ended too late, are in none but `refused`. */
export interface BreakerStats {
  /** How far back `calls`, `failures` and `slow` look, in ms; they begin anew when it closes after an opening. */
  readonly windowMs: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** 0..1; null without calls. */
  readonly failureRatio: number | null;
  readonly slowRatio: number | null;
  readonly consecutiveFailures: number;
  /** Since the breaker was made. */
  readonly refused: number;
  /** How often it has opened since it was last closed. */
  readonly openings: number;
  /** Trials under way; 0 outside half-open. */
  readonly trialsRunning: number;
  /** Trials that succeeded since it became half-open. */
  readonly trialSuccesses: number;
  /** How many calls may run at once after closing, and how many do; null when there is no limit. */
  readonly ramp: { readonly limit: number; readonly running: number } | null;
}

/** How long a refusal is handed out again. Its times are whole milliseconds. */
const REFUSAL_KEPT_MS = 1;

/**
 * A circuit breaker without clock, timer or promise. `nowMs` is monotonic and never goes back; where durations do not
 * matter ({@link needsDurations}), any number will do. Each permit is settled once: by `success`, `failure`,
 * `persistingFailure` or `release`. A permit of an earlier state, or a lease whose time is over, changes nothing.
 */
export class BreakerCore {
  readonly name: string;
  readonly #phases: BreakerPhases;
  readonly #evidence: Evidence;
  #tuning: BreakerTuning;
  #settings: BreakerSettings;
  #refused = 0;
  /** Why it last opened. */
  #why = '';
  #refusal: Refusal | null = null;
  #refusalEpoch = -1;
  #refusalUntilMs = -Infinity;
  /** Until when everybody is refused, whatever happens but a change of state. */
  #firmUntilMs = -Infinity;

  /** @throws RangeError when an option is not valid. */
  constructor(name: string, tuning: BreakerTuning, nowMs: number, onChange?: (change: PhaseChange) => void) {
    this.name = name;
    this.#tuning = tuning;
    this.#settings = breakerSettings(tuning);
    this.#phases = new BreakerPhases(this.#settings, nowMs, onChange);
    this.#evidence = new Evidence(this.#settings.windowMs);
  }

  /** What {@link admit} gives while everybody has leave, so that nobody has to look at the clock; else REFUSED. */
  get steady(): Permit {
    return this.#phases.steady;
  }

  get needsDurations(): boolean {
    return this.#settings.slowMs !== Infinity;
  }

  /** Leave to run a call, or REFUSED. Refusing changes nothing but a count. */
  admit(nowMs: number): Permit {
    const { steady } = this.#phases;
    if (steady !== REFUSED) return steady;
    const permit = this.#phases.admit(nowMs);
    if (permit === REFUSED) this.#refused += 1;
    return permit;
  }

  success(permit: Permit, nowMs: number, durationMs: number): void {
    if (this.#ends(permit, nowMs)) this.#succeeded(nowMs, durationMs);
  }

  failure(permit: Permit, nowMs: number, durationMs: number, cause: unknown): void {
    if (this.#ends(permit, nowMs)) this.#failed(nowMs, durationMs, cause);
  }

  /** A failure that counts only when it has come `persistingAfter` times without a success between. */
  persistingFailure(permit: Permit, nowMs: number, durationMs: number, cause: unknown): void {
    if (this.#ends(permit, nowMs) && this.#evidence.persists(this.#settings.persistingAfter))
      this.#failed(nowMs, durationMs, cause);
  }

  /** Not run after all, or given up by the caller: says nothing, and makes room for another. */
  release(permit: Permit): void {
    if (permit !== this.#phases.epoch) this.#phases.giveBack(permit);
    else if (this.#phases.ramp !== null) this.#phases.ramp.running -= 1;
  }

  /** False when the state has changed since, or the lease is over: who waited must ask for leave anew. */
  isCurrent(permit: Permit, nowMs: number): boolean {
    return permit === this.#phases.epoch || this.#phases.hasLease(permit, nowMs);
  }

  /** The outcome of a call that was made elsewhere. While open or isolated it changes nothing. */
  recordSuccess(nowMs: number, durationMs: number): void {
    if (this.#listens(nowMs)) this.#succeeded(nowMs, durationMs);
  }

  recordFailure(nowMs: number, durationMs: number, cause: unknown): void {
    if (this.#listens(nowMs)) this.#failed(nowMs, durationMs, cause);
  }

  /** As after a probe that succeeded: an open breaker is half-open from now on. False when it was not open. */
  trial(nowMs: number, reason = 'a probe succeeded'): boolean {
    if (this.state(nowMs) !== 'open') return false;
    this.#phases.halfOpen(nowMs, reason);
    return true;
  }

  advise(advice: BreakerAdvice, nowMs: number): void {
    if (advice.state === 'open') {
      this.#evidence.advisedUntilMs = nowMs + advice.forMs;
      return;
    }
    this.#evidence.advisedUntilMs = -Infinity;
    if (this.state(nowMs) === 'open') this.#phases.halfOpen(nowMs, 'it answers elsewhere');
  }

  /** Refuses everything until the function that it gives is called, and those of all other holds are. */
  isolate(reason: string, nowMs: number): (nowMs: number) => void {
    return this.#phases.isolate(nowMs, reason);
  }

  /** Ends every isolation, also one that came with a snapshot. */
  endIsolation(nowMs: number): void {
    this.#phases.endIsolation(nowMs);
  }

  state(nowMs: number): BreakerState {
    this.#phases.turn(nowMs);
    return this.#phases.shown;
  }

  /**
   * Refuses once more with what was said last, if that is still so; null when {@link admit} has to be asked. Under a storm
   * of refused calls this is all that happens.
   */
  refuseAgain(nowMs: number): Refusal | null {
    if (nowMs >= this.#firmUntilMs || this.#refusalEpoch !== this.#phases.epoch) return null;
    this.#refused += 1;
    return this.#refusal;
  }

  /** Why a call is refused now. `wallNowMs` is the wall clock, for the times that people read. */
  refusal(nowMs: number, wallNowMs: number): Refusal {
    const phases = this.#phases;
    phases.turn(nowMs);
    if (this.#refusal !== null && nowMs < this.#refusalUntilMs && this.#refusalEpoch === phases.epoch)
      return this.#refusal;
    const facts = { name: this.name, why: this.#why, lastCause: this.lastCause(), nowMs, wallNowMs };
    this.#refusal = refusalOf(phases, facts);
    this.#refusalEpoch = phases.epoch;
    // While it is closed, the last cause may change at any time.
    this.#refusalUntilMs = phases.shown === 'closed' ? -Infinity : nowMs + REFUSAL_KEPT_MS;
    this.#firmUntilMs = Math.min(this.#refusalUntilMs, phases.refusesUntilMs);
    return this.#refusal;
  }

  /** The last failure that counted, in words. */
  lastCause(): string | null {
    return this.#evidence.lastCause();
  }

  stats(nowMs: number): BreakerStats {
    this.#phases.turn(nowMs);
    const { phase, ramp, openings } = this.#phases;
    const { ring, consecutiveFailures } = this.#evidence;
    ring.advance(nowMs);
    const { windowMs, calls, failures, slow } = ring;
    return {
      windowMs,
      calls,
      failures,
      slow,
      failureRatio: calls === 0 ? null : failures / calls,
      slowRatio: calls === 0 ? null : slow / calls,
      consecutiveFailures,
      refused: this.#refused,
      openings,
      trialsRunning: phase.kind === 'half_open' ? phase.leases.held(nowMs) : 0,
      trialSuccesses: phase.kind === 'half_open' ? phase.successes : 0,
      ramp: ramp === null ? null : { limit: ramp.limit, running: ramp.running },
    };
  }

  /**
   * Takes new settings and keeps window, state, counts and leases. An open time that runs is measured by the new ones.
   * @throws RangeError when one is not valid; nothing has changed then.
   */
  configure(tuning: BreakerTuning, nowMs: number): void {
    const merged = { ...this.#tuning, ...withoutUndefined(tuning) };
    const settings = breakerSettings(merged);
    this.#phases.turn(nowMs);
    this.#tuning = merged;
    this.#settings = settings;
    this.#phases.configure(settings, nowMs);
    this.#evidence.resize(nowMs, settings.windowMs);
    this.#refusalUntilMs = this.#firmUntilMs = -Infinity;
  }

  snapshot(nowMs: number, wallNowMs: number): BreakerSnapshot {
    this.#phases.turn(nowMs);
    const { phase, openings, isolations } = this.#phases;
    return {
      version: 1,
      name: this.name,
      takenAt: wallNowMs,
      state: phase.kind,
      inStateForMs: nowMs - phase.sinceMs,
      remainingOpenMs: phase.kind === 'open' ? Math.max(0, phase.untilMs - nowMs) : 0,
      openings,
      consecutiveFailures: this.#evidence.consecutiveFailures,
      why: this.#why,
      lastCause: this.lastCause(),
      isolations: isolations.map(({ reason, sinceMs }) => ({ reason, forMs: nowMs - sinceMs })),
      window: this.#evidence.ring.parts(nowMs),
    };
  }

  /** Takes over what a snapshot holds, less the time that has passed since. One that is not good changes nothing. */
  restore(snapshot: unknown, nowMs: number, wallNowMs: number): Restored {
    const parsed = parseBreakerSnapshot(snapshot, this.name);
    if ('fault' in parsed) return { ok: false, reason: parsed.fault };
    // A wall clock that was set back between makes nothing younger.
    const goneMs = Math.max(0, wallNowMs - parsed.takenAt);
    const sinceMs = nowMs - parsed.inStateForMs - goneMs;
    const { openings, why } = parsed;
    this.#why = why;
    this.#evidence.replace(parsed.consecutiveFailures, parsed.lastCause);
    const window = parsed.window.map((part) => ({ ...part, ageMs: part.ageMs + goneMs }));
    this.#evidence.ring.add(nowMs, window);
    const isolations = parsed.isolations.map(({ reason, forMs }) => ({
      reason,
      sinceMs: nowMs - forMs - goneMs,
    }));
    const held = { openings, sinceMs, remainingMs: parsed.remainingOpenMs - goneMs };
    this.#phases.replace(parsed.state, held, isolations, nowMs);
    return { ok: true };
  }

  /** Takes the permit back; whether its outcome counts. */
  #ends(permit: Permit, nowMs: number): boolean {
    const phases = this.#phases;
    if (permit === phases.epoch) {
      if (phases.ramp !== null) phases.ramp.running -= 1;
      return true;
    }
    const counts = phases.hasLease(permit, nowMs);
    phases.giveBack(permit);
    return counts;
  }

  #listens(nowMs: number): boolean {
    const state = this.state(nowMs);
    return state === 'closed' || state === 'half_open';
  }

  #succeeded(nowMs: number, durationMs: number): void {
    const phases = this.#phases;
    const slow = durationMs >= this.#settings.slowMs;
    this.#evidence.success(nowMs, slow);
    if (phases.phase.kind === 'half_open') {
      if (slow) this.#open(nowMs, 'a trial that was slow');
      else {
        phases.phase.successes += 1;
        if (phases.phase.successes >= this.#settings.successesToClose) this.#close(nowMs);
      }
      return;
    }
    if (phases.ramp !== null) {
      phases.ramp.succeeded();
      phases.endRamp(nowMs);
    }
    if (!this.#settings.judgesWindow) return;
    const why = judgeWindow(this.#settings, this.#evidence.ring);
    if (why !== null) this.#open(nowMs, why);
  }

  #failed(nowMs: number, durationMs: number, cause: unknown): void {
    this.#evidence.failure(nowMs, durationMs >= this.#settings.slowMs, cause);
    const why =
      this.#phases.phase.kind === 'half_open'
        ? 'a trial that failed'
        : judgeFailure(this.#settings, this.#evidence, nowMs);
    if (why !== null) this.#open(nowMs, why);
  }

  #open(nowMs: number, why: string): void {
    this.#why = why;
    this.#phases.open(nowMs, why);
  }

  #close(nowMs: number): void {
    const { successesToClose } = this.#settings;
    this.#why = '';
    this.#evidence.forget();
    this.#phases.close(nowMs, `${successesToClose} ${successesToClose === 1 ? 'trial' : 'trials'} succeeded`);
  }
}
