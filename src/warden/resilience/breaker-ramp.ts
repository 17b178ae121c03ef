import type { BreakerSettings } from './breaker-options.ts';

/**
 * How many calls may run at once after closing: `rampStart`, doubled each time as many calls as the limit allows have
 * succeeded, until the limit would go beyond `rampEnd` or `rampLongestMs` have passed. Slow start, as TCP has it (RFC
 * 5681, section 3.1), so that those who were refused do not all come back at once.
 */
export class Ramp {
  limit: number;
  running = 0;
  #successes = 0;
  readonly #startedMs: number;

  constructor(settings: BreakerSettings, nowMs: number) {
    this.limit = settings.rampStart;
    this.#startedMs = nowMs;
  }

  /** Takes a place, if one is free. */
  take(): boolean {
    if (this.running >= this.limit) return false;
    this.running += 1;
    return true;
  }

  succeeded(): void {
    this.#successes += 1;
    if (this.#successes < this.limit) return;
    this.#successes = 0;
    this.limit *= 2;
  }

  isOver(settings: BreakerSettings, nowMs: number): boolean {
    return this.limit > settings.rampEnd || nowMs - this.#startedMs >= settings.rampLongestMs;
  }
}
