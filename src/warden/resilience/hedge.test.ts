import { describe, expect, test } from 'vitest';
import { AbortedError } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';
import { playHedge, type HedgePlay } from './testing/play-hedge.ts';
import { httpError, listenersOf, refusal, systemError } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const UNAVAILABLE = httpError(503);

describe('one call', () => {
  test.each<[string, HedgePlay[], number, string, number[], string[]]>([
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
  test.each<[string, HedgePlay[], number, number[]]>([
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
