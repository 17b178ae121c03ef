// Over 350 lines because judging is one subject: levels, times, series, what is missing and what is broken, each as a table.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConditionChange } from './condition.ts';
import { judge, type Judged } from './judge.ts';
import { rankOf, type Level } from './level.ts';
import type { Sample, ThresholdRule } from './rule.ts';
import { noJudgement, type Judgement } from './state.ts';

const WALL_MS = 1_000_000;
const rule: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  warning: { enter: 50, leave: 40 },
  critical: { enter: 80, leave: 70 },
  forMs: 3,
  keepForMs: 5,
  essential: false,
  describe: (value, limit) => `It is ${value}, more than ${limit}.`,
  nextSteps: ['Open a window.'],
};
const criticalOnly = (({ warning: _, ...rest }) => rest)(rule);

const word = (change: ConditionChange): string => {
  const { level } = change.condition;
  return change.kind === 'changed' ? `${change.from}->${level}` : `${change.kind} ${level}`;
};
/** One value a millisecond; gives what was told, as `time:word`. */
const run = (values: readonly (number | null)[], judged: ThresholdRule = rule): string[] => {
  let state: Judgement = noJudgement;
  return values.flatMap((value, at) => {
    const turn = judge(state, [{ signal: 'degrees', value }], [judged], {
      wallMs: WALL_MS + at,
      monotonicMs: at,
    });
    state = turn.judgement;
    return turn.changes.map((change) => `${at}:${word(change)}`);
  });
};
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const now: ThresholdRule = { ...rule, forMs: 0, keepForMs: 0 };

describe('what is told of a course of values', () => {
  test.each<[string, (number | null)[], string[], ThresholdRule?]>([
    ['nothing to tell', times(20, 49), []],
    ['exactly the limit', times(4, 50), ['3:started warning']],
    ['not long enough', [60, 60, 60, 30, 60, 60, 60, 30], []],
    ['long enough', times(4, 60), ['3:started warning']],
    ['critical from the start', times(4, 90), ['3:started critical']],
    ['critical for a moment only', [60, 60, 90, 90, 60, 60], ['3:started warning']],
    [
      'critical for a moment when it starts, and from then on',
      [60, 60, 60, 90, 90, 90, 90],
      ['3:started warning', '6:warning->critical'],
    ],
    [
      'critical broken off while it waits',
      [90, 90, 60, 90, 90, 90, 90],
      ['3:started warning', '6:warning->critical'],
    ],
    ['the end', [...times(4, 60), ...times(6, 10)], ['3:started warning', '9:ended warning']],
    [
      'an end that is broken off',
      [...times(4, 60), ...times(5, 10), 60, ...times(5, 10)],
      ['3:started warning'],
    ],
    ['inside the band', [...times(4, 60), ...times(20, 40)], ['3:started warning']],
    ['just below the band', [...times(4, 60), ...times(6, 39.9)], ['3:started warning', '9:ended warning']],
    ['worse', [...times(4, 60), ...times(4, 80)], ['3:started warning', '7:warning->critical']],
    ['worse for a moment', [...times(4, 60), 90, 90, 90, 60, 90, 90, 90], ['3:started warning']],
    ['better', [...times(4, 90), ...times(6, 60)], ['3:started critical', '9:critical->warning']],
    [
      'better, but inside the band of the warning',
      [...times(4, 90), ...times(20, 45)],
      ['3:started critical', '9:critical->warning'],
    ],
    ['critical inside its band', [...times(4, 90), ...times(20, 70)], ['3:started critical']],
    ['critical that is over', [...times(4, 90), ...times(6, 10)], ['3:started critical', '9:ended critical']],
    [
      'better, then over, each after its time',
      [...times(4, 90), ...times(5, 60), ...times(6, 10)],
      ['3:started critical', '9:critical->warning', '14:ended warning'],
    ],
    [
      'over for a moment on the way to better',
      [...times(4, 90), 10, 60, 60, 60, 60, 60, 60],
      ['3:started critical', '9:critical->warning'],
    ],
    [
      'about to end, then suddenly worse',
      [...times(4, 60), ...times(4, 10), ...times(4, 90)],
      ['3:started warning', '11:warning->critical'],
    ],
    [
      'about to worsen, then suddenly over',
      [...times(4, 60), 90, 90, ...times(6, 10)],
      ['3:started warning', '11:ended warning'],
    ],
    [
      'no waiting',
      [60, 90, 60, 10, 90],
      [
        '0:started warning',
        '1:warning->critical',
        '2:critical->warning',
        '3:ended warning',
        '4:started critical',
      ],
      now,
    ],
    [
      'without a warning level',
      [...times(6, 79), ...times(4, 80), ...times(6, 69)],
      ['9:started critical', '15:ended critical'],
      criticalOnly,
    ],
    ['missing while quiet', times(9, null), []],
    ['missing while pending: that time does not count', [60, null, null, null, 60, 60, 60], []],
    ['missing while pending, then long enough', [60, null, 60, 60, 60, 60], ['5:started warning']],
    ['missing while firing', [...times(4, 60), ...times(50, null)], ['3:started warning']],
    [
      'missing while ending: that time does not count',
      [...times(4, 60), 10, null, null, null, null, ...times(6, 10)],
      ['3:started warning', '14:ended warning'],
    ],
    [
      'not a number, which is no measurement',
      [...times(4, 60), ...times(50, Number.NaN)],
      ['3:started warning'],
    ],
    ['without end, which is no measurement', [Infinity, Infinity, Infinity, Infinity], []],
    [
      'a leave above its enter, which would flap',
      [...times(4, 60), ...times(20, 55)],
      ['3:started warning'],
      { ...rule, warning: { enter: 50, leave: 58 } },
    ],
  ])('%s', (_, values, told, judged = rule) => {
    expect(run(values, judged)).toEqual(told);
  });
});

