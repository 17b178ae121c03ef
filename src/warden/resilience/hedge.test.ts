import { describe, expect, test } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import { RefusedError, type CallContext, type CallOptions } from './call.ts';
import { createHedge, type Hedge } from './hedge.ts';
import type { HedgeOptions } from './hedge-options.ts';
import { RetryBudget } from './retry-budget.ts';
import { httpError, listenersOf, systemError } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const UNAVAILABLE = httpError(503);

/** After so many ms: an answer, or what is thrown. */
type Play = readonly [tookMs: number, error?: Error];

interface Played {
  readonly clock: FakeClock;
  readonly hedge: Hedge;
  readonly told: string[];
  /** Of the last call: when each request was sent, and with what. */
  readonly sentAt: number[];
  readonly contexts: CallContext[];
  call(plays: readonly Play[], options?: CallOptions): Promise<string>;
  after(ms: number, ended: Promise<string>): Promise<string>;
}

function playHedge(options: HedgeOptions = {}): Played {
  const clock = new FakeClock();
  const hedge = createHedge({ clock, delayMs: 100, name: 'Market', ...options });
  const told: string[] = [];
  const sentAt: number[] = [];
  const contexts: CallContext[] = [];
  hedge.on('hedge', ({ what, afterMs }) => told.push(`hedge ${what} ${afterMs}`));
  hedge.on('hedge_won', ({ what, afterMs }) => told.push(`won ${what} ${afterMs}`));
  return {
    clock,
    hedge,
    told,
    sentAt,
    contexts,
    async call(plays, callOptions) {
      sentAt.length = 0;
      contexts.length = 0;
      try {
        return await hedge.execute(async (context) => {
          const [tookMs, error] = plays[sentAt.length] ?? [0];
          sentAt.push(clock.monotonic());
          contexts.push(context);
          const request = sentAt.length;
          await clock.sleep(tookMs, context.signal);
          if (error) throw error;
          return `answer of ${request}`;
        }, callOptions);
      } catch (error) {
        return String(error);
      }
    },
    async after(ms, ended) {
      await clock.advance(ms);
      return ended;
    },
  };
}

const refusal = (reason: string, retryInMs = 0): RefusedError =>
  new RefusedError({
    dependency: 'Market',
    by: 'quota',
    reason,
    state: 'throttled',
    since: 0,
    nextTryAt: 0,
    retryInMs,
    lastCause: null,
  });

describe('one call', () => {
  test.each<[string, Play[], number, string, number[], string[]]>([
    ['a quick answer', [[99]], 99, 'answer of 1', [0], []],
    ['a failure before the delay is just a failure', [[99, RESET]], 99, 'Error: read ECONNRESET', [0], []],
    ['a slow answer, and a slower one', [[200], [150]], 200, 'answer of 1', [0, 100], ['hedge Market 100']],
    [
      'a slow answer, and a quick one',
      [[900], [50]],
      150,
      'answer of 2',
      [0, 100],
      ['hedge Market 100', 'won Market 150'],
    ],
    [
      'the first fails while the second runs',
      [[150, RESET], [300]],
      400,
      'answer of 2',
      [0, 100],
      ['hedge Market 100', 'won Market 400'],
    ],
    [
      'the second fails while the first runs',
      [[500], [50, RESET]],
      500,
      'answer of 1',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'both fail: the first tells',
      [
        [150, RESET],
        [200, UNAVAILABLE],
      ],
      300,
      'Error: read ECONNRESET',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'both fail, the second first: the first tells',
      [
        [400, RESET],
        [50, UNAVAILABLE],
      ],
      400,
      'Error: read ECONNRESET',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'both fail, and the second asks for a wait',
      [
        [150, RESET],
        [200, httpError(429, 5_000)],
      ],
      300,
      'Error: answered 429',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'both ask for a wait: the longer one',
      [
        [150, httpError(503, 9_000)],
        [200, httpError(429, 5_000)],
      ],
      300,
      'Error: answered 503',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'the second is refused: the failure of the first tells',
      [
        [150, RESET],
        [0, refusal('no quota')],
      ],
      150,
      'Error: read ECONNRESET',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'the second is refused for long: the failure of the first tells',
      [
        [150, RESET],
        [0, refusal('no quota', 9_000)],
      ],
      150,
      'Error: read ECONNRESET',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'the first is refused, late',
      [
        [150, refusal('no quota', 9_000)],
        [0, RESET],
      ],
      150,
      'Error: read ECONNRESET',
      [0, 100],
      ['hedge Market 100'],
    ],
    [
      'both are refused',
      [
        [150, refusal('first')],
        [0, refusal('second')],
      ],
      150,
      'RefusedError: first',
      [0, 100],
      ['hedge Market 100'],
    ],
  ])('%s', async (_, plays, endsAtMs, end, sentAt, told) => {
    const played = playHedge();
    let endedMs: number | undefined;
    const ended = played.call(plays);
    void ended.then(() => (endedMs = played.clock.monotonic()));
    expect(await played.after(10_000, ended)).toBe(end);
    expect([endedMs, played.sentAt, played.told]).toEqual([endsAtMs, sentAt, told]);
    expect(played.clock.pending).toBe(0);
  });

  test('the loser is aborted through its own signal, and the winner is not', async () => {
    const { after, call, contexts } = playHedge();
    await after(1_000, call([[900], [50]], { what: 'GET /x' }));
    const [first, second] = contexts.map(({ signal }) => signal);
    expect([first?.aborted, second?.aborted]).toEqual([true, false]);
    expect(first?.reason).toEqual(new AbortedError('GET /x', 'the other request answered first'));
  });

  test('the events measure from the beginning of the call', async () => {
    const { after, call, clock, told } = playHedge();
    await clock.advance(7_000);
    await after(1_000, call([[900], [50]]));
    expect(told).toEqual(['hedge Market 100', 'won Market 150']);
  });

  test('a loser that does not listen changes nothing any more', async () => {
    const { clock, hedge, told } = playHedge({ leastSamples: 2 });
    let requests = 0;
    const play = async (lateMs: number, error?: Error): Promise<string> => {
      requests += 1;
      if (requests % 2 === 0) return 'second';
      await clock.sleep(lateMs);
      if (error) throw error;
      return 'first';
    };
    for (const error of [undefined, RESET]) {
      const ended = hedge.execute(() => play(900, error));
      await clock.advance(20_000);
      expect(await ended).toBe('second');
    }
    expect(told).toEqual(['hedge Market 100', 'won Market 100', 'hedge Market 100', 'won Market 100']);
    hedge.configure({ delayMs: null, leastSamples: 3 });
    expect(hedge.delayMs()).toBeNull();
  });

  test('a request that failed is not aborted any more', async () => {
    const { after, call, contexts } = playHedge();
    await after(1_000, call([[150, RESET], [200]]));
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });

  test('the requests know their number', async () => {
    const { after, call, contexts } = playHedge({ budget: { floor: 2 } });
    await after(1_000, call([[900], [50]]));
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const within: CallContext = {
      attempt: 3,
      signal: new AbortController().signal,
      remainingMs: () => Infinity,
    };
    await after(1_000, call([[900], [50]], { within }));
    expect(contexts.map(({ attempt }) => attempt)).toEqual([3, 4]);
    expect(contexts.map((context) => context.remainingMs())).toEqual([Infinity, Infinity]);
  });

  test('what is not idempotent is never sent twice', async () => {
    const { after, call, sentAt } = playHedge();
    expect(await after(1_000, call([[900], [50]], { idempotent: false }))).toBe('answer of 1');
    expect(sentAt).toEqual([0]);
  });

  test('work that answers or throws at once', async () => {
    const { clock, hedge } = playHedge();
    expect(await hedge.execute(() => 5)).toBe(5);
    await expect(
      hedge.execute(() => {
        throw RESET;
      }),
    ).rejects.toBe(RESET);
    expect(clock.pending).toBe(0);
  });
});

