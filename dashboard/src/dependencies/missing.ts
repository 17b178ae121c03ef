import type { FeatureReport } from '../../../src/contract/index.ts';

/** What is missing for one reason. */
export interface Missing {
  readonly reason: string;
  readonly since: number;
  readonly off: readonly string[];
  /** Goes on with the data from before. */
  readonly stale: readonly string[];
}

/** The features that are not on, by their reason, in the order in which they come. */
export function missingIn(features: readonly FeatureReport[]): readonly Missing[] {
  const byReason = new Map<string, FeatureReport[]>();
  for (const feature of features) {
    if (feature.state === 'on') continue;
    const reason = feature.reason ?? '';
    byReason.set(reason, [...(byReason.get(reason) ?? []), feature]);
  }
  const named = (all: readonly FeatureReport[], state: FeatureReport['state']): string[] =>
    all.filter((feature) => feature.state === state).map(({ name }) => name);
  return [...byReason].map(([reason, all]) => ({
    reason,
    since: Math.min(...all.map(({ since }) => since)),
    off: named(all, 'off'),
    stale: named(all, 'stale'),
  }));
}
