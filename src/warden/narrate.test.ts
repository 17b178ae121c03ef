import fc from 'fast-check';
import { expect, test } from 'vitest';
import { journalDraft } from '../contract/index.ts';
import type { Condition, ConditionChange } from './detection/index.ts';
import type { TurnRecord } from './loop.ts';
import { entriesOf, logLineOf, logLineOfVerdict } from './narrate.ts';
import type { Attempt, Intent, Verdict } from './recovery/index.ts';

const condition: Condition = {
  rule: 'feed.silent',
  labels: {},
  level: 'warning',
  since: 5,
  value: 61,
  limit: 60,
  unit: 's',
  reason: 'The feed has been silent for 61 s.',
  evidence: [[5, 61]],
  nextSteps: ['Look.'],
};
const critical: Condition = { ...condition, level: 'critical' };
const recovery: Attempt = {
  id: 'r-1',
  action: 'reconnect',
  step: 'soft',
  component: 'feed',
  condition: 'feed.silent',
  levelThen: 'warning',
  startedMs: 1_000,
  endedMs: null,
  error: null,
  verifyWithinMs: 60_000,
  by: 'service',
};
const turn = (more: Partial<TurnRecord> = {}): TurnRecord => ({
  at: 1_000_000,
  samples: [
    { signal: 'silent_s', value: 61 },
    { signal: 'backlog', value: null },
  ],
  intents: [],
  verdicts: [],
  health: { status: 'healthy', since: 0, conditions: [], unknown: [] },
  ...more,
});
const started: ConditionChange = { kind: 'started', condition };
const worse: ConditionChange = { kind: 'changed', condition: critical, from: 'warning' };
const better: ConditionChange = { kind: 'changed', condition, from: 'critical' };
const ended: ConditionChange = { kind: 'ended', condition: critical, durationMs: 90_400 };

test.each<[string, ConditionChange, string, string]>([
  ['a start', started, 'warning', 'The feed has been silent for 61 s.'],
  ['a critical start', { ...started, condition: critical }, 'critical', 'The feed has been silent for 61 s.'],
  ['a turn for the worse', worse, 'critical', 'It got worse: The feed has been silent for 61 s.'],
  ['a turn for the better', better, 'warning', 'It got better: The feed has been silent for 61 s.'],
  ['an end', ended, 'info', 'It is over after 90 s: The feed has been silent for 61 s.'],
])('log and journal say the same of %s', (_, change, level, sentence) => {
  const intent = { kind: 'notify' as const, change };
  const line = logLineOf(intent);
  expect(line).toMatchObject({
    level,
    msg: sentence,
    fields: { rule: 'feed.silent', severity: change.condition.level, value: 61 },
  });
  expect(entriesOf(turn({ intents: [intent] }), false)).toMatchObject([
    { type: `condition.${change.kind}`, at: 1_000_000, subject: 'feed.silent', reason: sentence },
  ]);
});

test('a recovery is a warning in the log, and the journal has all that is needed to go on from there', () => {
  const intent: Intent = {
    kind: 'recover',
    attempt: recovery,
    reason: 'It is silent.',
    why: 'Nothing else is left.',
    request: null,
  };
  expect(logLineOf(intent)).toEqual({
    level: 'warning',
    msg: 'Recovery begins: reconnect.',
    fields: {
      recovery: 'r-1',
      action: 'reconnect',
      step: 'soft',
      condition: 'feed.silent',
      by: 'service',
      reason: 'It is silent.',
      why: 'Nothing else is left.',
    },
  });
  const [entry] = entriesOf(turn({ intents: [intent] }), false);
  expect(entry).toEqual({
    type: 'action.taken',
    at: 1_000_000,
    subject: 'feed.silent',
    reason: 'Recovery: reconnect. It is silent. Nothing else is left.',
    data: {
      action: 'reconnect',
      condition: 'feed.silent',
      verifyBy: 1_060_000,
      id: 'r-1',
      step: 'soft',
      component: 'feed',
      verifyWithinMs: 60_000,
      by: 'service',
    },
  });
  expect(journalDraft.parse(entry)).toEqual(entry);
});

test.each<[string, Intent, string, string, object]>([
  [
    'what waits',
    {
      kind: 'wait',
      condition: 'feed.silent',
      standing: { kind: 'waiting', cause: 'root', why: 'It waits.' },
    },
    'info: feed.silent is not recovered now. It waits.',
    'recovery.waiting',
    { subject: 'feed.silent', reason: 'It waits.', data: { cause: 'root' } },
  ],
  [
    'a call for a person',
    { kind: 'escalate', condition: critical, why: 'Nothing is left.' },
    'critical: A person is needed: The feed has been silent for 61 s. Nothing is left.',
    'recovery.manual',
    { subject: 'feed.silent', reason: 'Nothing is left.', data: { level: 'critical', evidence: '/kept' } },
  ],
  [
    'what was refused',
    { kind: 'refuse', request: { id: '1', action: 'reset', by: 'ada' }, why: 'The budget is spent.' },
    'warning: reset was asked for and refused. The budget is spent.',
    'recovery.refused',
    { subject: null, reason: 'The budget is spent.', data: { action: 'reset', by: 'ada' } },
  ],
])('log and journal tell of %s', (_, intent, told, type, more) => {
  const { level, msg } = logLineOf(intent);
  expect(`${level}: ${msg}`).toBe(told);
  const [entry] = entriesOf(turn({ intents: [intent] }), false, new Map([['feed.silent', '/kept']]));
  expect(entry).toEqual({ type, at: 1_000_000, ...more });
  expect(journalDraft.parse(entry)).toEqual(entry);
});

