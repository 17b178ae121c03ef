import { describe, expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../../../kernel/index.ts';
import { createPerformanceTracker } from './tracker.ts';

function play(mostNames?: number) {
  const clock = new FakeClock();
  const warnings: unknown[] = [];
  const log = { ...silentLogger, warning: (_: string, fields: unknown) => warnings.push(fields) };
  return { clock, warnings, tracker: createPerformanceTracker({ clock, log, mostNames }) };
}

describe('what took how long', () => {
  it('by kind, and what took most time in all first', () => {
    const { tracker } = play();
    for (let calls = 0; calls < 100; calls++) tracker.timing('http', 'GET /quick').record(1);
    tracker.timing('http', 'GET /slow').record(1_000);
    tracker.timing('api', 'asked').record(10);
    expect(tracker.report().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'api asked',
      'http GET /slow',
      'http GET /quick',
    ]);
  });

  it('counts, averages and quantiles; what failed is timed, too', () => {
    const { tracker } = play();
    const timing = tracker.timing('database', 'SELECT token');
    for (let ms = 1; ms <= 100; ms++) timing.record(ms, ms <= 90);
    const [{ recent, hour } = { recent: null, hour: null }] = tracker.report();
    expect(recent).toEqual(hour);
    expect(recent).toMatchObject({ count: 100, failed: 10, successShare: 0.9, averageMs: 50.5 });
    for (const [key, ms] of [
      ['p50Ms', 50],
      ['p95Ms', 95],
      ['p99Ms', 99],
      ['maxMs', 100],
    ] as const)
      expect(Math.abs((recent?.[key] ?? 0) / ms - 1)).toBeLessThan(0.033);
  });

  it('of the last five minutes, and of the hour; what was before is forgotten', async () => {
    const { clock, tracker } = play();
    const timing = tracker.timing('job', 'hot');
    for (let runs = 0; runs < 20; runs++) timing.record(100, false);
    await clock.advance(360_000);
    for (let runs = 0; runs < 10; runs++) timing.record(400);
    expect(tracker.report()).toMatchObject([
      {
        recent: { count: 10, failed: 0, successShare: 1, averageMs: 400 },
        hour: { count: 30, failed: 20, averageMs: 200 },
        slowness: { ratio: 4, recentMs: 400, usualMs: 100 },
      },
    ]);
    await clock.advance(3_900_000);
    expect(tracker.report()).toEqual([]);
    timing.record(1);
    expect(tracker.report()).toMatchObject([{ hour: { count: 1, failed: 0 } }]);
  });

  it('how many a minute: of the time since the start, then of the spans', async () => {
    const { clock, tracker } = play();
    const perMinute = () => tracker.report().map(({ recent, hour }) => [recent.perMinute, hour.perMinute]);
    const timing = tracker.timing('api', 'asked');
    for (let calls = 0; calls < 6; calls++) timing.record(1);
    // Of less than a minute nothing is projected.
    expect(perMinute()).toEqual([[6, 6]]);
    await clock.advance(120_000);
    expect(perMinute()).toEqual([[3, 3]]);
    for (let minutes = 0; minutes < 90; minutes++) {
      await clock.advance(60_000);
      for (let calls = 0; calls < 4; calls++) timing.record(1);
    }
    const [[recent = 0, hour = 0] = []] = perMinute();
    expect(Math.abs(recent - 4)).toBeLessThan(1);
    expect(hour).toBeCloseTo(4, 0);
  });

  it('names beyond the limit are timed together, and that is told once a kind', () => {
    const { tracker, warnings } = play(2);
    for (const name of ['a', 'b', 'c', 'd', 'a']) tracker.timing('http', name).record(1);
    tracker.timing('api', 'c').record(1);
    expect(tracker.report().map(({ kind, name, hour }) => [kind, name, hour.count])).toEqual([
      ['api', 'c', 1],
      ['http', 'a', 2],
      ['http', 'other', 2],
      ['http', 'b', 1],
    ]);
    expect(warnings).toEqual([{ kind: 'http', name: 'c', most: 2 }]);
  });

  it('a thing that is called other takes no place of another one', () => {
    const { tracker, warnings } = play(1);
    tracker.timing('http', 'other').record(1);
    tracker.timing('http', 'a').record(1);
    tracker.timing('http', 'b').record(1);
    expect(tracker.report().map(({ name, hour }) => [name, hour.count])).toEqual([
      ['other', 2],
      ['a', 1],
    ]);
    expect(warnings).toHaveLength(1);
  });

  it.each([0, -1, 1.5, NaN])('refuses %s names', (mostNames) => {
    expect(() => play(mostNames)).toThrow('mostNames must be a whole number from 1 on');
  });
});
