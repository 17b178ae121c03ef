import { describe, expect, it } from 'vitest';
import { AdaptiveTimeout } from './adaptive-timeout.ts';

/** Answers of `ms` each, one a second from `fromMs` on; gives the time after them. */
function answers(timeout: AdaptiveTimeout, fromMs: number, count: number, ms: number): number {
  for (let index = 0; index < count; index++) timeout.answered(fromMs + index * 1_000, ms);
  return fromMs + count * 1_000;
}

describe('a time limit that follows what answers take', () => {
  it('is the initial one until enough calls were answered', () => {
    const timeout = new AdaptiveTimeout();
    expect(timeout.limitMs(0)).toBe(10_000);
    let nowMs = answers(timeout, 0, 19, 800);
    expect(timeout.limitMs(nowMs)).toBe(10_000);
    nowMs = answers(timeout, nowMs, 1, 800);
    expect(timeout.limitMs(nowMs)).toBeCloseTo(1_200, -2);
  });

  it.each([
    ['never below the least', 20, 1_000],
    ['p99 x 1.5', 1_500, 2_250],
    ['wider by half again while answers take over 2 s on average', 4_000, 9_000],
    ['never above the most', 25_000, 30_000],
  ])('%s', (_, answerMs, limitMs) => {
    const timeout = new AdaptiveTimeout();
    const found = timeout.limitMs(answers(timeout, 0, 30, answerMs));
    expect(Math.abs(found - limitMs)).toBeLessThanOrEqual(limitMs * 0.033);
  });

  it('is computed once a second, not with each call', () => {
    const timeout = new AdaptiveTimeout({ minimumCalls: 1 });
    expect(timeout.limitMs(0)).toBe(10_000);
    timeout.answered(0, 4_000);
    expect(timeout.limitMs(999)).toBe(10_000);
    expect(timeout.limitMs(1_000)).not.toBe(10_000);
  });

  it('grows when everything suddenly takes longer than the limit', () => {
    const timeout = new AdaptiveTimeout();
    let nowMs = answers(timeout, 0, 30, 300);
    expect(timeout.limitMs(nowMs)).toBe(1_000);
    // The other side now takes 3 s: every attempt runs into the limit, which is all that is ever learned.
    let calls = 0;
    while (timeout.limitMs(nowMs) < 3_000 && calls < 100) {
      timeout.ranOut(nowMs, timeout.limitMs(nowMs));
      nowMs += timeout.limitMs(nowMs);
      calls += 1;
    }
    expect(calls).toBe(1);
    expect(timeout.limitMs(nowMs)).toBe(10_000);
    expect(timeout.limitMs(nowMs + 59_000)).toBe(10_000);
  });

  it('is long enough, from a probe on, for what takes longer than it', () => {
    const timeout = new AdaptiveTimeout({ initialMs: 2_000 });
    const nowMs = answers(timeout, 0, 30, 300);
    timeout.probed(nowMs, 8_000);
    expect(timeout.limitMs(nowMs)).toBe(12_000);
    // Few answers, each as late: that stays so for as long as they come.
    let atMs = nowMs;
    for (let calls = 0; calls < 30; calls++) timeout.answered((atMs += 8_000), 8_000);
    expect(timeout.limitMs(atMs)).toBe(18_000);
    expect(timeout.usualMs(atMs)).toBe(8_000);
    expect(timeout.usualMs(atMs + 60_000)).toBe(0);
    expect(timeout.limitMs(atMs + 60_000)).toBe(2_000);
  });

  it('is soon short again when answers are quick after that', () => {
    const timeout = new AdaptiveTimeout({ initialMs: 2_000 });
    timeout.probed(0, 8_000);
    const nowMs = answers(timeout, 0, 30, 300);
    expect(timeout.usualMs(nowMs)).toBeLessThan(320);
    expect(timeout.limitMs(nowMs)).toBe(1_000);
  });

  it('a quick probe alters nothing', () => {
    const timeout = new AdaptiveTimeout();
    const nowMs = answers(timeout, 0, 30, 4_000);
    const before = timeout.limitMs(nowMs);
    timeout.probed(nowMs, 50);
    expect(timeout.limitMs(nowMs)).toBe(before);
  });

  it('takes no end of an attempt for a sign that had less time than an answer takes', () => {
    const timeout = new AdaptiveTimeout({ initialMs: 2_000 });
    expect(timeout.patienceMs(0)).toBe(2_000);
    timeout.probed(0, 8_000);
    expect(timeout.patienceMs(0)).toBe(8_000);
    expect(timeout.patienceMs(60_000)).toBe(2_000);
  });

  it('calls it slow over 2 s on average, and quick again below 1.5 s; forgets it after an idle minute', () => {
    const timeout = new AdaptiveTimeout({ windowMs: 10_000 });
    let nowMs = answers(timeout, 0, 10, 2_001);
    expect(timeout.slow(nowMs)).toBe(true);
    nowMs = answers(timeout, nowMs + 10_000, 10, 1_600);
    expect(timeout.slow(nowMs)).toBe(true);
    nowMs = answers(timeout, nowMs + 10_000, 10, 1_400);
    expect(timeout.slow(nowMs)).toBe(false);
    nowMs = answers(timeout, nowMs + 10_000, 10, 5_000);
    expect(timeout.slow(nowMs)).toBe(true);
    expect(timeout.slow(nowMs + 60_000)).toBe(false);
    expect(timeout.limitMs(nowMs + 60_000)).toBe(10_000);
  });

  it('takes other options and keeps what it has learned', () => {
    const timeout = new AdaptiveTimeout();
    const nowMs = answers(timeout, 0, 30, 1_000);
    timeout.configure({ factor: 3, windowMs: 1 });
    expect(timeout.limitMs(nowMs)).toBeCloseTo(3_000, -2);
    expect(() => {
      timeout.configure({ maxMs: 10 });
    }).toThrow('maxMs must be a number at least 1000, not 10');
    expect(timeout.limitMs(nowMs)).toBeCloseTo(3_000, -2);
  });

  it.each([
    [{ minMs: -1 }, 'minMs must be a number at least 0, not -1'],
    [{ factor: 0.9 }, 'factor must be a number at least 1, not 0.9'],
    [{ slowFactor: Number.NaN }, 'slowFactor must be a number at least 0, not NaN'],
    [{ slowFactor: 0.5 }, 'slowFactor must be a number at least 1, not 0.5'],
    [{ windowMs: 0 }, 'windowMs must be a number at least 1, not 0'],
    [{ minMs: 5_000, maxMs: 4_999 }, 'maxMs must be a number at least 5000, not 4999'],
  ])('refuses %j', (options, message) => {
    expect(() => new AdaptiveTimeout(options)).toThrow(new RangeError(message));
  });
});
