import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { JournalEntry, TokenStatus } from '../../contract/index.ts';
import { expectationSchema } from './expectation-schema.ts';
import { judgeWorld, samplingTimes } from './judge.ts';
import type { TokenSample, WorldRecord } from './record.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const token = (id: string) => ({ id, mint: `mint-${id}`, symbol: id, name: id, discovered: 0, life: [] });
let seq = 0;
const found = (id: string, hours: number): JournalEntry => ({
  seq: (seq += 1),
  type: 'token.discovered',
  at: START + hours * HOUR,
  subject: `mint-${id}`,
  reason: `${id} was found by file.`,
  data: { feed: 'file' },
});
const moved = (
  id: string,
  hours: number,
  from: TokenStatus,
  to: TokenStatus,
  reason: string,
): JournalEntry => ({
  seq: (seq += 1),
  type: 'token.moved',
  at: START + hours * HOUR,
  subject: `mint-${id}`,
  reason,
  data: { from, to, check: null },
});
const condition = (kind: 'started' | 'ended', hours: number): JournalEntry =>
  kind === 'started'
    ? {
        seq: (seq += 1),
        type: 'condition.started',
        at: START + hours * HOUR,
        subject: 'data.stale',
        reason: 'old',
        data: { level: 'warning', value: 1, limit: 1, unit: 's' },
      }
    : {
        seq: (seq += 1),
        type: 'condition.ended',
        at: START + hours * HOUR,
        subject: 'data.stale',
        reason: 'over',
        data: { level: 'warning', value: 1, durationMs: 1 },
      };

const sample: TokenSample = {
  status: 'active',
  score: 0.4,
  smoothedScore: 0.3,
  refreshedAt: START + 2 * HOUR - 30_000,
  discoveredAt: START,
  check: {
    at: START,
    passed: false,
    pools: [],
    steps: [{ name: 'external_pools', passed: false, value: 0, limit: 1, reason: 'none' }],
  },
};

const RECORD: WorldRecord = {
  startMs: START,
  endMs: START + 10 * HOUR,
  tokens: [token('A-1'), token('A-2'), token('B')],
  entries: [
    found('A-1', 0),
    found('A-2', 0),
    moved('A-1', 1, 'monitoring', 'active', 'A-1 became active: a pump pool.'),
    moved('A-2', 2, 'monitoring', 'active', 'A-2 became active: a pump pool.'),
    found('B', 3),
    condition('started', 4),
    condition('ended', 5),
  ],
  samples: new Map([[2 * HOUR, { health: 'degraded', tokens: new Map([['mint-A-1', sample]]) }]]),
  counts: { monitoring: 1, active: 2, archived: 0 },
};

const outcome = (expectation: z.input<typeof expectationSchema>): boolean[] =>
  judgeWorld(expectationSchema.parse(expectation), RECORD).map(({ passed }) => passed);

