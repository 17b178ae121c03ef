import { describe, expect, test } from 'vitest';
import { jobRules, monitorRules, schedulerRule } from '../warden/index.ts';
import { processRules, ruleOf, type RuleInput } from './rules.ts';

const q = { name: 'q', signal: 'q' } as const;

test('a limit alone is a whole rule, which does not flap', () => {
  expect(ruleOf('it', { ...q, warning: 100, critical: { enter: 200, leave: 150 } })).toEqual({
    kind: 'threshold',
    name: 'q',
    signal: 'q',
    unit: '',
    forMs: 0,
    keepForMs: 0,
    essential: false,
    nextSteps: [],
    warning: { enter: 100, leave: 90 },
    error: undefined,
    critical: { enter: 200, leave: 150 },
  });
});

test.each<[string, RuleInput, object]>([
  ['below', { ...q, side: 'below', warning: 10 }, { warning: { enter: 10, leave: 11 } }],
  ['a limit below zero', { ...q, warning: -10 }, { warning: { enter: -10, leave: -11 } }],
  ['a limit of zero', { ...q, warning: 0 }, { warning: { enter: 0, leave: 0 } }],
  ['rate', { ...q, kind: 'rate', error: 5 }, { windowMs: 300_000, perMs: 60_000, counter: false }],
  ['absence', { ...q, kind: 'absence', error: 60 }, { unit: 's', unchanged: false }],
  [
    'ratio',
    { ...q, kind: 'ratio', to: 'all', error: 0.1 },
    { unit: 'ratio', atLeast: 0, windowMs: null, to: 'all' },
  ],
  [
    'trend, where less is worse',
    { ...q, kind: 'trend', limit: 1, warning: 60 },
    { points: 30, stepMs: 60_000, side: 'above', warning: { enter: 60, leave: 66 } },
  ],
  ['degradation', { ...q, kind: 'degradation', warning: 0.5 }, { baselineMs: 1_800_000 }],
  [
    'count',
    { kind: 'count', name: 'c', occurrence: { of: 'starts', rule: 'q' }, warning: 3 },
    { windowMs: 600_000 },
  ],
  ['composite', { kind: 'composite', name: 'c', warning: { rule: 'q' } }, { by: [], warning: { rule: 'q' } }],
  ['what is left out counts as such', { ...q, warning: 1, forMs: undefined }, { forMs: 0 }],
])('%s', (_what, given, wanted) => {
  expect(ruleOf('it', given)).toMatchObject(wanted);
});

test.each<[unknown, string]>([
  [5, 'it: it must be an object, not 5.'],
  [{ signal: 'q', warning: 1 }, 'it: name is missing.'],
  [{ ...q, name: 'a b', warning: 1 }, 'it: name must be a name of letters'],
  [q, 'it: it has no limit; give it warning, error or critical.'],
  [{ ...q, warn: 1 }, 'it: warn is not known here; there are name, kind, signal, labels, side,'],
  [{ ...q, warning: Number.NaN }, 'it: warning must be a number, not NaN.'],
  [{ ...q, warning: { enter: 1 } }, 'it: warning must be a number, or { enter, leave }: leave is missing.'],
  [{ ...q, warning: { enter: 1, leave: 2 } }, 'warning.leave (2) must be on the good side of enter (1)'],
  [{ ...q, warning: 5, critical: 3 }, 'it: critical must be above the milder limit (5).'],
  [{ ...q, side: 'below', warning: 3, critical: 5 }, 'it: critical must be below the milder limit (3).'],
  [{ ...q, kind: 'past', warning: 1 }, 'it: kind past needs the history of other days'],
  [{ ...q, kind: 'odd', warning: 1 }, 'it: kind must be one of threshold, rate,'],
  [{ ...q, kind: 'trend', warning: 1 }, 'it: limit is missing.'],
  [{ ...q, kind: 'absence', side: 'below', warning: 1 }, 'it: side is not known here;'],
  [{ ...q, warning: 1, forMs: '5s', unit: 3 }, 'forMs must be a time in ms'],
])('%j is refused: %s', (given, message) => {
  expect(() => ruleOf('it', given as RuleInput)).toThrow(message);
  expect(() => ruleOf('it', given as RuleInput)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID' }),
  );
});

describe('what comes with it says nothing of a service that is not there', () => {
  test.each(processRules(1_000_000).map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    const said = [...rule.nextSteps, rule.describe?.(1, 1, {}) ?? ''].join(' ');
    expect(rule.nextSteps.length).toBeGreaterThan(0);
    expect(said).not.toMatch(/`moonwarden|tokens\.|rules\.|data folder|journal/);
  });

  test('nor do those of the warden', () => {
    for (const { nextSteps } of monitorRules) expect(nextSteps.join(' ')).not.toMatch(/`moonwarden|tokens\./);
    // The library words those of jobs anew; where there are others, it has to have words for them.
    expect(jobRules({ group: 'g', everyMs: 1 }).map(({ name }) => name)).toEqual([
      'jobs.g.not_run',
      'jobs.g.stalled',
      'jobs.g.parked',
    ]);
    expect(schedulerRule.name).toBe('jobs.escalated');
  });
});
