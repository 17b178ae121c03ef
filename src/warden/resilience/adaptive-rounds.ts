import {
  adaptiveLimitOf,
  adaptiveRoundOf,
  clampAdaptiveLimit,
  startAdaptiveLimit,
  updateAdaptiveLimit,
  type AdaptiveLimitSettings,
  type AdaptiveState,
} from './adaptive-limit.ts';

/** A round with this share of lost calls counts as one that lost calls: a stray one among many says nothing. */
const DROPPED_SHARE = 0.05;

/** Gathers calls into rounds and keeps the state of an adaptive limit. A call costs O(1) and allocates nothing. */
export class AdaptiveLimit {
  #settings: AdaptiveLimitSettings;
  #state: AdaptiveState;
  #limit: number;
  #round: number;
  #ended = 0;
  #measured = 0;
  #totalMs = 0;
  #inFlight = 0;

  constructor(settings: AdaptiveLimitSettings) {
    this.#settings = settings;
    this.#state = startAdaptiveLimit(settings);
    this.#limit = adaptiveLimitOf(this.#state, settings);
    this.#round = adaptiveRoundOf(this.#state, settings);
  }

  /** Calls that may run at once. */
  get limit(): number {
    return this.#limit;
  }

  get kind(): AdaptiveLimitSettings['adaptive'] {
    return this.#settings.adaptive;
  }

  get state(): AdaptiveState {
    return this.#state;
  }

  /** A call has ended. `inFlight` counts it and those that still run; the duration of one that was lost does not matter. */
  record(durationMs: number, inFlight: number, dropped: boolean): void {
    this.#ended += 1;
    this.#inFlight = Math.max(this.#inFlight, inFlight);
    if (!dropped) {
      this.#measured += 1;
      this.#totalMs += durationMs;
    }
    if (this.#ended < this.#round) return;
    const sample = {
      durationMs: this.#measured === 0 ? null : this.#totalMs / this.#measured,
      inFlight: this.#inFlight,
      dropped: this.#ended - this.#measured >= DROPPED_SHARE * this.#ended,
    };
    this.#begin(updateAdaptiveLimit(this.#state, sample, this.#settings));
  }

  /** Goes on under other settings with what was learnt. */
  configure(settings: AdaptiveLimitSettings): void {
    this.#settings = settings;
    this.#begin(clampAdaptiveLimit(this.#state, settings));
  }

  #begin(state: AdaptiveState): void {
    this.#state = state;
    this.#limit = adaptiveLimitOf(state, this.#settings);
    this.#round = adaptiveRoundOf(state, this.#settings);
    this.#ended = 0;
    this.#measured = 0;
    this.#totalMs = 0;
    this.#inFlight = 0;
  }
}
