import { expect, test } from 'vitest';
import { HoldUps } from './hold-ups.ts';

const none = (): string[] => [];

test('an alarm that rings late tells for how long nothing could run, and who worked meanwhile', () => {
  const holdUps = new HoldUps();
  expect(holdUps.rang(1_000, 1_999, () => ['a'])).toBeNull();
  holdUps.ended('b');
  holdUps.ended('b');
  expect(holdUps.rang(2_000, 3_000, () => ['a', 'b'])).toEqual({ ms: 1_000, jobs: ['b', 'a'] });
  expect(holdUps.rang(3_000, 5_000, none)).toEqual({ ms: 2_000, jobs: [] });
});

test('what ended before the alarm rang in time has held nothing up', () => {
  const holdUps = new HoldUps();
  holdUps.ended('before');
  expect(holdUps.rang(1_000, 1_000, none)).toBeNull();
  expect(holdUps.rang(2_000, 9_000, none)).toEqual({ ms: 7_000, jobs: [] });
});

test('a start that takes long is told of at once, and not again by the alarm', () => {
  const holdUps = new HoldUps();
  expect(holdUps.started('a', 500, 1_499)).toBeNull();
  expect(holdUps.started('a', 1_500, 4_000)).toEqual({ ms: 2_500, jobs: ['a'] });
  expect(holdUps.rang(2_000, 4_900, none)).toBeNull();
  expect(holdUps.rang(2_000, 5_000, none)).toEqual({ ms: 1_000, jobs: [] });
});

test('no more than ten are named', () => {
  const names = Array.from({ length: 30 }, (_, nr) => `job ${nr}`);
  const holdUps = new HoldUps();
  for (const name of names.slice(0, 8)) holdUps.ended(name);
  expect(holdUps.rang(0, 1_000, () => names.slice(8))?.jobs).toEqual(names.slice(0, 10));
  for (const name of names) holdUps.ended(name);
  expect(holdUps.rang(0, 1_000, none)?.jobs).toEqual(names.slice(0, 10));
});
