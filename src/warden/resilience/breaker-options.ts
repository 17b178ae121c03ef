/** Share of failed calls in the window. */
export interface FailureRatioTrip {
  /** It opens when at least this share of the calls in the window failed, 0 < ratio <= 1. */
  readonly ratio: number;
  /** Fewer calls than this in the window open nothing. Default 20. */
  readonly minimumCalls?: number;
}

/** Share of slow calls in the window, whether they failed or not. */
export interface SlowCallTrip extends FailureRatioTrip {
  /** A call that takes at least so many ms is slow. In half-open a slow trial is a failed one. */
  readonly slowMs: number;
}

/** What opens the breaker: whichever of the named models says so first. A model that is not named is off. */
export interface TripOptions {
  /** So many failures without a success between them. */
  readonly consecutiveFailures?: number;
  readonly failureRatio?: FailureRatioTrip;
  readonly slowCalls?: SlowCallTrip;
}

/** How many may run at once after it has closed. Each limit doubles once as many calls as it allows have succeeded. */
export interface RampOptions {
  /** The first limit. Default 10. */
  readonly start?: number;
  /** The ramp is over when the limit would go beyond this, which is not below `start`. Default 500, or `start` where that is more. */
  readonly end?: number;
  /** And it is over after this time in any case, in ms, so that calls which hang hold nobody up. Default 60,000. */
  readonly longestMs?: number;
}

/** What can be changed while the breaker runs. Durations are in ms of monotonic time. */
export interface BreakerTuning {
  /** Default: 5 consecutive failures, and nothing else. What is given replaces all of it. */
  readonly trip?: TripOptions;
  /**
   * How far back failures and calls are counted, for the ratios and for the statistics, in ms. It is cut into 60 parts
   * and moves on by one at a time, so it never holds what is older. Default 60,000.
   */
  readonly windowMs?: number;
  /**
   * How long it stays open the first time, in ms. A trial has as long to end, after which its lease is void and its
   * result says nothing: so this should be longer than a call may take. Default 60,000.
   */
  readonly openMs?: number;
  /** Each time it opens again without having closed, the open time grows by this factor (>= 1). Default 2. */
  readonly openGrowth?: number;
  /** The longest open time, in ms; not below `openMs`. Default 300,000, or `openMs` where that is longer. */
  readonly longestOpenMs?: number;
  /** Trial calls at once in half-open, 1..1,000; everyone else is refused at once. Default 3. */
  readonly trials?: number;
  /** It closes after so many trials have succeeded; one that fails opens it again. Default 3. */
  readonly successesToClose?: number;
  /** False: no limit after closing. */
  readonly ramp?: RampOptions | false;
  /** Failures that count only when they persist (as 429) count from so many in a row on. Default 3. */
  readonly persistingAfter?: number;
}

/** Default values of {@link BreakerTuning}. */
export const breakerDefaults = {
  trip: { consecutiveFailures: 5 },
  minimumCalls: 20,
  windowMs: 60_000,
  openMs: 60_000,
  openGrowth: 2,
  longestOpenMs: 300_000,
  trials: 3,
  successesToClose: 3,
  ramp: { start: 10, end: 500, longestMs: 60_000 },
  persistingAfter: 3,
} as const;

/** Checked options as plain numbers: a model that is off has a threshold that nothing reaches. */
export interface BreakerSettings {
  readonly consecutiveFailures: number;
  readonly failureRatio: number;
  readonly failureMinimum: number;
  readonly slowMs: number;
  readonly slowRatio: number;
  readonly slowMinimum: number;
  readonly windowMs: number;
  readonly openMs: number;
  readonly openGrowth: number;
  readonly longestOpenMs: number;
  readonly trials: number;
  readonly successesToClose: number;
  /** Infinity without a ramp. */
  readonly rampStart: number;
  readonly rampEnd: number;
  readonly rampLongestMs: number;
  readonly persistingAfter: number;
  /** Whether a ratio may open it. */
  readonly judgesWindow: boolean;
}

const OFF = Infinity;
const MOST_TRIALS = 1_000;

/**
 * What was asked for, with the defaults.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function breakerSettings(tuning: BreakerTuning): BreakerSettings {
  const all = { ...breakerDefaults, ...withoutUndefined(tuning) };
  const trip: TripOptions = all.trip;
  const { failureRatio, slowCalls } = trip;
  const ramp = all.ramp === false ? null : { ...breakerDefaults.ramp, ...withoutUndefined(all.ramp) };
  const openMs = positive('openMs', all.openMs);
  const longestOpenMs = tuning.longestOpenMs ?? Math.max(openMs, breakerDefaults.longestOpenMs);
  const rampStart = ramp === null ? OFF : whole('ramp.start', ramp.start);
  const rampEnd = (tuning.ramp || undefined)?.end ?? Math.max(rampStart, breakerDefaults.ramp.end);
  return {
    consecutiveFailures:
      trip.consecutiveFailures === undefined
        ? OFF
        : whole('trip.consecutiveFailures', trip.consecutiveFailures),
    failureRatio: failureRatio ? share('trip.failureRatio.ratio', failureRatio.ratio) : OFF,
    failureMinimum: minimumOf('trip.failureRatio', failureRatio),
    slowMs: slowCalls ? positive('trip.slowCalls.slowMs', slowCalls.slowMs) : OFF,
    slowRatio: slowCalls ? share('trip.slowCalls.ratio', slowCalls.ratio) : OFF,
    slowMinimum: minimumOf('trip.slowCalls', slowCalls),
    windowMs: positive('windowMs', all.windowMs),
    openMs,
    openGrowth: atLeast('openGrowth', all.openGrowth, 1),
    longestOpenMs: atLeast('longestOpenMs', longestOpenMs, openMs),
    trials: whole('trials', all.trials, MOST_TRIALS),
    successesToClose: whole('successesToClose', all.successesToClose),
    rampStart,
    rampEnd: ramp === null ? OFF : atLeast('ramp.end', rampEnd, rampStart),
    rampLongestMs: ramp === null ? 0 : positive('ramp.longestMs', ramp.longestMs),
    persistingAfter: whole('persistingAfter', all.persistingAfter),
    judgesWindow: failureRatio !== undefined || slowCalls !== undefined,
  };
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** So that `{ openMs: undefined }` means the default. */
export const withoutUndefined = <T extends object>(given: T): Defined<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;

const fault = (option: string, value: unknown, allowed: string): RangeError =>
  new RangeError(`${option} must be ${allowed}, not ${String(value)}`);

function whole(option: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw fault(
    option,
    value,
    most === MOST_TRIALS ? `a whole number from 1 to ${most}` : 'a whole number from 1 on',
  );
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw fault(option, value, 'a number of milliseconds above 0');
}

function share(option: string, value: number): number {
  if (value > 0 && value <= 1) return value;
  throw fault(option, value, 'a share above 0 and at most 1');
}

function atLeast(option: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw fault(option, value, `a number from ${least} on`);
}

const minimumOf = (option: string, trip: FailureRatioTrip | undefined): number =>
  whole(`${option}.minimumCalls`, trip?.minimumCalls ?? breakerDefaults.minimumCalls);
