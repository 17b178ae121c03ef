import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recoveryDefaults } from './settings.ts';
import { Course, HOUR, MINUTE, SECOND, planOf, ruleOf, wrong } from './testing/course.ts';

const RULES = [ruleOf('feed', { symptomOf: ['source'] }), ruleOf('source'), ruleOf('jobs'), ruleOf('store')];
const ACTIONS = [
  planOf('reconnect', { ends: ['source', 'feed'], component: 'source' }),
  planOf('clear', { ends: ['feed', 'store'] }),
  planOf('restart-jobs', { step: 'medium', component: 'jobs', ends: ['jobs', 'feed'] }),
  planOf('restart-pipeline', { step: 'medium', component: 'jobs', ends: ['feed', 'source'] }),
  planOf('restart-all', { step: 'hard', ends: ['*'], verifyWithinMs: 2 * MINUTE }),
];

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 900 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('conditions' as const),
      wrong: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom('feed', 'source', 'jobs', 'store'),
          fc.constantFrom('warning' as const, 'error' as const, 'critical' as const),
        ),
        { selector: ([rule]) => rule },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      awayMs: fc.integer({ min: 0, max: 3 * MINUTE }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      action: fc.constantFrom(...ACTIONS.map(({ name }) => name), 'nonsense'),
    }),
  },
);

test('whatever happens, also over restarts of the process, recovery keeps its limits', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 40 }),
      fc.integer({ min: 0, max: 20 * SECOND }),
      // Which actions help.
      fc.subarray(ACTIONS.map(({ name }) => name)),
      (events, runsMs, helping) => {
        const course = new Course({
          actions: ACTIONS,
          rules: RULES,
          runsMs,
          world: (action, conditions) => (helping.includes(action) ? [] : conditions),
        });
        for (const one of events) {
          switch (one.kind) {
            case 'pass':
              course.pass(one.seconds * SECOND);
              break;
            case 'conditions':
              course.conditions = one.wrong.map(([rule, level]) => wrong(rule, level));
              break;
            case 'restart':
              course.restart(one.awayMs);
              break;
            case 'ask':
              course.turn([{ id: '1', action: one.action, by: 'ada' }]);
              course.nowMs += SECOND;
              break;
          }
          const ids = course.state.pending.map(({ component }) => component);
          expect(new Set(ids).size).toBe(ids.length);
          if (course.state.pending.some(({ step }) => step === 'hard')) expect(ids).toHaveLength(1);
        }
        const { attempts, escalations } = course;
        attempts.forEach(({ atMs, attempt }, at) => {
          const inHour = attempts.slice(0, at + 1).filter((other) => atMs - other.atMs < HOUR);
          expect(inHour.length).toBeLessThanOrEqual(recoveryDefaults.perHour);
          const hard = inHour.filter((other) => other.attempt.step === 'hard');
          expect(hard.length).toBeLessThanOrEqual(recoveryDefaults.hardPerHour);
          const last = attempts
            .slice(0, at)
            .findLast((other) => attempt.condition !== null && other.attempt.condition === attempt.condition);
          if (last) expect(atMs - last.atMs).toBeGreaterThanOrEqual(recoveryDefaults.cooldownMs);
        });
        // A person is not asked twice for the same without quiet in between.
        escalations.forEach(({ condition, atMs }, at) => {
          const before = escalations.slice(0, at).findLast((other) => other.condition === condition);
          if (before) expect(atMs - before.atMs).toBeGreaterThanOrEqual(recoveryDefaults.quietMs);
        });
        // State is plain data.
        expect(JSON.parse(JSON.stringify(course.state))).toEqual(course.state);
      },
    ),
    { numRuns: 60 },
  );
});

test('what cannot be healed ends at a person within the budget, however it flaps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 5, maxLength: 60 }),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      (gaps, restarts) => {
        const course = new Course({ actions: ACTIONS, rules: RULES });
        for (const [place, seconds] of gaps.entries()) {
          course.conditions = place % 2 === 0 ? [wrong('jobs')] : [];
          course.pass(seconds * SECOND);
          if (restarts[place] === true && place % 7 === 0) course.restart(SECOND);
        }
        expect(course.escalations.length).toBeLessThanOrEqual(1);
        course.conditions = [wrong('jobs')];
        course.pass(4 * HOUR);
        expect(course.escalations).toHaveLength(1);
        const after = course.attempts.filter(({ atMs }) => atMs > (course.escalations[0]?.atMs ?? 0));
        expect(after).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});
