import { BreakerCore } from '../breaker-core.ts';
import type { BreakerTuning } from '../breaker-options.ts';
import type { Permit, PhaseChange } from '../breaker-phases.ts';

/** A core under a hand-driven clock, with what it told. */
export interface PlayedCore {
  core: BreakerCore;
  readonly changes: PhaseChange[];
  nowMs: number;
  admit(): Permit;
  /** So many calls that are let through and fail at once, or succeed. */
  fail(times: number): void;
  succeed(times: number): void;
  /** Opens it by the default of consecutive failures, waits until it is half-open, and asks for that many trials. */
  halfOpen(trials: number): Permit[];
  /** Opens it, and closes it again through its trials. */
  comeBack(): void;
}

export function playCore(tuning: BreakerTuning = {}): PlayedCore {
  const changes: PhaseChange[] = [];
  const played: PlayedCore = {
    core: new BreakerCore('api', tuning, 0, (change) => changes.push(change)),
    changes,
    nowMs: 0,
    admit: () => played.core.admit(played.nowMs),
    fail(times) {
      for (let time = 0; time < times; time++)
        played.core.failure(played.admit(), played.nowMs, 0, new Error('broken'));
    },
    succeed(times) {
      for (let time = 0; time < times; time++) played.core.success(played.admit(), played.nowMs, 0);
    },
    halfOpen(trials) {
      played.fail(5);
      played.nowMs += 60_000;
      return Array.from({ length: trials }, () => played.admit());
    },
    comeBack() {
      for (const permit of played.halfOpen(3)) played.core.success(permit, played.nowMs, 0);
    },
  };
  return played;
}
