import { expect, test } from 'vitest';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { createPastReader, type PastPort } from './past-reader.ts';
import type { Rule } from './rule.ts';
import { BASE } from './testing/play.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 4, 8, 10, 30);
const HOUR = Date.UTC(2026, 4, 8, 10);
const rule: Rule = {
  ...BASE,
  kind: 'past',
  side: 'above',
  windowMs: 300_000,
  daysAtLeast: 3,
  warning: { enter: 0.5, leave: 0.3 },
};
const row = (at: number, avg: number) => ({ at, min: avg, max: avg, avg, p95: avg, count: 1 });

function open(query: PastPort['query'], rules: readonly Rule[] = [rule]) {
  const clock = new FakeClock({ wallMs: NOW });
  const asked: number[] = [];
  const history: PastPort = {
    query: (request) => {
      asked.push(request.from);
      return query(request);
    },
  };
  return {
    clock,
    asked,
    reader: createPastReader({ clock, log: silentLogger, history, rules: () => rules }),
  };
}
const rows = [HOUR - 2 * DAY_MS, HOUR - DAY_MS, HOUR - DAY_MS + HOUR_MS].map((at, place) => row(at, place));

test('it gives the averages of the same hour of other days, and reads them once an hour', async () => {
  const { clock, asked, reader } = open(async () => ({ series: [{ labels: { door: 'a' }, rows }] }));
  reader.start();
  await clock.advance(1_000);
  expect(reader.current()).toEqual([{ signal: 'n', labels: { door: 'a' }, values: [0, 1] }]);
  await clock.advance(HOUR_MS);
  expect(asked).toEqual([HOUR - 7 * DAY_MS, HOUR + HOUR_MS - 7 * DAY_MS]);
  expect(reader.current()[0]?.values).toEqual([2]);
  await reader.stop();
});

test('what cannot be read is not known, and tried again', async () => {
  let fails = false;
  const { clock, asked, reader } = open(async () => {
    if (fails) throw new Error('locked');
    return { series: [{ labels: {}, rows }] };
  });
  reader.start();
  await clock.advance(1_000);
  expect(reader.current()).toHaveLength(1);
  fails = true;
  await clock.advance(HOUR_MS);
  expect(reader.current()).toEqual([]);
  const before = asked.length;
  fails = false;
  await clock.advance(60_000);
  expect([reader.current().length, asked.length]).toEqual([1, before + 1]);
  await reader.stop();
});

test('without a rule that compares with the past nothing is read', async () => {
  const { clock, asked, reader } = open(async () => undefined, []);
  reader.start();
  await clock.advance(HOUR_MS);
  expect(asked).toEqual([]);
  await reader.stop();
});
