import { overlay, positiveMs, shareFrom, waitMs, wholeNumber } from './option-checks.ts';

/** How a rate limit behaves. All of it can be changed while it runs. Durations are in ms of monotonic time. */
export interface RateLimitTuning {
  /**
   * At most so many calls start in any window of `windowMs`, wherever it begins. A whole number from 1 to 1,000,000;
   * 8 bytes of memory each. Default 60.
   */
  readonly limit?: number | undefined;
  /**
   * Length of the window, in ms. Who counts on the other side sees calls when they arrive: where that matters, make the
   * window longer than theirs by as much as the way there varies. Default 60,000.
   */
  readonly windowMs?: number | undefined;
  /**
   * Calls of low priority start only while less than this share of the rate is used, so the rest is left to the others;
   * one call at a time they may always make. 0.01 to 1; 1 reserves nothing. Default 0.8.
   */
  readonly lowPriorityShare?: number | undefined;
  /** The rate is halved by each incident (429), down to this share of the limit, and never below one call. Default 0.1. */
  readonly floorShare?: number | undefined;
  /** After an incident the rate grows by this share of the limit every `recoverEveryMs`. 0.001 to 1. Default 0.05. */
  readonly recoverShare?: number | undefined;
  /**
   * See `recoverShare`; in ms. It begins when the last 429 was seen or, later, when the other side may be called again.
   * Default 5,000: from half to full in 50 s.
   */
  readonly recoverEveryMs?: number | undefined;
  /**
   * Calls that may wait at once, 0 to 100,000. When one more comes, the oldest of the lowest priority is refused, which
   * may be the one that comes. Default 100.
   */
  readonly maxQueue?: number | undefined;
  /**
   * How long a call may wait before it is refused, in ms; it is refused at once when it can be seen that it would wait
   * longer. 0: none waits. Default 5,000.
   */
  readonly maxWaitMs?: number | undefined;
}

/** What follows from {@link RateLimitTuning}. */
export type RateLimitSettings = { readonly [Key in keyof RateLimitTuning]-?: number };

/** Default values of {@link RateLimitTuning}. */
export const rateLimitDefaults: RateLimitSettings = {
  limit: 60,
  windowMs: 60_000,
  lowPriorityShare: 0.8,
  floorShare: 0.1,
  recoverShare: 0.05,
  recoverEveryMs: 5_000,
  maxQueue: 100,
  maxWaitMs: 5_000,
};

/**
 * What is asked for, on top of `base`.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function rateLimitSettings(tuning: RateLimitTuning, base = rateLimitDefaults): RateLimitSettings {
  const all = overlay<RateLimitSettings>(base, tuning);
  return {
    limit: wholeNumber('limit', all.limit, 1, 1_000_000),
    windowMs: positiveMs('windowMs', all.windowMs),
    lowPriorityShare: shareFrom(0.01, 'lowPriorityShare', all.lowPriorityShare),
    floorShare: shareFrom(0, 'floorShare', all.floorShare),
    recoverShare: shareFrom(0.001, 'recoverShare', all.recoverShare),
    recoverEveryMs: positiveMs('recoverEveryMs', all.recoverEveryMs),
    maxQueue: wholeNumber('maxQueue', all.maxQueue, 0, 100_000),
    maxWaitMs: waitMs('maxWaitMs', all.maxWaitMs),
  };
}
