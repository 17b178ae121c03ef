import type { ScoreComponents } from '../../contract/index.ts';
import type { TokenMetrics } from './metrics.ts';
import type { TokenSettings } from './settings.ts';

export type ScoreSettings = Pick<
  TokenSettings,
  | 'wTx'
  | 'wVol'
  | 'wFresh'
  | 'wOi'
  | 'ewmaAlpha'
  | 'freshnessThresholdMs'
  | 'liquidityFactorThreshold'
  | 'orderflowSignificanceThreshold'
>;

export const TX_ACCELERATION_CAP = 10;
export const VOLUME_MOMENTUM_CAP = 15;
/** Of volume momentum, when liquidity is not known. */
const UNKNOWN_LIQUIDITY_FACTOR = 0.5;

/**
 * Transaction acceleration: ln(1 + tx5m/5) / ln(1 + tx1h/60), capped at 10. The last five minutes are part of the
 * last hour, so an answer that counts fewer in the hour is read as if the hour held only them. 0 without trades.
 */
export function txAcceleration({ tx5m, tx1h }: Pick<TokenMetrics, 'tx5m' | 'tx1h'>): number {
  if (tx5m <= 0) return 0;
  const ratio = Math.log1p(tx5m / 5) / Math.log1p(Math.max(tx1h, tx5m) / 60);
  // Of a number too small to be divided nothing is left, and 0/0 is no number: towards 0 the ratio goes to 12.
  return ratio < TX_ACCELERATION_CAP ? ratio : TX_ACCELERATION_CAP;
}

/**
 * Volume momentum: v5m / (v1h/12) * sqrt(min(1, L/100000)), capped at 15. L is liquidity in USD; when it is not known
 * the root is taken as 0.5. 0 without volume. The last five minutes are part of the last hour here, too, so that 12 is
 * the most that any answer comes to.
 */
export function volumeMomentum(
  metrics: Pick<TokenMetrics, 'volume5mUsd' | 'volume1hUsd' | 'liquidityUsd'>,
  settings: Pick<ScoreSettings, 'liquidityFactorThreshold'>,
): number {
  const { volume5mUsd, volume1hUsd, liquidityUsd } = metrics;
  if (volume5mUsd <= 0) return 0;
  const factor =
    liquidityUsd === null
      ? UNKNOWN_LIQUIDITY_FACTOR
      : Math.sqrt(Math.min(1, Math.max(0, liquidityUsd) / settings.liquidityFactorThreshold));
  // Divided before it is multiplied: the share of the hour can neither overflow nor become 0/0.
  const share = volume5mUsd / Math.max(volume1hUsd, volume5mUsd);
  return Math.min(VOLUME_MOMENTUM_CAP, 12 * share * factor);
}

/** Freshness: (6 h - age) / 6 h, between 0 and 1. 0 when the age is not known. */
export function freshness(
  { ageHours }: Pick<TokenMetrics, 'ageHours'>,
  { freshnessThresholdMs }: Pick<ScoreSettings, 'freshnessThresholdMs'>,
): number {
  if (ageHours === null) return 0;
  const thresholdHours = freshnessThresholdMs / 3_600_000;
  return Math.min(1, Math.max(0, (thresholdHours - ageHours) / thresholdHours));
}

/** Order-flow imbalance: (buys - sells) / (buys + sells) * min(1, total/500), in five minutes. 0 without trades. */
export function orderFlow(
  { buys5m, sells5m }: Pick<TokenMetrics, 'buys5m' | 'sells5m'>,
  settings: Pick<ScoreSettings, 'orderflowSignificanceThreshold'>,
): number {
  const total = buys5m + sells5m;
  if (total <= 0) return 0;
  return ((buys5m - sells5m) / total) * Math.min(1, total / settings.orderflowSignificanceThreshold);
}

/** A score with its parts, as computed and smoothed. */
export interface Score {
  readonly score: number;
  readonly smoothedScore: number;
  readonly components: ScoreComponents;
  readonly smoothedComponents: ScoreComponents;
}

/**
 * The hybrid momentum score: the weighted sum of the four components (R-TOK-10), rounded to 6 places. Smoothed by an
 * exponentially weighted moving average, s' = a*x + (1 - a)*s, on each component and on the total; the first value
 * stands for itself.
 */
export function computeScore(
  metrics: TokenMetrics,
  previous: { readonly smoothedScore: number | null; readonly smoothedComponents: ScoreComponents | null },
  settings: ScoreSettings,
): Score {
  const components: ScoreComponents = {
    txAcceleration: txAcceleration(metrics),
    volumeMomentum: volumeMomentum(metrics, settings),
    freshness: freshness(metrics, settings),
    orderFlow: orderFlow(metrics, settings),
  };
  const score = round6(
    settings.wTx * components.txAcceleration +
      settings.wVol * components.volumeMomentum +
      settings.wFresh * components.freshness +
      settings.wOi * components.orderFlow,
  );
  const smooth = (value: number, before: number | undefined | null): number =>
    round6(
      before === undefined || before === null
        ? value
        : settings.ewmaAlpha * value + (1 - settings.ewmaAlpha) * before,
    );
  const before = previous.smoothedComponents;
  return {
    score,
    smoothedScore: smooth(score, previous.smoothedScore),
    components,
    smoothedComponents: {
      txAcceleration: smooth(components.txAcceleration, before?.txAcceleration),
      volumeMomentum: smooth(components.volumeMomentum, before?.volumeMomentum),
      freshness: smooth(components.freshness, before?.freshness),
      orderFlow: smooth(components.orderFlow, before?.orderFlow),
    },
  };
}

const round6 = (value: number): number => Math.round(value * 1e6) / 1e6;
