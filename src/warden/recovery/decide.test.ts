import { describe, expect, test } from 'vitest';
import { learn, learnedKey, NOTHING_LEARNED, noRecoveries } from './state.ts';
import { Course, HOUR, MINUTE, SECOND, planOf, ruleOf, wrong, type CourseOptions } from './testing/course.ts';

const LADDER = [
  planOf('reset', { step: 'soft' }),
  planOf('restart-part', { step: 'medium' }),
  planOf('restart-all', { step: 'hard', verifyWithinMs: MINUTE }),
];
const courseOf = (options: Partial<CourseOptions> = {}): Course =>
  new Course({ actions: LADDER, ...options });

test('a condition that nothing is for is nobody’s business here', () => {
  const course = courseOf();
  course.conditions = [wrong('disk')];
  expect(course.pass(MINUTE).told).toEqual([]);
  expect(course.state.ladders).toEqual({});
});

test('what is wrong gets the mildest action, and what that achieved is known as soon as it shows', () => {
  const course = courseOf({ world: () => [], runsMs: 3 * SECOND });
  course.conditions = [wrong('feed', 'warning')];
  expect(course.pass(MINUTE).told).toEqual(['0: reset (soft) for feed', '3: reset worked']);
  expect(course.verdicts[0]?.reason).toBe('reset worked: feed is over.');
});

test('without effect it climbs a step at a time, waits between the tries, and ends at a person, who is asked once', () => {
  const course = courseOf();
  course.conditions = [wrong('feed')];
  course.pass(2 * HOUR);
  expect(course.told).toEqual([
    '0: reset (soft) for feed',
    '11: reset did-not-work',
    '11: feed waits: cool-down',
    '300: restart-part (medium) for feed',
    '311: restart-part did-not-work',
    '311: feed waits: cool-down',
    '600: restart-all (hard) for feed',
    '661: restart-all did-not-work',
    '661: feed waits: cool-down',
    '900: a person for feed',
  ]);
  expect(course.escalations[0]?.why).toBe(
    'Nothing is left that the service could do by itself. reset, restart-part, restart-all had no effect.',
  );
  expect(course.verdicts.map(({ reason }) => reason)).toContain(
    'reset had no effect within 10 s: feed is wrong.',
  );
});

test('what made it worse is not tried again; what else is on that step comes first', () => {
  const course = new Course({
    actions: [planOf('reset'), planOf('clear'), planOf('restart-part', { step: 'medium' })],
    world: (action, conditions) => (action === 'reset' ? [wrong('feed', 'critical')] : conditions),
    runsMs: SECOND,
  });
  course.conditions = [wrong('feed', 'warning')];
  course.pass(20 * MINUTE);
  expect(course.told.filter((line) => !line.includes('waits'))).toEqual([
    '0: reset (soft) for feed',
    '1: reset made-it-worse',
    '300: clear (soft) for feed',
    '311: clear did-not-work',
    '600: restart-part (medium) for feed',
    '611: restart-part did-not-work',
    '900: a person for feed',
  ]);
  expect(course.escalations[0]?.why).toContain('reset made it worse.');
});

test('an action that breaks off has not worked, and that is known at once', () => {
  const course = courseOf({ errors: { reset: 'no route to host' } });
  course.conditions = [wrong('feed')];
  course.pass(2 * SECOND);
  expect(course.verdicts).toMatchObject([
    { outcome: 'did-not-work', reason: 'reset broke off: no route to host' },
  ]);
});

