import { requireNumber, wholeNumber } from './option-checks.ts';

/** A limit on calls at once that follows their measured latency. */
export interface AdaptiveLimitOptions {
  /**
   * `gradient` shrinks the limit in proportion to how much latency has grown, and is the quicker one. `aimd` adds one
   * call a round trip and takes a tenth off when latency has grown too much or a call was lost, as TCP does.
   */
  readonly adaptive: 'gradient' | 'aimd';
  /** Never below. A whole number from 1 on. Default 1. */
  readonly min?: number | undefined;
  /** Never above. At most 100,000. Default 200. */
  readonly max?: number | undefined;
  /** Where it begins. Default 10, or the nearest that `min` and `max` allow. */
  readonly initial?: number | undefined;
  /**
   * Latency up to this multiple of the undisturbed latency is fine. 1 to 1.9. Default 1.25 for `gradient`, 1.5 for
   * `aimd`, which by its nature tells noise from queues less well.
   */
  readonly tolerance?: number | undefined;
}

/** What follows from {@link AdaptiveLimitOptions}. */
export interface AdaptiveLimitSettings {
  readonly adaptive: 'gradient' | 'aimd';
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly tolerance: number;
}

/** Default values of {@link AdaptiveLimitOptions}. */
export const adaptiveLimitDefaults = {
  min: 1,
  max: 200,
  initial: 10,
  tolerance: { gradient: 1.25, aimd: 1.5 },
} as const;

/** @throws RangeError that names the option, its value and what is allowed. */
export function adaptiveLimitSettings(options: AdaptiveLimitOptions): AdaptiveLimitSettings {
  const { adaptive } = options;
  const tolerance: unknown = adaptiveLimitDefaults.tolerance[adaptive];
  if (typeof tolerance !== 'number') {
    throw new RangeError(`limit.adaptive must be gradient or aimd, not ${adaptive}`);
  }
  const max = wholeNumber('limit.max', options.max ?? adaptiveLimitDefaults.max, 1, 100_000);
  const min = wholeNumber('limit.min', options.min ?? adaptiveLimitDefaults.min, 1, max);
  const nearest = Math.min(max, Math.max(min, adaptiveLimitDefaults.initial));
  return {
    adaptive,
    min,
    max,
    initial: wholeNumber('limit.initial', options.initial ?? nearest, min, max),
    tolerance: requireNumber('limit.tolerance', options.tolerance ?? tolerance, { least: 1, most: 1.9 }),
  };
}

/** What was measured in one round: about as many calls as may run at once. */
export interface AdaptiveSample {
  /** Mean duration of the calls that were not lost; null when all were. */
  readonly durationMs: number | null;
  /** The most calls that ran at once. */
  readonly inFlight: number;
  /** Whether calls were lost: they ran out of time, or the other side was too busy to take them. */
  readonly dropped: boolean;
}

interface Common {
  /** The limit, with fractions. */
  readonly limit: number;
  /** Latency of the other side when calls of ours do not hold each other up; null before the first round. */
  readonly baselineMs: number | null;
}

/**
 * `steady`: the limit follows latency. `draining`: half of it holds until the calls have ended that ran before.
 * `probing`: half of it holds, and latency is measured as the new baseline; `loadedMs` is what it was just before.
 */
export type AdaptiveState =
  | (Common & { readonly phase: 'steady'; readonly roundsToProbe: number })
  | (Common & { readonly phase: 'draining'; readonly loadedMs: number })
  | (Common & { readonly phase: 'probing'; readonly loadedMs: number });

/** Share of the limit that holds during a probe. Times the tolerance it is below 1, without which a limit far beyond the
 * knee could take the latency of its own queue for the baseline. */
const PROBE_SHARE = 0.5;
const ROUNDS_TO_PROBE = 50;
/** The calls of the first round came while the queue, if there is one, was still growing. */
const FIRST_PROBE = 2;
/** The baseline is not known well yet: it has just moved by more than {@link MOVED}, or with half the calls latency fell
 * nearly by half, which is what a queue does that is still there with these. */
const ROUNDS_TO_NEXT_PROBE = 10;
const MOVED = 0.2;
const QUEUE_SHARE = 0.6;
/** Weights of a new measurement in the baseline: of a probe, of a round with few calls, and of a quicker one under load. */
const PROBE_WEIGHT = 0.8;
const FEW_WEIGHT = 0.5;
const LOADED_WEIGHT = 0.2;
/** Weight of the new estimate in the limit, and the least gradient: both as in Gradient2Limit. */
const SMOOTHING = 0.2;
const LEAST_GRADIENT = 0.5;
/** As in AIMDLimit. */
const BACKOFF = 0.9;
const LEAST_ROUND = 10;
/** A probe is measured for longer, because what follows from it holds for long. */
const PROBE_ROUNDS = 2;

/** Where it begins. */
export function startAdaptiveLimit({ initial }: AdaptiveLimitSettings): AdaptiveState {
  return { phase: 'steady', limit: initial, baselineMs: null, roundsToProbe: FIRST_PROBE };
}

/** Calls that may run at once. Pure. */
export function adaptiveLimitOf(state: AdaptiveState, { min }: AdaptiveLimitSettings): number {
  return Math.max(min, Math.floor(state.phase === 'steady' ? state.limit : state.limit * PROBE_SHARE));
}

