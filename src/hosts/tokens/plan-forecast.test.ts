import { describe, expect, it } from 'vitest';
import { KIND } from './plan-columns.ts';
import { forecastReads, shortfallOf, type Forecast } from './plan-forecast.ts';
import { SETTINGS } from './testing/tokens.ts';

const MINUTE = 60_000;

function forecast(
  tokens: { hot?: number; active?: number; cold?: number; archived?: number },
  perMinute = 300,
): Forecast {
  const counts = new Uint32Array(5);
  for (const [name, count] of Object.entries(tokens)) counts[KIND[name as keyof typeof KIND]] = count;
  return forecastReads({ counts }, perMinute, 30, SETTINGS);
}

describe('what the quota carries', () => {
  it('everything, when it is enough', () => {
    const found = forecast({ hot: 100, active: 50, cold: 200, archived: 300 });
    expect(found.hot).toEqual({ tokens: 150, intervalMs: 10_000, rotationMs: 10_000, requestsPerMinute: 30 });
    expect(found.cold).toMatchObject({ tokens: 200, rotationMs: 45_000 });
    expect(found.archived).toMatchObject({ tokens: 300, rotationMs: 600_000, requestsPerMinute: 1 });
    // 300 in monitoring each minute, 50 active ones each 5 min: 310 a minute, and 260 are left.
    const left = 300 - 30 - 200 / 22.5 - 1;
    expect(found.full.intervalMs).toBeCloseTo((350 * MINUTE) / 310);
    expect(found.full.rotationMs).toBeCloseTo((350 / left) * MINUTE);
    expect(found.full.requestsPerMinute).toBeCloseTo(left);
    expect(shortfallOf(forecast({ hot: 10, cold: 10 }))).toBeNull();
  });

  it('1,200 hot tokens each 10 s, beside what is kept for the others', () => {
    const found = forecast({ hot: 1_200, cold: 98_800, archived: 50_000 });
    expect(found.hot).toMatchObject({ rotationMs: 10_000, requestsPerMinute: 240 });
    expect(found.archived).toMatchObject({ rotationMs: (50_000 / 90) * MINUTE, requestsPerMinute: 3 });
    expect(found.full.requestsPerMinute).toBe(30);
    expect(found.cold.requestsPerMinute).toBe(27);
    expect(found.cold.rotationMs).toBeCloseTo((98_800 / 810) * MINUTE);
  });

  it('a round of hot tokens takes longer when they are too many, and the others keep their share', () => {
    const found = forecast({ hot: 2_400, cold: 10_000, archived: 10_000 });
    expect(found.hot.rotationMs).toBeCloseTo((2_400 / (252 * 30)) * MINUTE);
    expect(
      [found.cold, found.archived, found.full].map(({ requestsPerMinute }) => requestsPerMinute),
    ).toEqual([15, 3, 30]);
  });

  it('nothing without a quota, and of what is not there each round is over at once', () => {
    const found = forecast({ cold: 5 }, 0);
    expect([found.cold.rotationMs, found.full.rotationMs]).toEqual([null, null]);
    expect([found.hot.rotationMs, found.archived.rotationMs]).toEqual([10_000, 600_000]);
  });
});

describe('the shortfall in a sentence', () => {
  it.each([
    [
      { hot: 100, cold: 80_000 },
      'The quota does not carry everything: cold tokens are refreshed every 11 min instead of every 45 s; all pools of a token are read every 44.5 h instead of every 60 s.',
    ],
    [
      { hot: 1_800, active: 600 },
      'The quota does not carry everything: hot tokens are refreshed every 18 s instead of every 10 s; all pools of a token are read every 80 min instead of every 75 s.',
    ],
  ])('%o', (tokens, sentence) => {
    expect(shortfallOf(forecast(tokens))).toBe(sentence);
  });

  it('says what is never read', () => {
    expect(shortfallOf(forecast({ cold: 5, archived: 5 }, 0))).toBe(
      'The quota does not carry everything: cold tokens are never refreshed; archived tokens are never looked at; all pools of a token are never read.',
    );
  });

  it('leaves out what is too little to be seen in words', () => {
    const found = forecast({ hot: 10 });
    const hot = { ...found.hot, rotationMs: 10_400 };
    expect(shortfallOf({ ...found, hot })).toBeNull();
    expect(shortfallOf({ ...found, hot: { ...hot, rotationMs: 10_600 } })).toBe(
      'The quota does not carry everything: hot tokens are refreshed every 11 s instead of every 10 s.',
    );
  });
});
