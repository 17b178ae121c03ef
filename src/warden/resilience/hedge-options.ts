import type { Clock } from '../../kernel/index.ts';
import { classifyError } from './classify-error.ts';
import type { Classify } from './classify.ts';
import { requireNumber } from './option-checks.ts';
import type { RetryBudget, RetryBudgetOptions } from './retry-budget.ts';

/** Options of a hedge that may change while it is in use. Durations are in ms. */
export interface HedgeSettings {
  /**
   * A second request is sent after this time. Null, the default: after the `quantile` of what recent calls took, and not
   * at all while there were fewer than `leastSamples`.
   */
  readonly delayMs?: number | null | undefined;
  /** Which quantile of the durations of recent successful calls, over 0 and at most 1. Default 0.95. */
  readonly quantile?: number | undefined;
  /** A whole number of at least 1. Default 20. */
  readonly leastSamples?: number | undefined;
}

/** Options of {@link createHedge}. */
export interface HedgeOptions extends HedgeSettings {
  /** What is called, for errors of calls that do not name themselves. Default `call`. */
  readonly name?: string | undefined;
  /** How far back calls are recent, in ms; over 0. Default 60,000. */
  readonly windowMs?: number | undefined;
  /**
   * What second requests may add to the calls: a budget that several policies share, or options of a new one. Default: a
   * new one of 10 %, at least 1 in 10 s.
   */
  readonly budget?: RetryBudget | RetryBudgetOptions | undefined;
  /** Tells which of two failures asks for the longer wait. Default {@link classifyError}. */
  readonly classify?: Classify | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Told of what a listener threw, which changes nothing else. Default: nobody is told. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** {@link HedgeSettings} with nothing left out. */
export interface ResolvedHedge {
  readonly delayMs: number | null;
  readonly quantile: number;
  readonly leastSamples: number;
}

export const hedgeDefaults = {
  name: 'call',
  delayMs: null,
  quantile: 0.95,
  leastSamples: 20,
  windowMs: 60_000,
  budget: { ratio: 0.1, floor: 1, windowMs: 10_000 },
  classify: classifyError,
} as const;

/**
 * Fills in what `settings` leave out from `base`.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function resolveHedge(settings: HedgeSettings, base: ResolvedHedge): ResolvedHedge {
  const { delayMs = base.delayMs, quantile = base.quantile, leastSamples = base.leastSamples } = settings;
  if (delayMs !== null) requireNumber('delayMs', delayMs, { least: 0 });
  requireNumber('leastSamples', leastSamples, { least: 1, integer: true });
  if (!(quantile > 0 && quantile <= 1)) {
    throw new RangeError(`quantile must be a number over 0 and at most 1, not ${quantile}`);
  }
  return { delayMs, quantile, leastSamples };
}
