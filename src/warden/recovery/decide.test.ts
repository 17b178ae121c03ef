import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, ThresholdRule } from '../detection/index.ts';
import {
  RECOVERY_LIMITS,
  decide,
  noRecoveries,
  rememberRecoveries,
  type PendingRecovery,
  type RecoveryState,
} from './decide.ts';
import { verify } from './verify.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const at = (monotonicMs: number) => ({ wallMs: 5e12 + monotonicMs, monotonicMs });

const rule = (name: string, remedy?: string): ThresholdRule => ({
  name,
  signal: name,
  unit: '',
  forMs: 0,
  keepForMs: 0,
  essential: false,
  describe: () => '',
  nextSteps: [],
  ...(remedy === undefined ? {} : { remedy: { name: remedy, verifyWithinMs: 1_000 } }),
});
const RULES = [rule('feed', 'reconnect'), rule('store', 'reconnect'), rule('stall', 'restart'), rule('disk')];
const condition = (name: string, level: Condition['level'] = 'warning'): Condition => ({
  rule: name,
  level,
  since: 0,
  value: 1,
  limit: 1,
  unit: '',
  reason: `${name} is wrong.`,
  nextSteps: [],
});
const pending = (remedy: string, startedMs: number, of = 'feed'): PendingRecovery => ({
  remedy,
  condition: of,
  levelThen: 'warning',
  startedMs,
  verifyByMs: startedMs + 1_000,
});
const remediesOf = (names: string[], state: RecoveryState, now: number): string[] =>
  decide(
    [],
    names.map((name) => condition(name)),
    RULES,
    state,
    at(now),
  ).flatMap((intent) => (intent.kind === 'recover' ? [`${intent.remedy} for ${intent.condition}`] : []));

describe('decide', () => {
  test('tells each change, in order and before it recovers', () => {
    const started = { kind: 'started' as const, condition: condition('feed') };
    const ended = { kind: 'ended' as const, condition: condition('disk'), durationMs: 5 };
    expect(decide([started, ended], [condition('feed')], RULES, noRecoveries, at(0))).toEqual([
      { kind: 'notify', change: started },
      { kind: 'notify', change: ended },
      {
        kind: 'recover',
        remedy: 'reconnect',
        condition: 'feed',
        reason: 'feed is wrong.',
        verifyWithinMs: 1_000,
      },
    ]);
  });

  test.each<[string, string[], string[]]>([
    ['nothing is wrong', [], []],
    ['there is no remedy', ['disk'], []],
    ['no rule knows the condition', ['gone'], []],
    ['each has its own', ['feed', 'stall'], ['reconnect for feed', 'restart for stall']],
    ['two share one, which runs once', ['feed', 'store'], ['reconnect for feed']],
  ])('when %s', (_, conditions, remedies) => {
    expect(remediesOf(conditions, noRecoveries, 0)).toEqual(remedies);
  });

  test.each<[string, RecoveryState, number, boolean]>([
    ['never before', noRecoveries, 0, true],
    ['while one is being verified', { pending: [pending('reconnect', 0)], past: {} }, HOUR_MS, false],
    ['while another one is being verified', { pending: [pending('restart', 0)], past: {} }, 0, true],
    ['within the cool-down', { pending: [], past: { reconnect: [0] } }, 5 * MINUTE_MS - 1, false],
    ['after the cool-down', { pending: [], past: { reconnect: [0] } }, 5 * MINUTE_MS, true],
    ['after another one', { pending: [], past: { restart: [0] } }, 1, true],
    ['twice in this hour', { pending: [], past: { reconnect: [0, 300_000] } }, 600_000, true],
    [
      'three times in this hour',
      { pending: [], past: { reconnect: [0, 300_000, 600_000] } },
      HOUR_MS - 1,
      false,
    ],
    [
      'three times, the first an hour ago',
      { pending: [], past: { reconnect: [0, 300_000, 600_000] } },
      HOUR_MS,
      true,
    ],
  ])('a remedy that ran %s', (_, state, now, runs) => {
    expect(remediesOf(['feed'], state, now)).toEqual(runs ? ['reconnect for feed'] : []);
  });
});

describe('rememberRecoveries', () => {
  test('adds what began and forgets what is over an hour old', () => {
    const before: RecoveryState = { pending: [], past: { reconnect: [0, 1_000], restart: [5] } };
    const began = pending('reconnect', HOUR_MS);
    const copy = structuredClone(before);
    expect(rememberRecoveries(before, [began], at(HOUR_MS))).toEqual({
      pending: [began],
      past: { reconnect: [1_000, HOUR_MS], restart: [5] },
    });
    expect(before).toEqual(copy);
  });

  test('changes nothing when nothing began', () => {
    const before: RecoveryState = { pending: [pending('restart', 0)], past: { reconnect: [7] } };
    expect(rememberRecoveries(before, [], at(10))).toEqual(before);
  });
});

test('in any course of hours a remedy keeps its distance, its number an hour, and waits for its verification', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 10 * MINUTE_MS }), fc.boolean()), { maxLength: 150 }),
      (steps) => {
        let state = noRecoveries;
        let now = 0;
        const runs: number[] = [];
        for (const [gapMs, wrong] of steps) {
          now += gapMs;
          const conditions = wrong ? [condition('feed'), condition('store')] : [];
          state = verify(state, conditions, at(now)).state;
          const began = decide([], conditions, RULES, state, at(now)).flatMap((intent) =>
            intent.kind === 'recover' ? [pending(intent.remedy, now, intent.condition)] : [],
          );
          expect(began.length).toBeLessThanOrEqual(state.pending.length > 0 ? 0 : 1);
          runs.push(...began.map(({ startedMs }) => startedMs));
          state = rememberRecoveries(state, began, at(now));
        }
        runs.forEach((startedMs, index) => {
          const previous = runs[index - 1] ?? -Infinity;
          expect(startedMs - previous).toBeGreaterThanOrEqual(RECOVERY_LIMITS.cooldownMs);
          const inHour = runs.filter((other) => other > startedMs - HOUR_MS && other <= startedMs);
          expect(inHour.length).toBeLessThanOrEqual(RECOVERY_LIMITS.perHour);
        });
      },
    ),
  ));