describe('an expectation', () => {
  it.each<[string, z.input<typeof expectationSchema>, boolean]>([
    ['a status at a time', { statuses: [{ token: 'B', at: '4h', status: 'monitoring' }] }, true],
    ['another status', { statuses: [{ token: 'B', at: '4h', status: 'active' }] }, false],
    ['unknown before it is found', { statuses: [{ token: 'B', at: '2h', status: 'unknown' }] }, true],
    ['the new status at the very moment', { statuses: [{ token: 'A-1', at: '1h', status: 'active' }] }, true],
    [
      'one status for a while',
      { statuses: [{ token: 'A-1', between: ['1h', '10h'], status: 'active' }] },
      true,
    ],
    ['not so long', { statuses: [{ token: 'A-1', between: ['59m', '10h'], status: 'active' }] }, false],
    ['each of some', { statuses: [{ token: 'A-*', at: '2h', status: 'active' }] }, true],
    ['each of some, but one', { statuses: [{ token: 'A-*', at: '90m', status: 'active' }] }, false],
    [
      'a transition in time',
      {
        transitions: [
          { token: 'A-*', from: 'monitoring', to: 'active', notBefore: '1h', notAfter: '2h', reason: 'PUMP' },
        ],
      },
      true,
    ],
    [
      'a transition too early',
      { transitions: [{ token: 'A-1', from: 'monitoring', to: 'active', notBefore: '61m', notAfter: '2h' }] },
      false,
    ],
    [
      'a transition too late',
      {
        transitions: [{ token: 'A-2', from: 'monitoring', to: 'active', notBefore: '0s', notAfter: '119m' }],
      },
      false,
    ],
    [
      'a transition for another reason',
      {
        transitions: [
          {
            token: 'A-1',
            from: 'monitoring',
            to: 'active',
            notBefore: '1h',
            notAfter: '2h',
            reason: 'score',
          },
        ],
      },
      false,
    ],
    [
      'another transition',
      { transitions: [{ token: 'A-1', from: 'active', to: 'archived', notBefore: '0s', notAfter: '9h' }] },
      false,
    ],
    ['never, and it never was', { never: [{ to: 'archived' }, { token: 'B', type: 'token.moved' }] }, true],
    ['never, and it was', { never: [{ token: 'A-*', from: 'monitoring' }] }, false],
    ['never in a time in which it was not', { never: [{ to: 'active', between: ['3h', '9h'] }] }, true],
    ['never in a time in which it was', { never: [{ to: 'active', between: ['90m', '9h'] }] }, false],
    ['never for a reason', { never: [{ reason: 'a PUMP pool' }] }, false],
    ['as many entries', { entries: [{ type: 'token.discovered', count: { min: 3, max: 3 } }] }, true],
    ['fewer entries', { entries: [{ type: 'token.discovered', count: { min: 4 } }] }, false],
    ['one entry at least', { entries: [{ subject: 'nothing' }] }, false],
    ['a condition', { conditions: [{ rule: 'data.stale', startsBy: '4h', endsBy: '5h' }] }, true],
    ['a condition that starts later', { conditions: [{ rule: 'data.stale', startsBy: '3h' }] }, false],
    [
      'a condition that starts earlier',
      { conditions: [{ rule: 'data.stale', notBefore: '5h', startsBy: '9h' }] },
      false,
    ],
    [
      'a condition that ends later',
      { conditions: [{ rule: 'data.stale', startsBy: '4h', endsBy: '299m' }] },
      false,
    ],
    ['a condition that never was', { conditions: [{ rule: 'x', startsBy: '9h' }] }, false],
    ['a score', { scores: [{ token: 'A-1', at: '2h', min: 0.39, max: 0.41 }] }, true],
    ['a smoothed score', { scores: [{ token: 'A-1', at: '2h', min: 0.39, smoothed: true }] }, false],
    ['a score of a token that nobody knows', { scores: [{ token: 'B', at: '2h', min: 0 }] }, false],
    ['an age', { ages: [{ token: 'A-1', at: '2h', min: '29s', max: '30s' }] }, true],
    ['an age that is higher', { ages: [{ token: 'A-1', at: '2h', max: '29s' }] }, false],
    ['an age that is lower', { ages: [{ token: 'A-1', at: '2h', min: '31s' }] }, false],
    [
      'a failed check',
      { checks: [{ token: 'A-1', at: '2h', passed: false, failedStep: 'external_pools' }] },
      true,
    ],
    [
      'another failed step',
      { checks: [{ token: 'A-1', at: '2h', passed: false, failedStep: 'pump_pool' }] },
      false,
    ],
    ['a check that passed', { checks: [{ token: 'A-1', at: '2h', passed: true }] }, false],
    ['health', { health: [{ at: '2h', is: ['degraded', 'critical'], not: ['healthy'] }] }, true],
    ['health that it is not', { health: [{ at: '2h', is: ['healthy'] }] }, false],
    ['health that it must not be', { health: [{ at: '2h', not: ['degraded'] }] }, false],
    [
      'counts',
      { counts: { discovered: { min: 3, max: 3 }, active: { max: 2 }, transitions: { min: 2 } } },
      true,
    ],
    ['a count that is higher', { counts: { active: { max: 1 } } }, false],
    ['a count that is lower', { counts: { archived: { min: 1 } } }, false],
  ])('%s', (_, expectation, passed) => {
    const verdicts = outcome(expectation);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.every((one) => one)).toBe(passed);
  });

  it('names the times at which tokens have to be looked at, each once and in order', () => {
    const expectation = expectationSchema.parse({
      scores: [{ token: 'A-1', at: '3h' }],
      ages: [{ token: 'A-1', at: '1h' }],
      health: [{ at: '3h' }],
    });
    expect(samplingTimes(expectation)).toEqual([HOUR, 3 * HOUR]);
  });

  it('of anything at all is refused', () => {
    expect(expectationSchema.safeParse({ never: [{ between: ['0s', '1s'] }] }).success).toBe(false);
    expect(expectationSchema.safeParse({ never: [{ kind: 'x' }] }).success).toBe(false);
  });
});
