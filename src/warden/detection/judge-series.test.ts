import { describe, expect, test } from 'vitest';
import { judge, type Judged } from './judge.ts';
import type { Rule, Sample, ThresholdRule } from './rule.ts';
import { MAX_SERIES, noJudgement, type Judgement } from './state.ts';

const WALL_MS = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const hot: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  warning: { enter: 50, leave: 40 },
  forMs: 0,
  keepForMs: 0,
  essential: false,
  describe: (value) => `It is ${value}.`,
  nextSteps: [],
};
const silent: Rule = {
  kind: 'absence',
  unchanged: false,
  name: 'silent',
  signal: 'degrees',
  unit: 's',
  warning: { enter: 60, leave: 30 },
  forMs: 0,
  keepForMs: 0,
  essential: false,
  describe: (value) => `Silent for ${Math.round(value)} s.`,
  nextSteps: [],
};
const degrees = (value: number | null, room?: string): Sample => ({
  signal: 'degrees',
  value,
  ...(room === undefined ? {} : { labels: { room } }),
});

/** Turns one after the other, each a minute later if nothing else is said; keeps what the last one gave. */
class Course {
  private state: Judgement = noJudgement;
  stepMs = MINUTE_MS;
  private atMs = 0;
  private readonly rules: readonly Rule[];

  constructor(...rules: readonly Rule[]) {
    this.rules = rules;
  }

  turn(samples: readonly Sample[], rules = this.rules): Judged {
    const turn = judge(
      this.state,
      samples,
      rules,
      { wallMs: WALL_MS + this.atMs, monotonicMs: this.atMs },
      { turnMs: MINUTE_MS },
    );
    this.atMs += this.stepMs;
    this.state = turn.judgement;
    return turn;
  }

  turns(count: number, samples: readonly Sample[]): Judged {
    for (let turn = 1; turn < count; turn++) this.turn(samples);
    return this.turn(samples);
  }

  /** Labels of the series that the first rule knows. */
  rooms(): readonly (string | undefined)[] {
    return (this.state.rules[0]?.series ?? []).map(({ labels }) => labels['room']);
  }

  get refused(): number {
    return this.state.rules[0]?.refused ?? 0;
  }

  get ruleState(): unknown {
    return this.state.rules[0];
  }
}

describe('a series that is not measured any more', () => {
  test('is looked at for an hour, then forgotten, and its condition ends with that reason', () => {
    const course = new Course(hot);
    course.turn([degrees(60, 'a'), degrees(10, 'b')]);
    expect(course.turns(61, [degrees(10, 'b')]).changes).toEqual([]);
    expect(course.rooms()).toEqual(['a', 'b']);
    const { changes, conditions } = course.turn([degrees(10, 'b')]);
    expect(changes).toMatchObject([
      {
        kind: 'ended',
        durationMs: 62 * MINUTE_MS,
        condition: {
          reason: 'It is 60. It has not been measured for so long that it is no longer looked at.',
        },
      },
    ]);
    expect(conditions).toEqual([]);
    expect(course.rooms()).toEqual(['b']);
  });

  test('is there again when it is measured again', () => {
    const course = new Course(hot);
    course.turn([degrees(10, 'a'), degrees(10, 'b')]);
    course.turns(70, [degrees(10, 'b')]);
    expect(course.turn([degrees(60, 'a'), degrees(10, 'b')]).changes).toMatchObject([{ kind: 'started' }]);
    expect(course.rooms()).toEqual(['b', 'a']);
  });

  test('is kept for ever where the signal has no labels', () => {
    const course = new Course(hot);
    course.turn([degrees(60)]);
    expect(course.turns(200, []).conditions).toHaveLength(1);
  });

  test('is told of for a day by a rule that looks for silence, then forgotten', () => {
    const course = new Course(silent);
    course.turn([degrees(1, 'a'), degrees(1, 'b')]);
    expect(course.turns(24 * 60, [degrees(1, 'b')]).conditions).toHaveLength(1);
    const { changes } = course.turns(3, [degrees(1, 'b')]);
    expect(course.rooms()).toEqual(['b']);
    expect(changes.length + course.turn([degrees(1, 'b')]).conditions.length).toBeLessThanOrEqual(1);
  });
});