describe('the caller', () => {
  test.each<[string, Play[], number, number[]]>([
    ['before the second', [[900]], 50, [0]],
    ['while both run', [[900], [900]], 150, [0, 100]],
    ['while only the second runs', [[120, RESET], [900]], 150, [0, 100]],
  ])('cancels %s: both end, nothing stays', async (_, plays, atMs, sentAt) => {
    const played = playHedge();
    const controller = new AbortController();
    const ended = played.call(plays, { signal: controller.signal });
    await played.clock.advance(atMs);
    controller.abort('enough');
    expect(await ended).toBe('AbortedError: Market was aborted');
    expect(played.sentAt).toEqual(sentAt);
    expect(played.contexts.at(-1)?.signal.aborted).toBe(true);
    expect([played.clock.pending, listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  test('who has gone already is not served', async () => {
    const { call, hedge, sentAt } = playHedge({ budget: { ratio: 1, floor: 0 } });
    expect(await call([[1]], { signal: AbortSignal.abort() })).toBe('AbortedError: Market was aborted');
    expect([sentAt, hedge.budget.left(0)]).toEqual([[], 0]);
  });

  test('may set a deadline, which ends both', async () => {
    const { after, call, clock, contexts, sentAt } = playHedge();
    expect(await after(150, call([[900], [900]], { deadlineMs: 150 }))).toBe(
      'TimeoutError: Market took longer than 150 ms',
    );
    expect([sentAt, clock.pending]).toEqual([[0, 100], 0]);
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  test('no second request begins when the process wakes after the deadline', async () => {
    const { after, call, clock, hedge, sentAt, told } = playHedge();
    const within: CallContext = {
      attempt: 1,
      signal: new AbortController().signal,
      remainingMs: () => (clock.monotonic() < 100 ? 1 : 0),
    };
    expect(await after(900, call([[900], [50]], { within }))).toBe('answer of 1');
    expect([sentAt, told, hedge.budget.left(900)]).toEqual([[0], [], 1]);
  });

  test('who cancels when told of the second request stops it', async () => {
    const { after, call, clock, hedge, sentAt } = playHedge();
    const controller = new AbortController();
    hedge.on('hedge', () => {
      controller.abort();
    });
    expect(await after(100, call([[900], [50]], { signal: controller.signal }))).toBe(
      'AbortedError: Market was aborted',
    );
    expect([sentAt, clock.pending]).toEqual([[0], 0]);
  });

  test('who cancels from within the work stops it too', async () => {
    const { clock, hedge } = playHedge();
    const controller = new AbortController();
    const ended = hedge.execute(
      () => {
        controller.abort();
        return new Promise(() => undefined);
      },
      { signal: controller.signal },
    );
    await expect(ended).rejects.toThrow('Market was aborted');
    expect([clock.pending, listenersOf(controller.signal)]).toEqual([0, 0]);
  });
});

describe('the delay', () => {
  const quick = async (
    { call, after }: Played,
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
