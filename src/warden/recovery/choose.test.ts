import { describe, expect, test } from 'vitest';
import type { Rule } from '../detection/index.ts';
import { choose, refusalOf, type Surroundings } from './choose.ts';
import { nextStep } from './action.ts';
import { recoveryDefaults } from './settings.ts';
import { learnedKey, noRecoveries, type Attempt, type Ladder, type RecoveryState } from './state.ts';
import { HOUR, MINUTE, SECOND, planOf, ruleOf, wrong } from './testing/course.ts';

const NOW_MS = 10 * HOUR;
const RESET = planOf('reset');
const PART = planOf('restart-part', { step: 'medium' });
const ALL = planOf('restart-all', { step: 'hard' });
const FOOT: Ladder = { step: 'soft', stopped: [], lastMs: null, goneMs: null, standing: null };

const around = ({
  rules = [],
  state = {},
  ...more
}: Partial<Omit<Surroundings, 'rules' | 'state'>> & {
  readonly rules?: readonly Rule[];
  readonly state?: Partial<RecoveryState>;
} = {}): Surroundings => ({
  conditions: [],
  rules: new Map(rules.map((rule) => [rule.name, rule])),
  actions: [RESET, PART, ALL],
  settings: recoveryDefaults,
  noRestart: null,
  now: { monotonicMs: NOW_MS, wallMs: 1_700_000_000_000 },
  ...more,
  state: { ...noRecoveries, sinceMs: 0, ...state },
});
const pending = (more: Partial<Attempt>): Attempt => ({
  id: '1',
  action: 'other-action',
  condition: 'other',
  levelThen: 'critical',
  step: 'soft',
  component: 'other',
  startedMs: NOW_MS - SECOND,
  endedMs: null,
  verifyWithinMs: MINUTE,
  error: null,
  by: 'service',
  ...more,
});
const failedFive = (...names: readonly string[]): Pick<RecoveryState, 'learned'> => ({
  learned: Object.fromEntries(
    names.map((name) => [
      learnedKey('feed', name),
      { worked: 0, didNotWork: 5, madeItWorse: 0, last: [false, false, false, false, false] },
    ]),
  ),
});
const tries = (step: 'soft' | 'hard', ...agoMs: readonly number[]): RecoveryState['past'] =>
  agoMs.map((ms) => ({ startedMs: NOW_MS - ms, step }));

