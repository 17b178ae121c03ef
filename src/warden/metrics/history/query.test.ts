import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRead } from './query.ts';
import { combine, rollUp } from './roll-up.ts';
import { keptFrom } from './tiers.ts';
import { trustedTime } from './trusted-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000_000 + 7 * MINUTE + 123;

test.each([
  ['the last hour as it was measured', HOUR, null, null, ['raw']],
  ['the last hour by a step of any length', HOUR, 7_000, 7_000, ['raw']],
  ['a day by minutes', DAY, null, MINUTE, ['minute', 'raw']],
  ['a day by more than is kept', DAY, 1_000, MINUTE, ['minute', 'raw']],
  ['a day by what is no multiple', DAY, 90_000, 2 * MINUTE, ['minute', 'raw']],
  ['a week by quarters', 7 * DAY, null, 15 * MINUTE, ['quarter', 'minute', 'raw']],
  ['a week by hours', 7 * DAY, HOUR, HOUR, ['quarter', 'minute', 'raw']],
] as const)('%s', (_what, lastMs, stepMs, expected, tiers) => {
  const plan = planRead({ from: NOW - lastMs, to: NOW, stepMs }, NOW);
  expect(plan.stepMs).toBe(expected);
  expect(plan.parts.map(({ tier }) => tier)).toEqual(tiers);
});

test('a plan covers its range once, from where its tiers are whole', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 * DAY }),
      fc.integer({ min: 0, max: 100 * DAY }),
      fc.option(fc.integer({ min: 1_000, max: 2 * DAY })),
      (a, b, stepMs) => {
        const [from, to] = [NOW - Math.max(a, b), NOW - Math.min(a, b)];
        const plan = planRead({ from, to, stepMs }, NOW);
        const kept = keptFrom(NOW);
        let reached = plan.from;
        for (const part of plan.parts) {
          expect(part.from).toBe(reached);
          expect(part.from).toBeGreaterThanOrEqual(kept[part.tier]);
          reached = part.to;
        }
        if (plan.parts.length > 0) expect(reached).toBe(to);
        expect(plan.from).toBeLessThanOrEqual(Math.max(from, kept.quarter));
      },
    ),
  );
});

test('rows of one point each combine to what the points give, and others to the same but for the p95', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
      const points = values.map((one, index) => ({ at: 5_000 * index, value: one }));
      const [whole] = rollUp(points, HOUR);
      const [exact] = combine(rollUp(points, 5_000), HOUR);
      expect(exact).toEqual(whole);
      const [merged] = combine(rollUp(points, MINUTE), HOUR);
      expect(merged).toMatchObject({ at: 0, min: whole?.min, max: whole?.max, count: values.length });
      expect(merged?.avg).toBeCloseTo(whole?.avg ?? 0, 6);
      expect(merged?.p95).toBeGreaterThanOrEqual(whole?.p95 ?? Infinity);
    }),
  );
});

test('a wall clock that is years ahead for minutes deletes hours, and one set back is followed at once', () => {
  const start = trustedTime(null, { wallMs: NOW, monotonicMs: 0 });
  expect(start.trustedMs).toBe(NOW);
  const ahead = trustedTime(start, { wallMs: NOW + 4_000 * DAY, monotonicMs: MINUTE });
  expect(ahead.trustedMs).toBe(NOW + HOUR);
  const back = trustedTime(ahead, { wallMs: NOW + 2 * MINUTE, monotonicMs: 2 * MINUTE });
  expect(back.trustedMs).toBe(NOW + 2 * MINUTE);
});