describe('which series a rule knows', () => {
  test('one that never came is waited for, until some come under other names', () => {
    const course = new Course({ ...hot, labels: { room: 'a' } });
    course.turn([]);
    expect(course.rooms()).toEqual(['a']);
    const any = new Course(hot);
    any.turn([]);
    expect(any.rooms()).toEqual([undefined]);
    any.turn([degrees(1, 'x'), degrees(1, 'y')]);
    expect(any.rooms()).toEqual(['x', 'y']);
  });

  test('the same state is handed on where a turn brings nothing new', () => {
    const course = new Course(hot);
    // Evidence is kept less often than that.
    course.stepMs = 100;
    course.turns(3, [degrees(10, 'a')]);
    const before = course.ruleState;
    course.turn([degrees(10, 'a')]);
    expect(course.ruleState).toBe(before);
    course.turn([degrees(10, 'a'), degrees(10, 'b')]);
    expect(course.rooms()).toEqual(['a', 'b']);
  });

  test('in another order they are the same ones', () => {
    const course = new Course(hot);
    course.turn([degrees(60, 'a'), degrees(10, 'b')]);
    expect(course.turn([degrees(10, 'b'), degrees(60, 'a')]).changes).toEqual([]);
    expect(course.rooms()).toEqual(['a', 'b']);
  });

  test('beyond the room there is they are counted and not looked at', () => {
    const many = (count: number): Sample[] =>
      Array.from({ length: count }, (_, place) => degrees(60, `r${place}`));
    const course = new Course(hot);
    course.turn(many(10));
    expect(course.refused).toBe(0);
    const { conditions } = course.turn(many(MAX_SERIES + 7));
    expect([conditions.length, course.refused]).toEqual([MAX_SERIES, 7]);
    course.turn(many(MAX_SERIES + 9));
    expect(course.refused).toBe(9);
    course.turn(many(MAX_SERIES));
    expect(course.rooms()).toHaveLength(MAX_SERIES);
  });
});

test('only what is essential makes the whole unknown, each signal once', () => {
  const essential = { ...hot, essential: true, unknownForMs: 0 };
  const course = new Course({ ...hot, name: 'other', signal: 'humidity', unknownForMs: 0 }, essential, {
    ...essential,
    name: 'hot too',
  });
  course.turn([]);
  const { unknown, missing } = course.turns(5, []);
  expect(unknown).toEqual(['degrees']);
  expect(missing.map(({ rule }) => rule).toSorted()).toEqual(['hot', 'hot too', 'other']);
});

describe('a rule that is gone, or looks at something else now', () => {
  const NO_RULE = 'It is 60. The rule that found it is gone, or looks at something else now.';
  const mild: ThresholdRule = { ...hot, name: 'mild', signal: 'humidity' };

  test.each<[string, readonly Rule[]]>([
    ['it is gone', [mild]],
    ['all are gone', []],
    ['it looks at another signal', [{ ...hot, signal: 'kelvin' }, mild]],
  ])('%s: its condition ends, and says so', (_what, rules) => {
    const course = new Course(hot, mild);
    course.turns(3, [degrees(60)]);
    const { changes, conditions } = course.turn([degrees(60)], rules);
    expect(changes).toMatchObject([
      { kind: 'ended', durationMs: 3 * MINUTE_MS, condition: { reason: NO_RULE } },
    ]);
    expect(conditions).toEqual([]);
  });

  test.each<[string, readonly Rule[]]>([
    ['they come in another order', [mild, hot]],
    ['another one is there, too', [{ ...mild, name: 'new' }, hot, mild]],
    ['its limits are others', [{ ...hot, warning: { enter: 55, leave: 45 } }, mild]],
    ['only the other one is gone', [hot]],
  ])('%s: its condition goes on', (_what, rules) => {
    const course = new Course(hot, mild);
    course.turns(3, [degrees(60)]);
    const { changes, conditions } = course.turn([degrees(60)], rules);
    expect(changes).toEqual([]);
    expect(conditions).toMatchObject([{ rule: 'hot', since: WALL_MS }]);
  });
});

test('a broken rule leaves the whole unknown only if it is essential', () => {
  const broken = (isEssential: boolean): ThresholdRule => ({
    ...hot,
    essential: isEssential,
    get nextSteps(): never {
      throw new Error('boom');
    },
  });
  for (const isEssential of [true, false]) {
    const { unknown, failed } = new Course(broken(isEssential)).turn([degrees(60)]);
    expect(failed).toMatchObject([{ rule: 'hot', error: { message: 'boom' } }]);
    expect(unknown).toEqual(isEssential ? ['degrees'] : []);
  }
});
