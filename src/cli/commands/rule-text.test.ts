import { expect, test } from 'vitest';
import type { JudgedRule } from '../../contract/index.ts';
import { ruleDetails, ruleRows, ruleTroubles } from './rule-text.ts';

const rule: JudgedRule = {
  name: 'process.cpu',
  kind: 'threshold',
  origin: 'changed',
  signal: 'process_cpu',
  unit: 'ratio',
  essential: true,
  levels: [{ level: 'warning', enter: 0.7, leave: 0.6, forMs: 120_000, keepForMs: 60_000 }],
  verdict: 'warning',
  reason: 'Busy.',
  series: 1,
  gravest: [{ labels: {}, verdict: 'warning', reason: 'Busy.', value: 0.8, since: 4_000 }],
  nextSteps: ['Look.'],
  runbook: 'docs/runbooks/x.md',
  remedy: 'rest',
};
const composite: JudgedRule = {
  ...rule,
  name: 'both',
  kind: 'composite',
  origin: 'custom',
  signal: null,
  essential: false,
  levels: [{ level: 'critical', enter: null, leave: null, forMs: 0, keepForMs: 500 }],
  verdict: 'waiting',
  gravest: [{ labels: { group: 'hot' }, verdict: 'waiting', reason: 'Not yet.', value: null, since: null }],
  nextSteps: [],
  runbook: null,
  remedy: null,
};

test('a line a rule, and a line a trouble', () => {
  expect(ruleRows([rule, composite])).toEqual([
    ['process.cpu', 'threshold', 'warning', '1', 'service, changed'],
    ['both', 'composite', 'waiting', '1', 'configuration'],
  ]);
  expect(ruleTroubles([rule, composite, { ...rule, verdict: 'well' }])).toEqual(['process.cpu: Busy.']);
});

test('all of one rule', () => {
  expect(ruleDetails(rule, 10_000)).toEqual([
    'process.cpu: warning',
    'A rule of the kind threshold (service, changed); it looks at process_cpu. While it is unknown, so is health.',
    'warning: begins at 70 % after 120 s, ends at 60 % after 60 s',
    '-  warning (began 6 s ago): Busy.',
    'To do: Look.',
    'The service helps itself: rest.',
    'Runbook: docs/runbooks/x.md',
  ]);
  expect(ruleDetails(composite, 10_000)).toEqual([
    'both: waiting',
    'A rule of the kind composite (configuration); it looks at other rules.',
    'critical: begins after 0 s, ends after 0.5 s',
    'group=hot  waiting: Not yet.',
  ]);
});
