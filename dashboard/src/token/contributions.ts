import type { ScoreComponents, TokenDetail } from '../../../src/contract/index.ts';

export interface Contribution {
  readonly key: keyof ScoreComponents;
  readonly name: string;
  readonly says: string;
  readonly value: number;
  readonly weight: number;
  /** What it adds to the score. */
  readonly share: number;
}

const named: readonly (readonly [keyof ScoreComponents, string, string])[] = [
  ['txAcceleration', 'Trade acceleration', 'trades of 5 minutes against the hour, up to 10'],
  ['volumeMomentum', 'Volume momentum', 'volume of 5 minutes against the hour and liquidity, up to 15'],
  ['freshness', 'Freshness', '1 when new, 0 from six hours on'],
  ['orderFlow', 'Order flow', 'buys against sells, -1 to 1'],
];

/** What each component adds to the score; none before the first score. */
export function contributions(token: TokenDetail): readonly Contribution[] {
  const components = token.smoothedComponents ?? token.components;
  if (!components) return [];
  return named.map(([key, name, says]) => ({
    key,
    name,
    says,
    value: components[key],
    weight: token.weights[key],
    share: components[key] * token.weights[key],
  }));
}
