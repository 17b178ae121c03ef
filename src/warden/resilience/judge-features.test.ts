import { expect, test } from 'vitest';
import { judgeFeatures, type DependencyHealth, type Feature } from './judge-features.ts';

const NOW = 1_000;
const up = (dependency: string): DependencyHealth => ({ dependency, healthy: true, reason: null });
const down = (dependency: string, more: Partial<DependencyHealth> = {}): DependencyHealth => ({
  dependency,
  healthy: false,
  reason: 'open after 5 failures',
  ...more,
});
const feature = (...needs: string[]): Feature => ({ name: 'f', needs });
const onStale = (...needs: string[]): Feature => ({ name: 'f', needs, onStale: true });
const WHY = 'open after 5 failures';

test.each<[string, Feature, DependencyHealth[], 'on' | 'stale' | 'off', string | null]>([
  ['needs nothing', feature(), [down('a')], 'on', null],
  ['needs what is healthy', feature('a'), [up('a'), down('b')], 'on', null],
  ['needs what nobody has told of', feature('x'), [down('a')], 'on', null],
  ['needs what is refused', feature('a'), [down('a')], 'off', `a: ${WHY}`],
  ['needs two, one refused', feature('a', 'b'), [up('a'), down('b')], 'off', `b: ${WHY}`],
  ['needs two, both refused', feature('b', 'a'), [down('a'), down('b')], 'off', `b: ${WHY}; a: ${WHY}`],
  ['without a reason', feature('a'), [down('a', { reason: null })], 'off', 'a is refused'],
  [
    'whose reason names it',
    feature('a'),
    [down('a', { reason: 'a does not answer' })],
    'off',
    'a does not answer',
  ],
  ['can do with stale data', onStale('a'), [down('a')], 'stale', `a: ${WHY}`],
  ['can do with it, and there is some', onStale('a'), [down('a', { hasStale: true })], 'stale', `a: ${WHY}`],
  ['can do with it, and none is left', onStale('a'), [down('a', { hasStale: false })], 'off', `a: ${WHY}`],
  [
    'can do with it, and one of two has none',
    onStale('a', 'b'),
    [down('a'), down('b', { hasStale: false })],
    'off',
    `a: ${WHY}; b: ${WHY}`,
  ],
  ['can do with it, and needs none', onStale('a'), [up('a')], 'on', null],
  ['what it needs came back: the last word counts', feature('a'), [down('a'), up('a')], 'on', null],
])('a feature that %s', (_, of, dependencies, state, reason) => {
  expect(judgeFeatures([of], dependencies, NOW)).toEqual([{ feature: 'f', state, reason, since: NOW }]);
});

test('keeps its time while the state is the same, though the reason is another', () => {
  const features = [feature('a', 'b'), { name: 'g', needs: ['a'] }];
  const first = judgeFeatures(features, [down('a')], 10);
  const second = judgeFeatures(features, [up('a'), down('b')], 20, first);
  expect(second).toEqual([
    { feature: 'f', state: 'off', reason: `b: ${WHY}`, since: 10 },
    { feature: 'g', state: 'on', reason: null, since: 20 },
  ]);
});
