import { describe, expect, it } from 'vitest';
import type { TokenDetail } from '../../../src/contract/index.ts';
import { contributions } from './contributions.ts';

const components = { txAcceleration: 1, volumeMomentum: 2, freshness: 0.5, orderFlow: -0.5 };
const token = (over: Partial<TokenDetail>): TokenDetail => over as TokenDetail;

describe('contributions', () => {
  it('are weight x component where they add up to the score', () => {
    const parts = contributions(
      token({ smoothedComponents: components, smoothedScore: 0.75, components: null }),
    );
    expect(parts.map((part) => part.share)).toEqual([0.25, 0.5, 0.125, -0.125]);
  });
  it('are not shown where other weights made the score', () => {
    const parts = contributions(
      token({ smoothedComponents: components, smoothedScore: 0.9, components: null }),
    );
    expect(parts.map((part) => part.share)).toEqual([null, null, null, null]);
    expect(parts.map((part) => part.value)).toEqual([1, 2, 0.5, -0.5]);
  });
  it('there are none before the first answer', () => {
    expect(contributions(token({ smoothedComponents: null, components: null }))).toEqual([]);
  });
});
