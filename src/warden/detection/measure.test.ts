import { expect, test } from 'vitest';
import { measureOf } from './measure.ts';
import type { ThresholdRule } from './rule.ts';

const rule: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  warning: { enter: 50, leave: 40 },
  forMs: 3,
  keepForMs: 5,
  essential: false,
  describe: (value) => `It is ${value}.`,
  nextSteps: ['Open a window.'],
};

test.each<[string, Partial<ThresholdRule>]>([
  ['name', { name: 'cold' }],
  ['unit', { unit: 'K' }],
  ['warning', { warning: { enter: 1, leave: 0 } }],
  ['error', { error: { enter: 60, leave: 55 } }],
  ['critical', { critical: { enter: 80, leave: 70 } }],
  ['forMs', { forMs: 9 }],
  ['keepForMs', { keepForMs: 9 }],
  ['unknownForMs', { unknownForMs: 9 }],
  ['essential', { essential: true }],
  ['nextSteps', { nextSteps: [] }],
  ['describe', { describe: () => 'It is so.' }],
  ['remedy', { remedy: 'Open a window.' } as Partial<ThresholdRule>],
])('what a rule measures does not depend on %s', (_what, change) => {
  expect(measureOf({ ...rule, ...change })).toBe(measureOf({ ...rule }));
});

test.each<[string, Partial<ThresholdRule>]>([
  ['the signal', { signal: 'kelvin' }],
  ['the labels', { labels: { room: 'a' } }],
])('it depends on %s', (_what, change) => {
  expect(measureOf({ ...rule, ...change })).not.toBe(measureOf({ ...rule }));
});

test('it does not depend on the order in which the rule was written', () => {
  const { signal, kind, ...rest } = rule;
  expect(measureOf({ signal, kind, ...rest })).toBe(measureOf({ kind, ...rest, signal }));
});