/** How many calls make the next sample. Pure. */
export function adaptiveRoundOf(state: AdaptiveState, settings: AdaptiveLimitSettings): number {
  // Those that ran before the probe are as many as the limit was.
  if (state.phase === 'draining') return Math.floor(state.limit);
  const calls = Math.max(LEAST_ROUND, adaptiveLimitOf(state, settings));
  return state.phase === 'probing' ? PROBE_ROUNDS * calls : calls;
}

/**
 * The next state after a round. Pure.
 *
 * The gradient, its bounds, the smoothing, the rule that a limit which is not used does not grow, and the square root of
 * the limit as room for a queue come from Netflix's concurrency-limits (`Gradient2Limit`, `GradientLimit`):
 * `gradient = clamp(tolerance * baseline / latency, 0.5, 1)`,
 * `limit = 0.8 * limit + 0.2 * (gradient * limit + sqrt(limit))`.
 * So beyond a knee at C calls, where latency grows as limit / C, it comes to rest at `tolerance * C + sqrt(limit)`.
 * There the baseline is a long average of the very latency that it is compared with, so under lasting load it drifts up
 * and the limit after it (their issue 137, pull request 134). Here it is measured by itself, as Envoy does for its minRTT:
 * every so often, and whenever few calls run, with half the calls at most.
 *
 * `aimd` is their `AIMDLimit`, one step a round trip instead of one a call (Chiu and Jain 1989; RFC 5681, 3.1).
 */
export function updateAdaptiveLimit(
  state: AdaptiveState,
  sample: AdaptiveSample,
  settings: AdaptiveLimitSettings,
): AdaptiveState {
  const { limit, baselineMs } = state;
  if (sample.dropped || sample.durationMs === null) {
    return { ...state, limit: bounded(limit * (sample.dropped ? BACKOFF : 1), settings) };
  }
  const { durationMs, inFlight } = sample;
  if (state.phase === 'draining') return { ...state, phase: 'probing' };
  if (state.phase === 'probing') {
    const hasQueue = durationMs < QUEUE_SHARE * state.loadedMs;
    return measured(limit, baselineMs, moved(baselineMs, durationMs, PROBE_WEIGHT), hasQueue);
  }
  const isFew = inFlight <= limit * PROBE_SHARE;
  // At the least limit there is no quieter moment to wait for.
  if (isFew || adaptiveLimitOf(state, settings) === settings.min) {
    const measuredMs = moved(baselineMs, durationMs, FEW_WEIGHT);
    const next = isFew ? limit : follow(limit, measuredMs, durationMs, inFlight, settings);
    return measured(next, baselineMs, measuredMs, false);
  }
  const isQuicker = baselineMs === null || durationMs < baselineMs;
  const knownMs = isQuicker ? moved(baselineMs, durationMs, LOADED_WEIGHT) : baselineMs;
  const next = follow(limit, knownMs, durationMs, inFlight, settings);
  return state.roundsToProbe <= 1
    ? { phase: 'draining', limit: next, baselineMs: knownMs, loadedMs: durationMs }
    : { phase: 'steady', limit: next, baselineMs: knownMs, roundsToProbe: state.roundsToProbe - 1 };
}

/** The state after the baseline was measured undisturbed. */
function measured(
  limit: number,
  beforeMs: number | null,
  baselineMs: number,
  hasQueue: boolean,
): AdaptiveState {
  const isSure = !hasQueue && beforeMs !== null && Math.abs(baselineMs - beforeMs) <= MOVED * beforeMs;
  return {
    phase: 'steady',
    limit,
    baselineMs,
    roundsToProbe: isSure ? ROUNDS_TO_PROBE : ROUNDS_TO_NEXT_PROBE,
  };
}

/** The state under other settings: what was learnt stays. Pure. */
export function clampAdaptiveLimit(state: AdaptiveState, settings: AdaptiveLimitSettings): AdaptiveState {
  return { ...state, limit: bounded(state.limit, settings) };
}

const bounded = (limit: number, { min, max }: AdaptiveLimitSettings): number =>
  Math.min(max, Math.max(min, limit));

const moved = (fromMs: number | null, toMs: number, weight: number): number =>
  fromMs === null ? toMs : fromMs + weight * (toMs - fromMs);

/** The limit after a round. */
function follow(
  limit: number,
  baselineMs: number,
  durationMs: number,
  inFlight: number,
  settings: AdaptiveLimitSettings,
): number {
  const { adaptive, tolerance } = settings;
  const next =
    adaptive === 'gradient'
      ? byGradient(limit, baselineMs, durationMs, tolerance)
      : byAimd(limit, baselineMs, durationMs, tolerance);
  const used = inFlight >= Math.floor(limit);
  return bounded(used ? next : Math.min(limit, next), settings);
}

function byGradient(limit: number, baselineMs: number, durationMs: number, tolerance: number): number {
  // Calls too quick to be measured hold nobody up.
  const ratio = durationMs === 0 ? 1 : (tolerance * baselineMs) / durationMs;
  const gradient = Math.max(LEAST_GRADIENT, Math.min(1, ratio));
  return limit * (1 - SMOOTHING) + (limit * gradient + Math.sqrt(limit)) * SMOOTHING;
}

function byAimd(limit: number, baselineMs: number, durationMs: number, tolerance: number): number {
  return durationMs > tolerance * baselineMs ? limit * BACKOFF : limit + 1;
}