describe('what is chosen for a condition', () => {
  test.each<[string, Parameters<typeof choose>[0], Partial<Ladder>, Surroundings, string | null]>([
    ['no action is for it', wrong('other'), {}, around(), null],
    [
      'the mildest, in whatever order they come',
      wrong('feed'),
      {},
      around({ actions: [ALL, PART, RESET] }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'an action that ends others, too',
      wrong('feed'),
      {},
      around({ actions: [planOf('both', { ends: ['other', 'feed'] })] }),
      'act both: both is the mildest step that is left.',
    ],
    [
      'in the first 30 s',
      wrong('feed'),
      {},
      around({ state: { sinceMs: NOW_MS - 29_999 } }),
      'wait grace: The service has just started: nothing is recovered within its first 30 s.',
    ],
    [
      'right after them',
      wrong('feed'),
      {},
      around({ state: { sinceMs: NOW_MS - 30_000 } }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'in the first turn of all',
      wrong('feed'),
      {},
      around({ state: { sinceMs: null } }),
      'wait grace: The service has just started: nothing is recovered within its first 30 s.',
    ],
    [
      'what failed five times is skipped',
      wrong('feed'),
      {},
      around({ state: failedFive('reset', 'restart-part') }),
      'act restart-all: restart-all is the mildest step that is left. reset and restart-part did not help the last 5 times, so it is skipped.',
    ],
    [
      'what failed four times is not',
      wrong('feed'),
      {},
      around({
        state: {
          learned: {
            [learnedKey('feed', 'reset')]: {
              worked: 0,
              didNotWork: 4,
              madeItWorse: 0,
              last: [false, false, false, false],
            },
          },
        },
      }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'only a restart is left, and it is not critical',
      wrong('feed', 'error'),
      { step: 'hard' },
      around(),
      'wait level: Nothing milder is left than restart-all, and the process is restarted only for what is critical.',
    ],
    [
      'nothing is left: what had no effect and what made it worse is named, what comes later is not',
      wrong('feed'),
      { step: 'medium', stopped: ['restart-part', 'restart-all'] },
      around(),
      'manual: Nothing is left that the service could do by itself. reset had no effect. restart-part and restart-all made it worse.',
    ],
    [
      'its component is being worked on',
      wrong('feed'),
      {},
      around({ state: { pending: [pending({ component: 'reset', action: 'other-reset' })] } }),
      'wait busy: It waits for other-reset, which runs.',
    ],
    [
      'the effect of an action on its component is still to be seen',
      wrong('feed'),
      {},
      around({ state: { pending: [pending({ component: 'reset', endedMs: NOW_MS - 1 })] } }),
      'wait busy: It waits for other-action, whose effect is still to be seen.',
    ],
    [
      'others work on something else',
      wrong('feed'),
      {},
      around({ state: { pending: [pending({})] } }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'the process is being restarted',
      wrong('feed'),
      {},
      around({ state: { pending: [pending({ step: 'hard', action: 'restart-all' })] } }),
      'wait busy: It waits for restart-all, which runs.',
    ],
    [
      'the budget is spent',
      wrong('feed'),
      {},
      around({ state: { past: tries('soft', 1, 2, 3, 4, HOUR - 1) } }),
      'manual: The 5 recoveries that an hour may have are spent.',
    ],
    [
      'a try that is an hour old counts no more',
      wrong('feed'),
      {},
      around({ state: { past: tries('soft', 1, 2, 3, 4, HOUR) } }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'nothing would start the process again',
      wrong('feed'),
      { step: 'hard' },
      around({ noRestart: 'Nobody restarts it.' }),
      'manual: Nobody restarts it.',
    ],
    [
      'two conditions that name each other wait for none',
      wrong('feed'),
      {},
      around({
        conditions: [wrong('feed'), wrong('twin')],
        rules: [ruleOf('feed', { symptomOf: ['twin'] }), ruleOf('twin', { symptomOf: ['feed'] })],
      }),
      'act reset: reset is the mildest step that is left.',
    ],
    [
      'its cause is there',
      wrong('feed'),
      {},
      around({
        conditions: [wrong('feed'), wrong('root')],
        rules: [ruleOf('feed', { symptomOf: ['root'] }), ruleOf('root')],
      }),
      'wait root: It waits for root, which explains it.',
    ],
  ])('%s', (_what, condition, ladder, surroundings, chosen) => {
    const choice = choose(condition, { ...FOOT, ...ladder }, surroundings);
    const text =
      choice === null
        ? null
        : choice.kind === 'act'
          ? `act ${choice.plan.name}: ${choice.why}`
          : choice.kind === 'wait'
            ? `wait ${choice.cause}: ${choice.why}`
            : `manual: ${choice.why}`;
    expect(text).toBe(chosen);
  });
});

describe('several components critical at once', () => {
  const conditions = [wrong('feed'), wrong('store.failing'), wrong('jobs.hot')];
  const everywhere = planOf('restart-all', { step: 'hard', ends: ['feed', 'store.*', 'jobs.*'] });
  const chosen = (more: Parameters<typeof around>[0], ladder: Partial<Ladder> = {}): string | undefined => {
    const choice = choose(
      wrong('feed'),
      { ...FOOT, ...ladder },
      around({ conditions, actions: [RESET, PART, everywhere], ...more }),
    );
    return choice?.kind === 'act' ? choice.plan.name : choice?.kind;
  };

  test.each<[string, Parameters<typeof around>[0], string]>([
    ['three: a restart at once', {}, 'restart-all'],
    ['two of them', { conditions: conditions.slice(0, 2) }, 'reset'],
    [
      'three, of which one is no more than an error',
      { conditions: [...conditions.slice(0, 2), wrong('jobs.hot', 'error')] },
      'reset',
    ],
    [
      'three, of which no restart should end one',
      { actions: [RESET, planOf('restart-all', { step: 'hard', ends: ['feed', 'store.*'] })] },
      'reset',
    ],
    [
      'three, each with a restart of its own',
      {
        actions: [
          RESET,
          ALL,
          planOf('a', { step: 'hard', ends: ['store.*'] }),
          planOf('b', { step: 'hard', ends: ['jobs.*'] }),
        ],
      },
      'restart-all',
    ],
    [
      'three, and what ends the others is no restart',
      { actions: [RESET, ALL, planOf('a', { ends: ['store.*', 'jobs.*'] })] },
      'reset',
    ],
    [
      'three, and no restart is for this one',
      { actions: [RESET, planOf('a', { step: 'hard', ends: ['store.*', 'jobs.*'] })] },
      'reset',
    ],
    [
      'three, of which another explains one',
      { rules: [ruleOf('jobs.hot', { symptomOf: ['store.failing'] })] },
      'reset',
    ],
  ])('%s', (_what, more, name) => {
    expect(chosen(more)).toBe(name);
  });
});

describe('what speaks against an action', () => {
  const kindOf = (plan: typeof RESET, more: Parameters<typeof around>[0]): string | undefined =>
    refusalOf(plan, around(more))?.kind;

  test.each<[string, typeof RESET, Parameters<typeof around>[0], string | undefined]>([
    ['nothing', RESET, {}, undefined],
    ['a restart waits for everything', ALL, { state: { pending: [pending({})] } }, 'busy'],
    ['everything waits for a restart', RESET, { state: { pending: [pending({ step: 'hard' })] } }, 'busy'],
    ['a spent budget', RESET, { state: { past: tries('soft', 1, 2, 3, 4, 5) } }, 'spent'],
    ['three restarts within the hour', ALL, { state: { past: tries('hard', 1, 2, 3) } }, 'spent'],
    [
      'three restarts are nothing to what is milder',
      RESET,
      { state: { past: tries('hard', 1, 2, 3) } },
      undefined,
    ],
    ['three tries that were no restarts', ALL, { state: { past: tries('soft', 1, 2, 3) } }, undefined],
    ['no supervisor', ALL, { noRestart: 'none' }, 'impossible'],
    ['no supervisor is nothing to what is milder', RESET, { noRestart: 'none' }, undefined],
  ])('%s', (_what, plan, more, kind) => {
    expect(kindOf(plan, more)).toBe(kind);
  });

  test('is a sentence', () => {
    expect(refusalOf(ALL, around({ state: { past: tries('hard', 1, 2, 3) } }))?.why).toBe(
      'The 3 restarts that an hour may have are spent.',
    );
  });
});

test('after the last step of the ladder there is none', () => {
  expect([nextStep('soft'), nextStep('medium'), nextStep('hard'), nextStep('manual')]).toEqual([
    'medium',
    'hard',
    'manual',
    'manual',
  ]);
});
