import { expect, test } from 'vitest';
import { limitFaults, type LimitFault } from './limit-order.ts';
import type { CompositeRule, ThresholdRule } from './rule.ts';

const rule: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  forMs: 0,
  keepForMs: 0,
  essential: false,
  nextSteps: [],
};
const at = (enter: number, leave = enter): { readonly enter: number; readonly leave: number } => ({
  enter,
  leave,
});

test.each<[string, Partial<ThresholdRule>, readonly Partial<LimitFault>[]]>([
  ['one level', { warning: at(5, 3) }, []],
  ['left where it is entered', { warning: at(5, 5) }, []],
  ['left before it is entered', { warning: at(5, 6) }, [{ kind: 'leave', level: 'warning', good: 'below' }]],
  ['rising levels', { warning: at(5), error: at(7), critical: at(9) }, []],
  ['two levels at one limit', { warning: at(5), critical: at(5) }, []],
  [
    'a graver one below a milder one',
    { warning: at(5), critical: at(3) },
    [{ kind: 'order', level: 'critical', milder: { level: 'warning', enter: 5 }, beyond: 'above' }],
  ],
  [
    'each is held against the next milder one that there is',
    { warning: at(5), error: at(9), critical: at(7) },
    [{ kind: 'order', level: 'critical', milder: { level: 'error', enter: 9 } }],
  ],
  ['below is bad: falling levels', { side: 'below', warning: at(5, 6), critical: at(3, 4) }, []],
  [
    'below is bad: left before it is entered, and a graver one above',
    { side: 'below', warning: at(5, 4), critical: at(7, 8) },
    [
      { kind: 'leave', level: 'warning', good: 'above' },
      { kind: 'order', level: 'critical', beyond: 'below' },
    ],
  ],
])('%s', (_what, limits, faults) => {
  expect(limitFaults({ ...rule, ...limits })).toMatchObject(faults);
});

test('a composite has no limits of its own', () => {
  const { name, unit, forMs, keepForMs, essential, nextSteps } = rule;
  const composite: CompositeRule = {
    kind: 'composite',
    ...{ name, unit, forMs, keepForMs, essential, nextSteps },
    by: [],
    warning: { rule: 'hot' },
  };
  expect(limitFaults(composite)).toEqual([]);
});
