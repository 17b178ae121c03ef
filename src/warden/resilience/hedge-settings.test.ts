import { describe, expect, test } from 'vitest';
import { createHedge } from './hedge.ts';
import { RetryBudget } from './retry-budget.ts';
import { playHedge, type PlayedHedge } from './testing/play-hedge.ts';
import { httpError, systemError } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');

describe('the delay', () => {
  const quick = async (
    { call, after }: PlayedHedge,
    calls: number,
    tookMs: (call: number) => number,
  ): Promise<void> => {
    for (let one = 0; one < calls; one++) await after(tookMs(one), call([[tookMs(one)]]));
  };

  test('is the p95 of recent calls, once there were 20', async () => {
    const played = playHedge({ delayMs: null });
    await quick(played, 19, (call) => 10 * (call + 1));
    expect(played.hedge.delayMs()).toBeNull();
    expect(await played.after(5_000, played.call([[5_000], [1]]))).toBe('answer of 1');
    expect(played.sentAt).toHaveLength(1);
    // The 19th of 20.
    expect(played.hedge.delayMs()).toBeCloseTo(190, -1);
    const startedMs = played.clock.monotonic();
    expect(await played.after(5_000, played.call([[5_000], [1]]))).toBe('answer of 2');
    expect(played.sentAt[1]).toBeCloseTo(startedMs + 190, -1);
  });

  test('takes other quantiles and numbers of calls', async () => {
    const played = playHedge({ delayMs: null, quantile: 0.5, leastSamples: 4 });
    await quick(played, 4, (call) => 100 * (call + 1));
    expect(played.hedge.delayMs()).toBeCloseTo(200, -1);
  });

  test('counts what a call took until its first answer, also when the second won', async () => {
    const played = playHedge({ leastSamples: 1 });
    expect(await played.after(900, played.call([[900], [50]]))).toBe('answer of 2');
    played.hedge.configure({ delayMs: null });
    expect(played.hedge.delayMs()).toBeCloseTo(150, -1);
  });

  test('ignores failures', async () => {
    const played = playHedge({ delayMs: null, leastSamples: 1 });
    await played.after(10, played.call([[10, RESET]]));
    expect(played.hedge.delayMs()).toBeNull();
  });

  test('follows, at most 100 ms late', async () => {
    const played = playHedge({ delayMs: null, leastSamples: 1, quantile: 1 });
    await played.after(10, played.call([[10]]));
    expect(played.hedge.delayMs()).toBeCloseTo(10, 0);
    await played.after(70, played.call([[20, RESET]]));
    await played.after(29, played.call([[0.5]]));
    await played.after(0, played.call([[0]]));
    expect(played.hedge.delayMs()).toBeCloseTo(10, 0);
    await played.after(40, played.call([[40]], { idempotent: false }));
    expect(played.hedge.delayMs()).toBeCloseTo(40, -1);
  });

  test('forgets what lies too far back', async () => {
    const played = playHedge({ delayMs: null, leastSamples: 1, windowMs: 6_000 });
    await played.after(10, played.call([[10]]));
    expect(played.hedge.delayMs()).not.toBeNull();
    await played.clock.advance(6_000);
    expect(played.hedge.delayMs()).toBeNull();
  });

  test('may be 0', async () => {
    const { after, call, sentAt } = playHedge({ delayMs: 0 });
    expect(await after(5, call([[10], [5]]))).toBe('answer of 2');
    expect(sentAt).toEqual([0, 0]);
  });
});

describe('the share of second requests', () => {
  test('is 10 % of the calls, and at least 1', async () => {
    const { clock, hedge } = playHedge();
    expect(hedge.budget).toMatchObject({ ratio: 0.1, floor: 1, windowMs: 10_000 });
    let sent = 0;
    const calls = Array.from({ length: 50 }, () =>
      hedge.execute(({ signal }) => {
        sent += 1;
        return clock.sleep(1_000, signal);
      }),
    );
    await clock.advance(2_000);
    await Promise.all(calls);
    expect([sent, clock.pending]).toEqual([55, 0]);
  });

  test('may be set, or shared', () => {
    expect(playHedge({ budget: { ratio: 0.05 } }).hedge.budget).toMatchObject({ ratio: 0.05, floor: 1 });
    expect(playHedge({ budget: { floor: 4, windowMs: 500 } }).hedge.budget).toMatchObject({
      ratio: 0.1,
      floor: 4,
      windowMs: 500,
    });
    const budget = new RetryBudget();
    expect(playHedge({ budget }).hedge.budget).toBe(budget);
  });

  test('a spent one leaves the first request alone', async () => {
    const { after, call, sentAt, told } = playHedge({ budget: { ratio: 0, floor: 0 } });
    expect(await after(900, call([[900], [50]]))).toBe('answer of 1');
    expect([sentAt, told]).toEqual([[0], []]);
  });
});

describe('settings', () => {
  test('a listener or a classification that throws changes nothing', async () => {
    const thrown: unknown[] = [];
    const { after, call, hedge } = playHedge({
      onListenerError: (error) => thrown.push(error),
      classify: () => {
        throw new Error('of classify');
      },
    });
    const stop = hedge.on('hedge', () => {
      throw new Error('of the listener');
    });
    expect(await after(150, call([[900], [50]]))).toBe('answer of 2');
    expect(thrown).toEqual([new Error('of the listener')]);
    stop();
    await after(20_000, call([[1]]));
    expect(
      await after(
        300,
        call([
          [150, RESET],
          [200, httpError(429, 1)],
        ]),
      ),
    ).toBe('Error: answered 429');
    expect(thrown.slice(1)).toEqual([new Error('of classify'), new Error('of classify')]);
  });

  test('change for new calls', async () => {
    const { after, call, clock, hedge, sentAt } = playHedge();
    const ended = call([[900], [50]]);
    hedge.configure({ delayMs: 300 });
    await after(150, ended);
    expect(sentAt).toEqual([0, 100]);
    await clock.advance(20_000);
    await after(350, call([[900], [50]]));
    expect(sentAt).toEqual([20_150, 20_450]);
    expect(() => {
      hedge.configure({ delayMs: 1, quantile: 0 });
    }).toThrow(RangeError);
    expect(hedge.delayMs()).toBe(300);
  });

  test.each([
    [{ delayMs: -1 }, 'delayMs must be a number of at least 0, not -1'],
    [{ delayMs: Infinity }, 'delayMs must be a number of at least 0, not Infinity'],
    [{ quantile: 0 }, 'quantile must be a number over 0 and at most 1, not 0'],
    [{ quantile: 1.01 }, 'quantile must be a number over 0 and at most 1, not 1.01'],
    [{ leastSamples: 0 }, 'leastSamples must be a whole number of at least 1, not 0'],
    [{ windowMs: 0 }, 'windowMs must be a number over 0, not 0'],
    [{ budget: { floor: -1 } }, 'budget.floor must be a whole number of at least 0, not -1'],
  ])('%j is refused at once', (options, message) => {
    expect(() => createHedge(options)).toThrow(new RangeError(message));
  });

  test('none are needed', async () => {
    const hedge = createHedge();
    expect(hedge.delayMs()).toBeNull();
    expect(await hedge.execute(() => 'answer')).toBe('answer');
  });
});
