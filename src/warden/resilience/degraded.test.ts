import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createFeatures, type FeatureEvents } from './degraded.ts';

const down = (dependency: string, hasStale = true) => ({
  dependency,
  healthy: false,
  reason: 'refused',
  hasStale,
});
const up = (dependency: string) => ({ dependency, healthy: true, reason: null });

const play = () => {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const features = createFeatures({
    clock,
    onListenerError: (error) => errors.push(error),
    features: [
      { name: 'scores', needs: ['dexscreener'], onStale: true },
      { name: 'rug check', needs: ['dexscreener', 'rugcheck'] },
      { name: 'alerts', needs: ['telegram'] },
      { name: 'page', needs: [] },
    ],
  });
  const told: string[] = [];
  const tell = ({ feature, from, state, reason, since }: FeatureEvents['changed']): void => {
    told.push(`${feature}: ${from} -> ${state} (${String(reason)}) at ${since - clock.now()}`);
  };
  features.on('changed', tell);
  const states = (): string[] => features.all().map(({ state }) => state);
  return { clock, features, told, states, errors };
};

test('features that need what is refused are off or on stale data; nothing else stops', async () => {
  const { clock, features, told, states } = play();
  expect(states()).toEqual(['on', 'on', 'on', 'on']);
  await clock.advance(5);
  features.report(down('dexscreener'));
  expect(states()).toEqual(['stale', 'off', 'on', 'on']);
  expect(['scores', 'rug check', 'alerts', 'page'].map((name) => features.mayRun(name))).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(told).toEqual([
    'scores: on -> stale (dexscreener: refused) at 0',
    'rug check: on -> off (dexscreener: refused) at 0',
  ]);
  expect(features.health('rug check')).toEqual({
    feature: 'rug check',
    state: 'off',
    reason: 'dexscreener: refused',
    since: clock.now(),
  });
});

test('they come back by themselves, when all that they need is back', async () => {
  const { clock, features, told, states } = play();
  const begin = clock.now();
  features.report(down('dexscreener'), down('rugcheck'));
  await clock.advance(10);
  features.report(up('dexscreener'));
  expect(states()).toEqual(['on', 'off', 'on', 'on']);
  expect(features.health('rug check')).toMatchObject({ reason: 'rugcheck: refused', since: begin });
  await clock.advance(10);
  features.report(up('rugcheck'));
  expect(states()).toEqual(['on', 'on', 'on', 'on']);
  expect(told.slice(2)).toEqual(['scores: stale -> on (null) at 0', 'rug check: off -> on (null) at 0']);
});

test('stale data that runs out turns them off', () => {
  const { features, states } = play();
  features.report(down('dexscreener'));
  features.report(down('dexscreener', false));
  expect(states()[0]).toBe('off');
});

test('what is told again changes nothing and tells nobody', () => {
  const { features, told } = play();
  features.report(down('telegram'));
  features.report(down('telegram'));
  features.report();
  expect(told).toHaveLength(1);
});

test('one that is declared late starts as it must', () => {
  const { features, told } = play();
  features.report(down('telegram'));
  told.length = 0;
  features.declare({ name: 'digest', needs: ['telegram'] });
  features.declare({ name: 'export', needs: [] });
  expect([features.mayRun('digest'), features.mayRun('export')]).toEqual([false, true]);
  expect(told).toEqual(['digest: on -> off (telegram: refused) at 0']);
});

test('names are names of something, once', () => {
  const { features, states } = play();
  expect(() => features.declare({ name: 'page', needs: ['x'] })).toThrow(
    new RangeError('there is a feature page already'),
  );
  expect(() => features.mayRun('nothing')).toThrow(new RangeError('there is no feature nothing'));
  expect(() => features.health('nothing')).toThrow(new RangeError('there is no feature nothing'));
  features.report(down('x'));
  expect(states()).toEqual(['on', 'on', 'on', 'on']);
});

test('a listener that throws, or asks back, sees and changes nothing else', () => {
  const { features, told, errors } = play();
  const fault = new Error('mine');
  const seen: string[][] = [];
  features.on('changed', () => {
    seen.push(features.all().map(({ state }) => state));
    throw fault;
  });
  features.report(down('dexscreener'));
  expect(seen).toEqual([
    ['stale', 'off', 'on', 'on'],
    ['stale', 'off', 'on', 'on'],
  ]);
  expect(errors).toEqual([fault, fault]);
  expect(told).toHaveLength(2);
});

test('works with nothing at all', () => {
  const features = createFeatures();
  features.report(down('x'));
  expect(features.all()).toEqual([]);
});
