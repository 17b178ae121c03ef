import { expect, test } from 'vitest';
import type { Condition } from '../warden/detection/index.ts';
import { healthReport, type HealthFacts } from './health.ts';

const condition: Condition = {
  rule: 'q',
  labels: { of: 'mail' },
  level: 'warning',
  since: Date.UTC(2030, 0, 1, 12, 34),
  value: 5,
  limit: 3,
  unit: '',
  reason: 'q is 5, over the limit of 3.',
  evidence: [],
  nextSteps: ['Look.'],
};
const well: HealthFacts = {
  name: 'shop',
  life: 'running',
  health: { status: 'healthy', since: 7, conditions: [], unknown: [] },
  rules: 3,
  pending: [],
};
const ill = { status: 'degraded', since: condition.since, conditions: [condition], unknown: [] } as const;

test.each<[Partial<HealthFacts>, string, boolean, string]>([
  [{}, 'healthy', true, 'Healthy. None of its 3 rules finds anything wrong.'],
  [{ rules: 1 }, 'healthy', true, 'Healthy. Its one rule finds nothing wrong.'],
  [{ health: ill }, 'degraded', true, 'Degraded since 12:34 UTC: q is 5, over the limit of 3.'],
  [
    { health: ill, pending: ['restart-mail'] },
    'degraded',
    true,
    'Degraded since 12:34 UTC: q is 5, over the limit of 3. Tried now: restart-mail.',
  ],
  [
    { health: { ...ill, status: 'critical' } },
    'critical',
    false,
    'Critical since 12:34 UTC: q is 5, over the limit of 3.',
  ],
  [
    { health: { status: 'unknown', since: 7, conditions: [], unknown: ['q', 'r'] } },
    'unknown',
    false,
    'Starting. Not measured: q, r.',
  ],
  [{ health: null }, 'unknown', false, 'Starting. Nothing was looked at yet.'],
  [{ life: 'new', health: null }, 'unknown', false, 'Not started.'],
  [{ life: 'stopped' }, 'unknown', false, 'Stopped.'],
])('%j is %s', (facts, status, ok, sentence) => {
  expect(healthReport({ ...well, ...facts })).toMatchObject({ name: 'shop', status, ok, sentence });
});

test('it is plain data with each reason, and what a person can do about it', () => {
  const report = healthReport({ ...well, health: ill });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report.reasons).toEqual([
    {
      condition: 'q{of=mail}',
      level: 'warning',
      reason: condition.reason,
      since: condition.since,
      nextSteps: ['Look.'],
    },
  ]);
});