describe('nothing is done', () => {
  test('while the service has just started', () => {
    const course = courseOf({ settings: { graceMs: 30 * SECOND } });
    course.conditions = [wrong('feed')];
    course.pass(31 * SECOND);
    expect(course.told).toEqual(['0: feed waits: grace', '30: reset (soft) for feed']);
  });

  test('for a symptom while its root is there, also when the root cannot be healed', () => {
    const rules = [ruleOf('feed', { symptomOf: ['source.*'] }), ruleOf('source.away')];
    const course = courseOf({ rules });
    course.conditions = [wrong('feed'), wrong('source.away')];
    const [intent] = course.turn();
    expect(intent).toMatchObject({
      kind: 'wait',
      condition: 'feed',
      standing: { cause: 'root', why: 'It waits for source.away, which explains it.' },
    });
    course.nowMs = MINUTE;
    course.conditions = [wrong('feed')];
    course.turn();
    expect(course.told.at(-1)).toBe('60: reset (soft) for feed');
  });

  test.each<[string, string[], string[]]>([
    ['two that name each other explain nothing', ['b'], ['feed']],
    ['a rule does not explain itself', ['feed'], []],
  ])('but %s', (_, ofFeed, ofB) => {
    const rules = [ruleOf('feed', { symptomOf: ofFeed }), ruleOf('b', { symptomOf: ofB })];
    const course = courseOf({ rules });
    course.conditions = [wrong('feed'), ...(ofB.length > 0 ? [wrong('b')] : [])];
    course.turn();
    expect(course.told).toEqual(['0: reset (soft) for feed']);
  });

  test('while another action works on the same component', () => {
    const course = new Course({
      actions: [
        planOf('restart-a', { component: 'jobs', ends: ['a'] }),
        planOf('restart-b', { component: 'jobs', ends: ['b'] }),
        planOf('other', { component: 'feed', ends: ['c'] }),
      ],
      world: (action, conditions) => conditions.filter(({ rule }) => `restart-${rule}` !== action),
      runsMs: 5 * SECOND,
    });
    course.conditions = [wrong('a'), wrong('b'), wrong('c')];
    course.pass(7 * SECOND);
    expect(course.told).toEqual([
      '0: restart-a (soft) for a',
      '0: b waits: busy',
      '0: other (soft) for c',
      '5: restart-a worked',
      '5: restart-b (soft) for b',
    ]);
  });

  test('while something runs, for a restart of the process', () => {
    const actions = [planOf('other', { ends: ['c'] }), planOf('restart-all', { step: 'hard' })];
    const course = new Course({ actions });
    course.conditions = [wrong('c'), wrong('feed')];
    course.turn();
    expect(course.told).toEqual(['0: other (soft) for c', '0: feed waits: busy']);
  });

  test('for what is no more than a warning where only a restart of the process is left', () => {
    const course = new Course({ actions: [planOf('restart-all', { step: 'hard' })] });
    course.conditions = [wrong('feed', 'error')];
    course.pass(MINUTE);
    course.conditions = [wrong('feed', 'critical')];
    course.turn();
    expect(course.told).toEqual(['0: feed waits: level', '60: restart-all (hard) for feed']);
  });

  test('by itself when it only observes; it says once what it would do', () => {
    const course = courseOf({ settings: { mode: 'observe' } });
    course.conditions = [wrong('feed')];
    const [intent] = course.turn();
    expect(intent).toMatchObject({
      standing: {
        why: 'Would do now: reset. Nothing is done, because recovery only observes. reset is the mildest step that is left.',
      },
    });
    expect(course.pass(HOUR).told).toEqual(['0: feed waits: observe']);
    course.turn([{ id: '1', action: 'reset', by: 'ada' }]);
    expect(course.told.at(-1)).toBe('3600: reset (soft) for feed');
  });
});

describe('a person is asked at once', () => {
  test('where the process has nobody to start it again', () => {
    const course = new Course({
      actions: [planOf('restart-all', { step: 'hard' })],
      noRestart: 'Nobody would start it again.',
    });
    course.conditions = [wrong('feed')];
    course.pass(MINUTE);
    expect(course.told).toEqual(['0: a person for feed']);
    expect(course.escalations[0]?.why).toBe('Nobody would start it again.');
  });

  test.each([
    [{ perHour: 2 }, 'The 2 recoveries that an hour may have are spent.'],
    [{ hardPerHour: 2 }, 'The 2 restarts that an hour may have are spent.'],
  ])('when the budget %j is spent', (settings, why) => {
    const actions = ['a', 'b', 'c'].map((rule) =>
      planOf(`restart-${rule}`, { step: 'hard', ends: [rule], verifyWithinMs: SECOND }),
    );
    const course = new Course({
      actions,
      settings,
      world: (action, conditions) => conditions.filter(({ rule }) => `restart-${rule}` !== action),
    });
    course.conditions = ['a', 'b', 'c'].map((rule) => wrong(rule));
    course.pass(10 * MINUTE);
    expect(course.attempts).toHaveLength(2);
    expect(course.escalations).toMatchObject([{ condition: 'c', why }]);
  });
});

test('several components that are critical at once are a matter for a restart', () => {
  const everything = planOf('restart-all', { step: 'hard', component: 'process', ends: ['*'] });
  const many = { actions: [planOf('reset'), everything] };
  const course = courseOf(many);
  course.conditions = [wrong('feed'), wrong('store.failing'), wrong('jobs.hot.not_run')];
  course.turn();
  expect(course.told[0]).toBe('0: restart-all (hard) for feed');
  const two = courseOf(many);
  two.conditions = [wrong('feed'), wrong('store.failing'), wrong('store.slow'), wrong('jobs.x', 'error')];
  two.turn();
  expect(two.told[0]).toBe('0: reset (soft) for feed');
  const own = courseOf({ ...many, rules: [ruleOf('store.slow', { component: 'disk' })] });
  own.conditions = [wrong('feed'), wrong('store.failing'), wrong('store.slow')];
  own.turn();
  expect(own.told[0]).toBe('0: restart-all (hard) for feed');
});

test('what another condition explains, and what no restart should end, makes them no more', () => {
  const three = [wrong('feed'), wrong('store.failing'), wrong('jobs.late')];
  const restart = (...ends: string[]) => planOf('restart-all', { step: 'hard', component: 'process', ends });
  const explained = courseOf({
    actions: [planOf('reset'), restart('*')],
    rules: [ruleOf('jobs.late', { symptomOf: ['store.*'] })],
  });
  explained.conditions = three;
  explained.turn();
  expect(explained.told).toContain('0: reset (soft) for feed');
  const other = courseOf({ actions: [planOf('reset'), restart('feed', 'store.*')] });
  other.conditions = three;
  other.turn();
  expect(other.told).toContain('0: reset (soft) for feed');
});

