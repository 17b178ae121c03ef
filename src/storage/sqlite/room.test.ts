import { expect, test } from 'vitest';
import type { TokenChange } from '../../hosts/tokens/index.ts';
import { discovered, makeToken, noted, scored, START, stored } from '../../../test/contracts/tokens.ts';
import { admit, lessRoom, type RoomLevel } from './room.ts';

const [quiet, told, fresh] = [makeToken(1), makeToken(2), makeToken(3)];
const samples: TokenChange = {
  kind: 'journal',
  entry: { type: 'samples', at: 1, subject: null, reason: 'r', data: { samples: {} } },
};
const moved: TokenChange = {
  kind: 'token.moved',
  mint: told.mint,
  at: 1,
  from: 'monitoring',
  to: 'active',
  cause: 'condition_met',
  dwellMs: 1,
  ageMs: 1,
};
const changes: TokenChange[] = [
  { kind: 'token.refreshed', token: quiet },
  scored(quiet, 1, START, 0.5),
  { kind: 'token.checked', token: told },
  scored(told, 1, START, 0.5),
  moved,
  samples,
];
const named = (list: readonly TokenChange[] | null): string[] | null =>
  list?.map((change) => ('token' in change && change.token === told ? `${change.kind} told` : change.kind)) ??
  null;

test.each<[RoomLevel, string[], number]>([
  [
    0,
    ['token.refreshed', 'score.recorded', 'token.checked told', 'score.recorded', 'token.moved', 'journal'],
    0,
  ],
  [1, ['token.refreshed', 'score.recorded', 'token.checked told', 'score.recorded', 'token.moved'], 1],
  [2, ['token.checked told', 'token.moved'], 4],
  [3, ['token.checked told', 'token.moved'], 4],
])('at level %i what is written is %j', (level, kept, leftOut) => {
  const admitted = admit(changes, level);
  expect(named(admitted.changes)).toEqual(kept);
  expect(admitted.leftOut).toBe(leftOut);
});

test('a new token is whole or refused, never half there', () => {
  const added = [...stored(fresh), noted(discovered(fresh))];
  for (const level of [0, 1, 2] as const) expect(admit(added, level)).toEqual({ changes: added, leftOut: 0 });
  expect(admit(added, 3).changes).toBeNull();
});

test('a step less at a time, and no further than to what is essential', () => {
  expect([0, 1, 2, 3].map((level) => lessRoom(level as RoomLevel))).toEqual([1, 2, 3, 3]);
});
