import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { judge } from './judge.ts';
import { rankOf, type Level } from './level.ts';
import type { AbsenceRule, CountRule, RateRule, Rule, Sample, ThresholdRule } from './rule.ts';
import { noJudgement, type Judgement } from './state.ts';
import { BASE } from './testing/play.ts';
import { levelsOf, type Moment } from './testing/reference.ts';

const runs = inject('propertyRuns');
const numRuns = runs > 0 ? runs : 150;

const times = { forMs: fc.nat(4_000), keepForMs: fc.nat(4_000) };
const levels = fc.record({
  warning: fc.constant({ enter: 5, leave: 3 }),
  error: fc.option(fc.constant({ enter: 7, leave: 6, forMs: 1_500 }), { nil: undefined }),
  critical: fc.option(fc.constant({ enter: 9, leave: 8, keepForMs: 500 }), { nil: undefined }),
});
const { signal, ...base } = BASE;
const anyRule: fc.Arbitrary<ThresholdRule | AbsenceRule | RateRule | CountRule> = fc
  .tuple(levels, fc.record(times), fc.boolean())
  .chain(([own, waits, flag]) =>
    fc.constantFrom<ThresholdRule | AbsenceRule | RateRule | CountRule>(
      { ...BASE, ...own, ...waits, kind: 'threshold' },
      { ...BASE, ...own, ...waits, kind: 'absence', unchanged: false },
      { ...BASE, ...own, ...waits, kind: 'rate', windowMs: 6_000, perMs: 1_000, counter: flag },
      { ...base, ...own, ...waits, kind: 'count', windowMs: 9_000, occurrence: { of: 'changes', signal } },
    ),
  );
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN, Infinity) },
);
const course: fc.Arbitrary<Moment[]> = fc
  .array(fc.tuple(fc.integer({ min: 300, max: 2_500 }), value), { minLength: 1, maxLength: 50 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, one]) => ({ at: (at += gap), value: one }));
  });

const levelNow = (state: Judgement): Level | null =>
  state.rules[0]?.series[0]?.firing?.condition.level ?? null;
const step = (state: Judgement, rule: Rule, { at, value: one }: Moment): ReturnType<typeof judge> =>
  judge(state, [{ signal, value: one }], [rule], { wallMs: at, monotonicMs: at });

test('turn by turn gives what the whole course gives at once, also across JSON', () =>
  fc.assert(
    fc.property(anyRule, course, (rule, moments) => {
      let state: Judgement = noJudgement;
      const found = moments.map((moment) => {
        state = JSON.parse(JSON.stringify(step(state, rule, moment).judgement)) as Judgement;
        return levelNow(state);
      });
      expect(found).toEqual(levelsOf(rule, moments));
    }),
    { numRuns },
  ));

test('no level turns faster than its `for` and `keepFor`, and what is told is what is', () =>
  fc.assert(
    fc.property(anyRule, course, (rule, moments) => {
      let state: Judgement = noJudgement;
      let turnedAt = 0;
      let before: Level | null = null;
      for (const moment of moments) {
        const { judgement, changes, conditions } = step(state, rule, moment);
        state = judgement;
        const level = levelNow(state);
        expect(changes).toHaveLength(level === before ? 0 : 1);
        expect(conditions.map((one) => one.level)).toEqual(level === null ? [] : [level]);
        if (before === null && level === 'warning')
          expect(moment.at - turnedAt).toBeGreaterThanOrEqual(rule.forMs);
        if (before === 'warning' && level === null)
          expect(moment.at - turnedAt).toBeGreaterThanOrEqual(rule.keepForMs);
        // It eases by levels, each with its own `keepFor`: they run side by side.
        if (rankOf(level) > rankOf(before) || level === null)
          turnedAt = level === before ? turnedAt : moment.at;
        before = level;
      }
    }),
    { numRuns },
  ));

describe('many series', () => {
  const names = ['a', 'b', 'c', 'd'];
  const turnOf = fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 12 })), {
    maxLength: 6,
  });

  test('each is judged as if it were alone, in whatever order they come, and whichever are left out', () =>
    fc.assert(
      fc.property(levels, fc.array(turnOf, { maxLength: 25 }), (own, turns) => {
        const rule: ThresholdRule = { ...BASE, ...own, kind: 'threshold', forMs: 2_000, keepForMs: 1_000 };
        let together: Judgement = noJudgement;
        const alone = new Map<string, Judgement>();
        turns.forEach((turn, place) => {
          const now = { wallMs: place * 1_000, monotonicMs: place * 1_000 };
          const samples = turn.map(([name, one]): Sample => ({ signal, labels: { name }, value: one }));
          together = judge(together, samples, [rule], now).judgement;
          for (const name of names) {
            const mine = samples.filter(({ labels }) => labels?.['name'] === name).slice(-1);
            if (!alone.has(name) && mine.length === 0) continue;
            alone.set(name, judge(alone.get(name) ?? noJudgement, mine, [rule], now).judgement);
          }
        });
        for (const [name, state] of alone) {
          const [expected] = state.rules[0]?.series ?? [];
          const found = together.rules[0]?.series.find(({ labels }) => labels['name'] === name);
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: Math.min(numRuns, 100) },
    ));

  test('what is given stays as it was, and the same gives the same', () =>
    fc.assert(
      fc.property(anyRule, course, (rule, moments) => {
        let state: Judgement = noJudgement;
        for (const moment of moments) {
          const copy = structuredClone(state);
          const once = step(state, rule, moment);
          expect(step(state, rule, moment)).toEqual(once);
          expect(state).toEqual(copy);
          state = once.judgement;
        }
      }),
      { numRuns: 30 },
    ));
});
