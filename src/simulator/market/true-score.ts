/** What really happened in the pools of a token that count. */
export interface TrueActivity {
  readonly buys5m: number;
  readonly sells5m: number;
  readonly trades1h: number;
  readonly volume5mUsd: number;
  readonly volume1hUsd: number;
  readonly liquidityUsd: number;
  readonly ageHours: number;
}

/**
 * The hybrid momentum score by its definition, written down a second time so that it judges the pipeline's:
 * 0.25 * min(10, ln(1 + tx5/5) / ln(1 + tx1h/60)) + 0.25 * min(15, v5 / (v1h/12) * sqrt(min(1, L/100000)))
 * + 0.25 * clamp((6 h - age) / 6 h) + 0.25 * (buys - sells) / (buys + sells) * min(1, tx5/500). Not smoothed.
 */
export function trueScore(activity: TrueActivity): number {
  const { buys5m, sells5m, trades1h, volume5mUsd, volume1hUsd, liquidityUsd, ageHours } = activity;
  const trades5m = buys5m + sells5m;
  const fresh = Math.min(1, Math.max(0, (6 - ageHours) / 6));
  if (trades5m === 0) return 0.25 * fresh;
  const acceleration = Math.min(10, Math.log(1 + trades5m / 5) / Math.log(1 + trades1h / 60));
  const momentum =
    volume1hUsd > 0
      ? Math.min(15, (volume5mUsd / (volume1hUsd / 12)) * Math.sqrt(Math.min(1, liquidityUsd / 100_000)))
      : 0;
  const imbalance = ((buys5m - sells5m) / trades5m) * Math.min(1, trades5m / 500);
  return 0.25 * (acceleration + momentum + fresh + imbalance);
}
