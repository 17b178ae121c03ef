import { describe, expect, it } from 'vitest';
import type { TokenDetail } from '../../../src/contract/index.ts';
import { contributions } from './contributions.ts';

const components = { txAcceleration: 1, volumeMomentum: 2, freshness: 0.5, orderFlow: -0.5 };
const weights = { txAcceleration: 0.5, volumeMomentum: 0.25, freshness: 0.2, orderFlow: 0.05 };
const token = (over: Partial<TokenDetail>): TokenDetail => ({ weights, ...over }) as TokenDetail;

describe('contributions', () => {
  it('are weight x component, of the smoothed score', () => {
    const parts = contributions(token({ smoothedComponents: components, components: null }));
    expect(parts.map(({ share }) => share)).toEqual([0.5, 0.5, 0.1, -0.025]);
    expect(parts.map(({ weight }) => weight)).toEqual([0.5, 0.25, 0.2, 0.05]);
  });
  it('there are none before the first answer', () => {
    expect(contributions(token({ smoothedComponents: null, components: null }))).toEqual([]);
  });
});
