import { LatencyWindow } from '../../kernel/index.ts';
import { demandNumber, withDefaults } from './option-checks.ts';

/** Options of an adaptive time limit. */
export interface AdaptiveTimeoutOptions {
  /** The limit until `minimumCalls` have been answered, in ms. Default 10,000. */
  readonly initialMs?: number | undefined;
  /** Never below this, in ms. Default 1,000. */
  readonly minMs?: number | undefined;
  /** Never above this, in ms. Default 30,000. */
  readonly maxMs?: number | undefined;
  /** The limit is this many times the 99th percentile of the answers in the window. Default 1.5. */
  readonly factor?: number | undefined;
  /** With an average answer over this, in ms, the other side is called slow. Default 2,000. */
  readonly slowMs?: number | undefined;
  /** While it is slow the limit is this many times wider. Default 1.5. */
  readonly slowFactor?: number | undefined;
  /** How far back it looks, in ms. Default 60,000. */
  readonly windowMs?: number | undefined;
  /** Answers in the window before they set the limit. Default 20. */
  readonly minimumCalls?: number | undefined;
}

type Resolved = Record<keyof AdaptiveTimeoutOptions, number>;

export const adaptiveTimeoutDefaults: Resolved = {
  initialMs: 10_000,
  minMs: 1_000,
  maxMs: 30_000,
  factor: 1.5,
  slowMs: 2_000,
  slowFactor: 1.5,
  windowMs: 60_000,
  minimumCalls: 20,
};

/** A limit is computed anew after this long, not with each call. */
const REFRESH_MS = 1_000;
/** Weight of an answer in how long one usually takes: after ten of another length, hardly anything is left of those before. */
const USUAL_WEIGHT = 0.2;
/** Slow ends when the average is below this share of `slowMs`, so that it does not flap. */
const QUICK_SHARE = 0.75;

/**
 * A time limit that follows what the other side takes: clamp(p99 of recent answers x `factor`, `minMs`, `maxMs`).
 *
 * An attempt that ran into the limit counts as an answer that took as long as that, because it would have taken at least
 * that; and for the next `windowMs` the limit is not below `initialMs`. A limit that learned from answers alone could
 * never grow again once everything takes longer than it.
 */
export class AdaptiveTimeout {
  #options: Resolved;
  readonly #answers: LatencyWindow;
  #limitMs: number;
  #slow = false;
  #refreshAtMs = -Infinity;
  #wideUntilMs = -Infinity;
  #usualMs = 0;
  #answeredMs = -Infinity;

  /** @throws RangeError for options that make no sense. */
  constructor(options: AdaptiveTimeoutOptions = {}) {
    this.#options = checked(withDefaults<Resolved>(options, adaptiveTimeoutDefaults));
    this.#answers = new LatencyWindow({ windowMs: this.#options.windowMs });
    this.#limitMs = this.#options.initialMs;
  }

  /** The limit of an attempt that starts now, in ms. */
  limitMs(nowMs: number): number {
    if (nowMs >= this.#refreshAtMs) this.#refresh(nowMs);
    return this.#limitMs;
  }

  /** Whether answers take so long on average that what is known should be kept longer. */
  slow(nowMs: number): boolean {
    if (nowMs >= this.#refreshAtMs) this.#refresh(nowMs);
    return this.#slow;
  }

  /** The shortest time of an attempt whose end without an answer says something about the other side, in ms. */
  patienceMs(nowMs: number): number {
    const limitMs = this.limitMs(nowMs);
    return Math.min(limitMs, Math.max(this.#options.initialMs, this.usualMs(nowMs)));
  }

  /** How long an answer takes of late, in ms; 0 when there was none for `windowMs`. */
  usualMs(nowMs: number): number {
    return nowMs - this.#answeredMs < this.#options.windowMs ? this.#usualMs : 0;
  }

  /** An answer came after `durationMs`. */
  answered(nowMs: number, durationMs: number): void {
    this.#answers.record(nowMs, durationMs);
    this.#usualMs += (durationMs - this.#usualMs) * USUAL_WEIGHT;
    this.#answeredMs = nowMs;
  }

  /**
   * An answer to something that was given more time came after `durationMs`: the limit is not too short for such answers
   * from now on. Where everything takes longer than the limit nothing else could show by how much.
   */
  probed(nowMs: number, durationMs: number): void {
    this.#usualMs = Math.max(this.#usualMs, durationMs);
    this.#answeredMs = nowMs;
    this.#refreshAtMs = -Infinity;
  }

  /** None came within `limitMs`. */
  ranOut(nowMs: number, limitMs: number): void {
    this.#answers.record(nowMs, limitMs);
    this.#wideUntilMs = nowMs + this.#options.windowMs;
    this.#refreshAtMs = -Infinity;
  }

  /** Takes other options and keeps what it has learned; `windowMs` stays. @throws RangeError and changes nothing. */
  configure(options: AdaptiveTimeoutOptions): void {
    this.#options = checked({
      ...withDefaults<Resolved>(options, this.#options),
      windowMs: this.#options.windowMs,
    });
    this.#refreshAtMs = -Infinity;
  }

  #refresh(nowMs: number): void {
    this.#refreshAtMs = nowMs + REFRESH_MS;
    const { initialMs, minMs, maxMs, factor, slowMs, slowFactor, minimumCalls } = this.#options;
    const averageMs = this.#answers.mean(nowMs) ?? 0;
    this.#slow = averageMs > (this.#slow ? slowMs * QUICK_SHARE : slowMs);
    const known = this.#answers.count(nowMs) >= minimumCalls;
    const p99Ms = known ? this.#answers.quantile(nowMs, 0.99) : null;
    // It shows when there are few answers, and when they take longer all at once.
    const usualMs = this.usualMs(nowMs) * factor;
    const leastMs = Math.max(minMs, nowMs < this.#wideUntilMs ? initialMs : 0);
    const limitMs = Math.max(usualMs, p99Ms === null ? initialMs : Math.max(leastMs, p99Ms * factor));
    this.#limitMs = Math.min(maxMs, this.#slow ? limitMs * slowFactor : limitMs);
  }
}

function checked(options: Resolved): Resolved {
  for (const key of Object.keys(options) as (keyof Resolved)[]) demandNumber(key, options[key], 0);
  demandNumber('factor', options.factor, 1);
  demandNumber('slowFactor', options.slowFactor, 1);
  demandNumber('windowMs', options.windowMs, 1);
  demandNumber('maxMs', options.maxMs, options.minMs);
  return options;
}
