import { describe, expect, it, test } from 'vitest';
import type { ComponentHealth } from '../../../src/contract/index.ts';
import { becauseOf, sumOfParts, treeOf } from './tree.ts';

const component = (
  name: string,
  parent: string | null,
  over: Partial<ComponentHealth> = {},
): ComponentHealth => ({
  name,
  title: name.toUpperCase(),
  parent,
  essential: true,
  status: 'healthy',
  reason: 'All is well.',
  since: null,
  conditions: 0,
  ...over,
});

describe('the tree', () => {
  const shape = (list: readonly ComponentHealth[]): unknown => {
    const of = (nodes: ReturnType<typeof treeOf>): unknown =>
      nodes.map(({ component: { name }, parts }) => (parts.length === 0 ? name : [name, of(parts)]));
    return of(treeOf(list));
  };

  test.each<[string, readonly ComponentHealth[], unknown]>([
    ['nothing', [], []],
    [
      'parts below their whole, in their order',
      [component('s', null), component('b', 's'), component('b/1', 'b'), component('a', 's')],
      [['s', [['b', ['b/1']], 'a']]],
    ],
    ['a part of something unknown is not lost', [component('s', null), component('x', 'gone')], ['s', 'x']],
  ])('%s', (_, list, expected) => expect(shape(list)).toEqual(expected));
});

describe('the reason when the parts stand below', () => {
  const of = (whole: Partial<ComponentHealth>, part: Partial<ComponentHealth> = {}): string | null => {
    const [node] = treeOf([component('s', null, whole), component('a', 's', part)]);
    return node ? becauseOf(node) : null;
  };

  test.each<[string, Partial<ComponentHealth>, string | null]>([
    ['of a part', { status: 'degraded', reason: 'A: It is slow.', conditions: 1 }, 'Because of A.'],
    [
      'of a part, and there is more',
      { status: 'critical', reason: 'A: It is slow. (and 2 more)', conditions: 3 },
      'Because of A; 3 conditions in all.',
    ],
    ['unknown because of a part', { status: 'unknown', reason: 'A: Nothing is known.' }, 'Because of A.'],
    ['its own', { status: 'degraded', reason: 'It is slow.', conditions: 1 }, null],
    ['nothing wrong', { reason: 'A: is well.' }, null],
  ])('%s', (_, whole, expected) => expect(of(whole)).toBe(expected));
});

it.each<[readonly ComponentHealth[], string]>([
  [[component('s', null), component('a', 's'), component('b', 's')], '2 parts, all well'],
  [
    [
      component('s', null, { status: 'critical' }),
      component('a', 's', { status: 'critical' }),
      component('a/1', 'a', { status: 'critical' }),
      component('a/2', 'a', { status: 'unknown' }),
      component('b', 's', { status: 'degraded' }),
    ],
    '3 parts, 2 not well, 1 not known yet',
  ],
])('the parts in a few words', (list, expected) => expect(sumOfParts(list)).toBe(expected));