test('what a turn leaves in the journal, in the order in which it happened', () => {
  const verdict: Verdict = { recovery, outcome: 'did-not-work', reason: 'reconnect had no effect.' };
  const intents = [started, worse, ended].map((change) => ({ kind: 'notify' as const, change }));
  const entries = entriesOf(turn({ intents, verdicts: [verdict] }), true);
  const head = { at: 1_000_000, subject: 'feed.silent' };
  expect(entries).toEqual([
    {
      ...head,
      type: 'condition.started',
      reason: condition.reason,
      data: { level: 'warning', value: 61, limit: 60, unit: 's' },
    },
    {
      ...head,
      type: 'condition.changed',
      reason: `It got worse: ${condition.reason}`,
      data: { from: 'warning', to: 'critical', value: 61, limit: 60, unit: 's' },
    },
    {
      ...head,
      type: 'condition.ended',
      reason: `It is over after 90 s: ${condition.reason}`,
      data: { level: 'critical', value: 61, durationMs: 90_400 },
    },
    {
      ...head,
      type: 'action.verified',
      reason: 'reconnect had no effect.',
      data: {
        action: 'reconnect',
        condition: 'feed.silent',
        outcome: 'did-not-work',
        id: 'r-1',
        step: 'soft',
      },
    },
    {
      type: 'samples',
      at: 1_000_000,
      subject: null,
      reason: 'All signals at this moment.',
      data: { samples: { silent_s: 61, backlog: null } },
    },
  ]);
});

test.each([
  ['worked', 'info'],
  ['did-not-work', 'warning'],
  ['made-it-worse', 'warning'],
] as const)('a recovery that %s is told in the log as well', (outcome, level) => {
  expect(logLineOfVerdict({ recovery, outcome, reason: 'So it was.' })).toEqual({
    level,
    msg: 'So it was.',
    fields: { recovery: 'r-1', action: 'reconnect', condition: 'feed.silent', outcome },
  });
});

test.each([Number.NaN, Infinity, -Infinity])(
  'the sample %s, which the journal cannot hold, is missing',
  (value) => {
    const [entry] = entriesOf(turn({ samples: [{ signal: 'x', value }] }), true);
    expect(entry).toMatchObject({ data: { samples: { x: null } } });
  },
);

test('samples are left out unless they are asked for', () => {
  expect(entriesOf(turn(), false)).toEqual([]);
  expect(entriesOf(turn(), true)).toHaveLength(1);
});

test('whatever a turn finds, its entries are those of the contract', () => {
  const level = fc.constantFrom('warning' as const, 'error' as const, 'critical' as const);
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const anyCondition = fc.record({
    rule: fc.string(),
    labels: fc.dictionary(fc.string(), fc.string()),
    level,
    since: fc.nat(),
    value: finite,
    limit: finite,
    unit: fc.string(),
    reason: fc.string(),
    evidence: fc.array(fc.tuple(fc.nat(), finite)),
    nextSteps: fc.array(fc.string()),
  });
  const anyChange = fc.oneof(
    fc.record({ kind: fc.constant('started' as const), condition: anyCondition }),
    fc.record({ kind: fc.constant('changed' as const), condition: anyCondition, from: level }),
    fc.record({ kind: fc.constant('ended' as const), condition: anyCondition, durationMs: fc.nat() }),
  );
  const outcome = fc.constantFrom('worked' as const, 'did-not-work' as const, 'made-it-worse' as const);
  fc.assert(
    fc.property(
      fc.array(anyChange),
      fc.array(outcome),
      fc.array(
        fc.record({ signal: fc.stringMatching(/^[a-z][a-z_0-9]{0,9}$/), value: fc.option(fc.double()) }),
      ),
      (changes, outcomes, samples) => {
        const entries = entriesOf(
          turn({
            samples,
            intents: changes.map((change) => ({ kind: 'notify', change })),
            verdicts: outcomes.map((one) => ({ recovery, outcome: one, reason: 'why' })),
          }),
          true,
        );
        expect(entries).toHaveLength(changes.length + outcomes.length + 1);
        for (const entry of entries) expect(journalDraft.parse(entry)).toEqual(entry);
      },
    ),
  );
});