test('a condition carries everything that a person needs, as of now', () => {
  const at = (monotonicMs: number, value: number, before: Judgement): Judged =>
    judge(before, [{ signal: 'degrees', value }], [now], { wallMs: WALL_MS + monotonicMs, monotonicMs });
  const started = at(10, 60, noJudgement);
  const condition = {
    rule: 'hot',
    labels: {},
    level: 'warning',
    since: WALL_MS + 10,
    value: 60,
    limit: 50,
    unit: '°',
    reason: 'It is 60, more than 50.',
    evidence: [[WALL_MS + 10, 60]],
    nextSteps: ['Open a window.'],
  };
  expect(started.conditions).toEqual([condition]);
  expect(started.changes).toEqual([{ kind: 'started', condition }]);

  const inBand = at(1_010, 45, started.judgement);
  expect(inBand.changes).toEqual([]);
  expect(inBand.conditions).toEqual([condition]);

  const renewed = at(5_010, 45, inBand.judgement);
  const later = {
    ...condition,
    value: 45,
    reason: 'It is 45, more than 50.',
    evidence: [...condition.evidence, [WALL_MS + 5_010, 45]],
  };
  expect(renewed.changes).toEqual([]);
  expect(renewed.conditions).toEqual([later]);

  const worse = at(6_010, 90, renewed.judgement);
  const critical = {
    ...condition,
    level: 'critical',
    value: 90,
    limit: 80,
    reason: 'It is 90, more than 80.',
    evidence: [...later.evidence, [WALL_MS + 6_010, 90]],
  };
  expect(worse.changes).toEqual([{ kind: 'changed', condition: critical, from: 'warning' }]);

  const over = at(7_010, 5, worse.judgement);
  expect(over.changes).toEqual([{ kind: 'ended', condition: { ...critical, value: 5 }, durationMs: 7_000 }]);
  expect(over.conditions).toEqual([]);
});

test('conditions of one rule do not all renew what they say in the same turn', () => {
  const hosts = ['a', 'b', 'c', 'd', 'e', 'f'];
  const at = (monotonicMs: number, before: Judgement): Judged =>
    judge(
      before,
      hosts.map((host) => ({ signal: 'degrees', labels: { host }, value: 60 + monotonicMs / 1_000 })),
      [now],
      { wallMs: WALL_MS + monotonicMs, monotonicMs },
    );
  const renewedIn: Record<string, number[]> = {};
  let judged = at(0, noJudgement);
  for (let second = 1; second <= 12; second++) {
    const before = judged;
    judged = at(1_000 * second, before.judgement);
    hosts.forEach((host, place) => {
      if (judged.conditions[place]?.value !== before.conditions[place]?.value)
        (renewedIn[host] ??= []).push(second);
    });
  }
  const seconds = Object.values(renewedIn);
  expect(seconds).toHaveLength(hosts.length);
  for (const [first = 0, ...rest] of seconds) {
    expect(first).toBeLessThanOrEqual(5);
    expect(rest).toEqual([first + 5, ...(first + 10 <= 12 ? [first + 10] : [])]);
  }
  expect(new Set(seconds.map(([first]) => first)).size).toBeGreaterThan(2);
});

test('while it turns, the condition stays at the level of before', () => {
  let state: Judgement = noJudgement;
  let last: Judged | undefined;
  [60, 60, 60, 60, 90].forEach((value, monotonicMs) => {
    last = judge(state, [{ signal: 'degrees', value }], [rule], { wallMs: monotonicMs, monotonicMs });
    state = last.judgement;
  });
  expect(last?.conditions).toMatchObject([{ level: 'warning', value: 60, limit: 50, since: 3 }]);
});