test('several critical components leave a condition without a restart where it is', () => {
  const course = new Course({ actions: [planOf('reset')] });
  course.conditions = [wrong('feed'), wrong('store.failing'), wrong('jobs.hot.not_run')];
  course.turn();
  expect(course.told).toEqual(['0: reset (soft) for feed']);
});

test('what did not help five times in a row is skipped, and that is said', () => {
  let learned = NOTHING_LEARNED;
  for (const outcome of ['worked', 'did-not-work', 'made-it-worse', 'did-not-work', 'did-not-work'] as const)
    learned = learn(learned, outcome);
  const course = courseOf();
  course.conditions = [wrong('feed')];
  course.state = { ...noRecoveries, learned: { [learnedKey('feed', 'reset')]: learned } };
  course.turn();
  expect(course.told).toEqual(['0: reset (soft) for feed']);

  const tired = courseOf();
  tired.conditions = [wrong('feed')];
  const again = learn(learned, 'did-not-work');
  expect(again).toMatchObject({ worked: 1, didNotWork: 4, madeItWorse: 1, last: Array(5).fill(false) });
  tired.state = { ...noRecoveries, learned: { [learnedKey('feed', 'reset')]: again } };
  const [intent] = tired.turn();
  expect(intent).toMatchObject({
    why: 'restart-part is the mildest step that is left. reset did not help the last 5 times, so it is skipped.',
  });
});

describe('a condition that comes again', () => {
  test('soon goes on where it was', () => {
    const course = courseOf();
    course.conditions = [wrong('feed')];
    course.pass(12 * SECOND);
    course.conditions = [];
    course.pass(9 * MINUTE);
    course.conditions = [wrong('feed')];
    course.turn();
    expect(course.told.at(-1)).toBe('552: restart-part (medium) for feed');
  });

  test('after a quiet time begins at the foot', () => {
    const course = courseOf();
    course.conditions = [wrong('feed')];
    course.pass(11 * SECOND);
    course.conditions = [];
    course.pass(11 * MINUTE);
    expect(course.state.ladders).toEqual({});
    course.conditions = [wrong('feed')];
    course.turn();
    expect(course.told.at(-1)).toBe('671: reset (soft) for feed');
  });

  test('soon after a person was asked asks nobody anew', () => {
    const course = new Course({ actions: [planOf('reset')], settings: { perHour: 1 } });
    course.conditions = [wrong('feed')];
    course.pass(10 * MINUTE);
    expect(course.escalations).toHaveLength(1);
    for (let flap = 0; flap < 20; flap++) {
      course.conditions = flap % 2 === 0 ? [] : [wrong('feed')];
      course.pass(MINUTE);
    }
    expect(course.escalations).toHaveLength(1);
    expect(course.attempts).toHaveLength(1);
  });
});

describe('by hand', () => {
  const ask = (action: string) => [{ id: '7', action, by: 'ada' }];

  test('an action begins for the condition that it is for, and takes its part of the budget', () => {
    const course = courseOf({ settings: { mode: 'observe' } });
    course.conditions = [wrong('other'), wrong('feed')];
    expect(course.turn(ask('restart-part'))).toMatchObject([
      {
        kind: 'recover',
        request: '7',
        why: 'ada asked for it.',
        reason: 'feed is wrong.',
        attempt: { by: 'ada' },
      },
    ]);
    expect(course.state.past).toEqual([{ startedMs: 0, step: 'medium' }]);
  });

  test('with nothing wrong it has worked when it has run', () => {
    const course = courseOf();
    course.turn(ask('reset'));
    course.nowMs = SECOND;
    course.turn();
    expect(course.verdicts).toMatchObject([{ outcome: 'worked' }]);
    expect(course.state.learned).toEqual({});
  });

  test('the same limits hold', () => {
    const course = courseOf({ settings: { perHour: 2 }, runsMs: 20 * SECOND, noRestart: 'Nobody would.' });
    course.turn(ask('nonsense'));
    course.turn(ask('restart-all'));
    course.conditions = [wrong('feed')];
    course.turn(ask('reset'));
    course.turn(ask('reset'));
    course.pass(31 * SECOND);
    course.turn(ask('reset'));
    course.conditions = [];
    course.turn(ask('restart-part'));
    course.pass(31 * SECOND);
    course.turn(ask('restart-part'));
    expect(course.told.filter((line) => line.includes('refused'))).toEqual([
      '0: refused: There is no action named nonsense.',
      '0: refused: Nobody would.',
      '0: refused: It waits for reset, which runs.',
      '31: refused: The last try is less than 5 min ago; it gets that time to show what it did.',
      '62: refused: The 2 recoveries that an hour may have are spent.',
    ]);
  });
});
