import { describe, expect, it, test } from 'vitest';
import type { TurnRead } from './plan-turns.ts';
import { NOT_PASSED_OVER, groupOfRead, passOver, patienceOf } from './read-groups.ts';
import { SETTINGS } from './testing/tokens.ts';

const NONE = { hot: 0, first: 0, cold: 0, archived: 0, ahead: 0 };
const batch = (why: Partial<typeof NONE>): TurnRead => ({
  kind: 'batch',
  mints: ['a'],
  why: { ...NONE, ...why },
});
const verify: TurnRead = { kind: 'verify', mint: 'a' };
const full: TurnRead = { kind: 'full', mint: 'a', why: 'check' };

describe('the group of a read', () => {
  it.each([
    ['all pools of a token', full, 'activation'],
    ['a look through the other endpoint', verify, 'activation'],
    ['hot tokens', batch({ hot: 30 }), 'hot'],
    ['tokens that were never read', batch({ first: 1 }), 'cold'],
    ['archived tokens', batch({ archived: 2 }), 'archive'],
    ['more cold than hot tokens', batch({ hot: 9, cold: 6, first: 5 }), 'cold'],
    ['as many hot as cold tokens', batch({ hot: 5, cold: 5 }), 'hot'],
    ['one archived token, filled with those that are due soon', batch({ archived: 1, ahead: 29 }), 'archive'],
  ])('of %s is %s', (_, read, group) => {
    expect(groupOfRead(read)).toBe(group);
  });
});

describe('a group that others are preferred to', () => {
  const due = { hot: 0, cold: 7, archive: 3, activation: 0 };

  test('is counted by the requests that went to them while it had something due', () => {
    const one = passOver(NOT_PASSED_OVER, [batch({ hot: 30 }), full], due);
    expect(one).toEqual({ hot: 0, cold: 2, archive: 2, activation: 0 });
    const two = passOver(one, [batch({ hot: 20, cold: 10 })], due);
    expect(two, 'a few places are something').toEqual({ hot: 0, cold: 0, archive: 3, activation: 0 });
    expect(passOver(two, [], due), 'nobody was asked for anything').toEqual(two);
    expect(passOver(two, [full], { ...due, archive: 0 })).toEqual({
      hot: 0,
      cold: 1,
      archive: 0,
      activation: 0,
    });
  });

  test('is one after three times the requests of its kept share', () => {
    const shares = { coldShare: 0.1, firstShare: 0.05, archivedShare: 0, checkShare: 0.25 };
    expect(patienceOf({ ...SETTINGS, ...shares })).toEqual({
      hot: 5,
      cold: 30,
      archive: Infinity,
      activation: 12,
    });
  });
});
