import { expect, test } from 'vitest';
import { Course, HOUR, MINUTE, SECOND, planOf, wrong } from './testing/course.ts';

const LADDER = [
  planOf('reset'),
  planOf('restart-part', { step: 'medium' }),
  planOf('restart-all', { step: 'hard', verifyWithinMs: MINUTE }),
];
const withFeed = (): Course => {
  const course = new Course({ actions: LADDER });
  course.conditions = [wrong('feed')];
  return course;
};

test('a new process goes on where the one before was: step, cool-down, budget and what was learned', () => {
  const course = withFeed();
  course.pass(12 * SECOND);
  const before = course.state;
  course.restart(SECOND);
  expect(course.state).toMatchObject({
    past: [{ startedMs: 0, step: 'soft' }],
    learned: before.learned,
    pending: [],
  });
  course.pass(5 * MINUTE);
  expect(course.told.slice(2)).toEqual([
    '11: feed waits: cool-down',
    '13: feed waits: cool-down',
    '300: restart-part (medium) for feed',
    '311: restart-part did-not-work',
    '311: feed waits: cool-down',
  ]);
});

test('a restart that it asked for is judged by what comes after it, once the time is over', () => {
  const course = withFeed();
  course.pass(600 * SECOND);
  course.turn();
  expect(course.told.at(-1)).toBe('600: restart-all (hard) for feed');
  course.restart(2 * SECOND);
  course.conditions = [];
  course.pass(61 * SECOND);
  expect(course.told.at(-1)).toBe('662: restart-all worked');

  const broken = withFeed();
  broken.pass(600 * SECOND);
  broken.turn();
  broken.restart(2 * SECOND);
  // Right after the start nothing is known yet.
  broken.conditions = [];
  broken.pass(5 * SECOND);
  broken.conditions = [wrong('feed')];
  broken.pass(10 * MINUTE);
  expect(broken.told.slice(-3)).toEqual([
    '662: restart-all did-not-work',
    '662: feed waits: cool-down',
    '900: a person for feed',
  ]);
});

test('what ran when the process died is nobody’s success and counts in the budget', () => {
  const course = withFeed();
  course.turn();
  course.restart(SECOND);
  expect(course.state.pending).toEqual([]);
  expect(course.state.learned).toEqual({});
  expect(course.state.past).toHaveLength(1);
});

test('who was asked for is not asked for again by the next process', () => {
  const course = withFeed();
  course.pass(20 * MINUTE);
  expect(course.escalations).toHaveLength(1);
  course.restart(MINUTE);
  course.pass(HOUR);
  expect(course.escalations).toHaveLength(1);
  expect(course.attempts).toHaveLength(3);
});

test('unless the condition had ended since', () => {
  const course = withFeed();
  course.pass(20 * MINUTE);
  course.journal.push({
    seq: 100,
    type: 'condition.ended',
    at: 1_700_000_000_000 + course.nowMs,
    subject: 'feed',
    reason: 'It is over.',
    data: { level: 'critical', value: 0, durationMs: 1 },
  });
  course.restart(HOUR);
  course.turn();
  expect(course.told.at(-1)).toBe(`${course.nowMs / SECOND}: reset (soft) for feed`);
});

test('a clock that was set back does not make the budget last longer than an hour', () => {
  const course = withFeed();
  course.turn();
  course.journal.forEach((entry, at) => {
    course.journal[at] = { ...entry, at: entry.at + 10 * HOUR };
  });
  course.restart();
  expect(course.state.past).toEqual([{ startedMs: 0, step: 'soft' }]);
});

test('what made it worse stays stopped', () => {
  const course = new Course({
    actions: LADDER,
    world: () => [wrong('feed', 'critical')],
  });
  course.conditions = [wrong('feed', 'warning')];
  course.pass(2 * SECOND);
  expect(course.told).toContain('1: reset made-it-worse');
  course.restart(SECOND);
  expect(course.state.ladders['feed']).toMatchObject({ step: 'soft', stopped: ['reset'] });
});
