import { Leases } from './breaker-leases.ts';
import type { BreakerSettings } from './breaker-options.ts';
import { Ramp } from './breaker-ramp.ts';

/** What a breaker shows. `isolated`: held open by hand. */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'isolated';

/** >= 0: leave to run, which tells the state that it was given in, or the lease; {@link REFUSED}: none. */
export type Permit = number;
export const REFUSED: Permit = -1;

/** Where a breaker stands, isolated or not. Times are monotonic. */
export type Phase =
  | { readonly kind: 'closed'; readonly sinceMs: number }
  | { readonly kind: 'open'; readonly sinceMs: number; readonly untilMs: number }
  | { readonly kind: 'half_open'; readonly sinceMs: number; readonly leases: Leases; successes: number };

/** A change of state. `nowMs` is monotonic; `reason` says why, in words. */
export interface PhaseChange {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly nowMs: number;
  readonly reason: string;
}

/** A hold by hand. */
export interface Isolation {
  readonly reason: string;
  readonly sinceMs: number;
}

/**
 * The states, who has leave in them, and how one follows the other. Each state has a number of its own (its epoch); a
 * permit of closed is that number, a permit of half-open is the number of a lease, and no number is ever given twice: so
 * a call that began in an earlier state has nothing to say.
 */
export class BreakerPhases {
  settings: BreakerSettings;
  phase: Phase;
  /** The limit on calls at once after closing; null when there is none. */
  ramp: Ramp | null = null;
  epoch = 0;
  /** The epoch while it is closed without a limit, when everybody has leave; else REFUSED. */
  steady: Permit = 0;
  /** How often it has opened since it was last closed. */
  openings = 0;
  isolations: readonly Isolation[] = [];
  #issued = 0;
  readonly #onChange: ((change: PhaseChange) => void) | undefined;

  constructor(settings: BreakerSettings, nowMs: number, onChange?: (change: PhaseChange) => void) {
    this.settings = settings;
    this.phase = { kind: 'closed', sinceMs: nowMs };
    this.#onChange = onChange;
  }

  get shown(): BreakerState {
    return this.isolations.length > 0 ? 'isolated' : this.phase.kind;
  }

  /** The open time of now: `openMs`, grown once for each opening after the first. */
  get openTimeMs(): number {
    const { openMs, openGrowth, longestOpenMs } = this.settings;
    return Math.min(longestOpenMs, openMs * openGrowth ** Math.max(0, this.openings - 1));
  }

  /** Until when nobody gets leave, unless the state changes; in the past when somebody may. */
  get refusesUntilMs(): number {
    if (this.isolations.length > 0) return Infinity;
    return this.phase.kind === 'open' ? this.phase.untilMs : -Infinity;
  }

  /** What time alone changes: the open time ends, or the ramp. */
  turn(nowMs: number): void {
    this.endRamp(nowMs);
    const phase = this.phase;
    if (phase.kind !== 'open' || nowMs < phase.untilMs) return;
    if (this.isolations.length > 0) this.phase = this.#untried(phase.untilMs);
    else this.halfOpen(phase.untilMs, 'the open time is over');
  }

  admit(nowMs: number): Permit {
    this.turn(nowMs);
    if (this.isolations.length > 0) return REFUSED;
    const phase = this.phase;
    if (phase.kind === 'open') return REFUSED;
    if (phase.kind === 'closed') return this.ramp === null || this.ramp.take() ? this.epoch : REFUSED;
    const lease = this.#issued + 1;
    if (!phase.leases.take(lease, nowMs, nowMs + this.openTimeMs)) return REFUSED;
    this.#issued = lease;
    return lease;
  }

  /** Whether `permit` is a lease that still runs. */
  hasLease(permit: Permit, nowMs: number): boolean {
    const phase = this.phase;
    return phase.kind === 'half_open' && phase.leases.has(permit, nowMs);
  }

  giveBack(permit: Permit): void {
    if (this.phase.kind === 'half_open') this.phase.leases.giveBack(permit);
  }

