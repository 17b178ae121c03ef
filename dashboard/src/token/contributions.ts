import type { ScoreComponents, TokenDetail } from '../../../src/contract/index.ts';

/** The default weight of each component. The API does not carry the weights in force. */
const WEIGHT = 0.25;
/** A sum of weighted components this near to the score was made with these weights. */
const TOLERANCE = 0.002;

export interface Contribution {
  readonly key: keyof ScoreComponents;
  readonly name: string;
  readonly says: string;
  readonly value: number;
  /** Null where the weights are not the default ones, so that nothing untrue is shown. */
  readonly share: number | null;
  readonly weight: number | null;
}

const named: readonly (readonly [keyof ScoreComponents, string, string])[] = [
  ['txAcceleration', 'Trade acceleration', 'trades of 5 minutes against the hour, up to 10'],
  ['volumeMomentum', 'Volume momentum', 'volume of 5 minutes against the hour and liquidity, up to 15'],
  ['freshness', 'Freshness', '1 when new, 0 from six hours on'],
  ['orderFlow', 'Order flow', 'buys against sells, -1 to 1'],
];

/** What each component adds to the score. */
export function contributions(token: TokenDetail): readonly Contribution[] {
  const components = token.smoothedComponents ?? token.components;
  const score = token.smoothedComponents ? token.smoothedScore : token.score;
  if (!components) return [];
  const sum = WEIGHT * named.reduce((total, [key]) => total + components[key], 0);
  const known = score !== null && Math.abs(sum - score) <= TOLERANCE * Math.max(1, Math.abs(score));
  return named.map(([key, name, says]) => ({
    key,
    name,
    says,
    value: components[key],
    weight: known ? WEIGHT : null,
    share: known ? components[key] * WEIGHT : null,
  }));
}