test('rules are judged apart from each other, by their own signal', () => {
  const rules = [
    now,
    { ...now, name: 'humid', signal: 'percent' },
    { ...now, name: 'very hot', warning: { enter: 55, leave: 55 } },
  ];
  const samples = [
    { signal: 'degrees', value: 52 },
    { signal: 'percent', value: 99 },
    { signal: 'other', value: 99 },
  ];
  const { changes } = judge(noJudgement, samples, rules, { wallMs: 0, monotonicMs: 0 });
  expect(changes.map(({ condition }) => `${condition.rule} ${condition.level}`)).toEqual([
    'hot warning',
    'humid critical',
  ]);
});

test.each<[string, Sample[], string[]]>([
  ['is measured', [{ signal: 'degrees', value: 1 }], []],
  ['is missing', [], ['degrees']],
  ['cannot be taken', [{ signal: 'degrees', value: null }], ['degrees']],
  ['is not a number', [{ signal: 'degrees', value: Number.NaN }], ['degrees']],
])('an essential signal that %s is unknown once, or not', (_, samples, unknown) => {
  const essential = { ...rule, essential: true };
  const rules = [essential, { ...essential, name: 'twice' }, { ...rule, name: 'dispensable', signal: 'x' }];
  expect(judge(noJudgement, samples, rules, { wallMs: 0, monotonicMs: 0 }).unknown).toEqual(unknown);
});

describe('for any course of values', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.constantFrom(10, 39, 40, 45, 49, 50, 60, 69, 70, 75, 79, 80, 95),
  );
  const course = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 4 })), { maxLength: 80 });
  const durations = fc.record({ forMs: fc.nat(6), keepForMs: fc.nat(8) });
  const play = (steps: readonly (readonly [number | null, number])[], judged: ThresholdRule) => {
    let state: Judgement = noJudgement;
    let at = 0;
    return steps.map(([reading, gapMs]) => {
      at += gapMs;
      const turn = judge(state, [{ signal: 'degrees', value: reading }], [judged], {
        wallMs: at,
        monotonicMs: at,
      });
      state = turn.judgement;
      return { at, value: reading, level: turn.conditions[0]?.level ?? null, changes: turn.changes };
    });
  };

  test('what is told is well formed: started, any number of changes, ended', () =>
    fc.assert(
      fc.property(course, durations, (steps, times) => {
        let level: Level | null = null;
        let startedAt = 0;
        for (const turn of play(steps, { ...rule, ...times })) {
          expect(turn.changes.length).toBeLessThanOrEqual(1);
          for (const change of turn.changes) {
            if (change.kind === 'started') {
              expect(level).toBeNull();
              startedAt = turn.at;
            } else if (change.kind === 'changed') {
              expect(change.from).toBe(level);
              expect(change.condition.level).not.toBe(level);
            } else {
              expect(change.condition.level).toBe(level);
              expect(change.durationMs).toBe(turn.at - startedAt);
            }
            level = change.kind === 'ended' ? null : change.condition.level;
            expect(change.condition.since).toBe(startedAt);
          }
          expect(turn.level).toBe(level);
        }
      }),
    ));

  test('a level is reached only after its values, and left only after values below it, for their whole time', () =>
    fc.assert(
      fc.property(course, durations, (steps, { forMs, keepForMs }) => {
        const turns = play(steps, { ...rule, forMs, keepForMs });
        const enter = { warning: 50, error: 65, critical: 80 };
        const leave = { warning: 40, error: 60, critical: 70 };
        turns.forEach((turn, index) => {
          const before = turns[index - 1]?.level ?? null;
          if (turn.level === before) return;
          const rises = rankOf(turn.level) > rankOf(before);
          const waitMs = rises ? forMs : keepForMs;
          const fits = (reading: number): boolean =>
            rises ? reading >= enter[turn.level ?? 'critical'] : reading < leave[before ?? 'warning'];
          const measured = turns.slice(0, index + 1).filter((other) => other.value !== null);
          const fitting = measured.slice(measured.findLastIndex((other) => !fits(other.value ?? 0)) + 1);
          expect(turn.at - (fitting[0]?.at ?? Infinity)).toBeGreaterThanOrEqual(waitMs);
        });
      }),
      { numRuns: 300 },
    ));

  test('values inside the band change nothing, whatever they do', () =>
    fc.assert(
      fc.property(
        fc.constantFrom<Level>('warning', 'critical'),
        fc.array(fc.integer({ min: 0, max: 9 })),
        (level, noise) => {
          const [start, floor] = level === 'warning' ? [60, 40] : [90, 70];
          const steps = [...times(4, start), ...noise.map((above) => floor + above)];
          expect(run(steps)).toEqual([`3:started ${level}`]);
        },
      ),
    ));

  test('a missing value changes nothing at all', () =>
    fc.assert(
      fc.property(course, durations, (steps, times) => {
        let before: Level | null = null;
        for (const turn of play(steps, { ...rule, ...times })) {
          if (turn.value === null) expect([turn.level, turn.changes]).toEqual([before, []]);
          before = turn.level;
        }
      }),
    ));
});