  endRamp(nowMs: number): void {
    if (this.ramp?.isOver(this.settings, nowMs) !== true) return;
    this.ramp = null;
    this.steady = this.epoch;
  }

  open(nowMs: number, reason: string): void {
    const from = this.shown;
    this.openings += 1;
    this.phase = { kind: 'open', sinceMs: nowMs, untilMs: nowMs + this.openTimeMs };
    this.#enter(from, nowMs, reason);
  }

  halfOpen(sinceMs: number, reason: string): void {
    const from = this.shown;
    this.phase = this.#untried(sinceMs);
    this.#enter(from, sinceMs, reason);
  }

  close(nowMs: number, reason: string): void {
    const from = this.shown;
    this.openings = 0;
    this.phase = { kind: 'closed', sinceMs: nowMs };
    this.#enter(from, nowMs, reason);
  }

  /** Holds it open; the function that it gives ends this hold, once. */
  isolate(nowMs: number, reason: string): (nowMs: number) => void {
    const isolation: Isolation = { reason, sinceMs: nowMs };
    this.#hold([...this.isolations, isolation], nowMs, reason);
    return (releasedMs) => {
      if (!this.isolations.includes(isolation)) return;
      const left = this.isolations.filter((other) => other !== isolation);
      this.#hold(left, releasedMs, 'the isolation has ended');
    };
  }

  endIsolation(nowMs: number): void {
    if (this.isolations.length > 0) this.#hold([], nowMs, 'the isolation has ended');
  }

  /** Takes new settings; an open time that runs is measured by them. */
  configure(settings: BreakerSettings, nowMs: number): void {
    const before = this.openTimeMs;
    this.settings = settings;
    const { phase } = this;
    if (phase.kind === 'half_open') phase.leases.resize(settings.trials);
    if (phase.kind === 'open' && this.openTimeMs !== before)
      this.phase = { ...phase, untilMs: phase.sinceMs + this.openTimeMs };
    this.turn(nowMs);
  }

  /** Takes over what a snapshot held; it is open for `remainingMs` more, at most for the open time of now. */
  replace(
    state: Phase['kind'],
    held: { readonly openings: number; readonly sinceMs: number; readonly remainingMs: number },
    isolations: readonly Isolation[],
    nowMs: number,
  ): void {
    const from = this.shown;
    const { sinceMs } = held;
    this.openings = held.openings;
    this.isolations = isolations;
    const untilMs = nowMs + Math.min(held.remainingMs, this.openTimeMs);
    if (state === 'closed') this.phase = { kind: 'closed', sinceMs };
    else if (state === 'half_open') this.phase = this.#untried(sinceMs);
    else if (nowMs >= untilMs) this.phase = this.#untried(untilMs);
    else this.phase = { kind: 'open', sinceMs, untilMs };
    this.#enter(from, nowMs, 'restored from a snapshot');
  }

  #hold(isolations: readonly Isolation[], nowMs: number, reason: string): void {
    this.turn(nowMs);
    const from = this.shown;
    this.isolations = isolations;
    // The trials that ran are of an earlier state.
    if (this.phase.kind === 'half_open') this.phase = this.#untried(this.phase.sinceMs);
    this.#enter(from, nowMs, reason);
  }

  #untried(sinceMs: number): Phase {
    return { kind: 'half_open', sinceMs, leases: new Leases(this.settings.trials), successes: 0 };
  }

  /** A new state begins: who was given leave before has none any more. */
  #enter(from: BreakerState, nowMs: number, reason: string): void {
    const to = this.shown;
    this.#issued += 1;
    this.epoch = this.#issued;
    const ramps = to === 'closed' && from !== 'closed' && this.settings.rampStart !== Infinity;
    this.ramp = ramps ? new Ramp(this.settings, nowMs) : null;
    this.steady = to === 'closed' && !ramps ? this.epoch : REFUSED;
    // Last, because a listener may call back.
    if (from !== to) this.#onChange?.({ from, to, nowMs, reason });
  }
}
