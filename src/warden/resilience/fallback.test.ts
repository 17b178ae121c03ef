import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Answer } from './answer.ts';
import type { CallContext } from './call.ts';
import { createFallback, type FallbackCallOptions } from './fallback.ts';
import type { FallbackOptions, FallbackStep } from './fallback-options.ts';

const hang = (): Promise<string> => new Promise(() => {});
const fails = (text: string) => (): never => {
  throw new Error(text);
};
const old: Answer<string> = { value: 'old', freshness: 'stale', ageMs: 42, source: 'a cache' };

const play = (steps: FallbackStep<string>[], options: Partial<FallbackOptions<string>> = {}) => {
  const clock = new FakeClock();
  const chain = createFallback<string>({ steps, clock, ...options });
  const ask = (call?: FallbackCallOptions): Promise<unknown> =>
    chain.execute(undefined, call).then(
      (answer) => ({ ...answer, at: clock.monotonic() }),
      (error: unknown) => `${String(error)} at ${clock.monotonic()}`,
    );
  return { clock, chain, ask };
};

describe('who answers', () => {
  test('the first that can, and is named', async () => {
    const { ask, chain } = play([
      { source: 'api', run: () => 'new' },
      { source: 'history', run: fails('not asked') },
    ]);
    expect(await ask()).toEqual({
      value: 'new',
      freshness: 'fresh',
      ageMs: 0,
      source: 'api',
      failures: [],
      at: 0,
    });
    expect(chain.stats()).toEqual({
      steps: [
        { source: 'api', answers: 1, failures: 0 },
        { source: 'history', answers: 0, failures: 0 },
      ],
      unavailable: 0,
    });
  });

  test('the next one where it fails, at once or later; one that answers with an age keeps it', async () => {
    const { ask, chain, clock } = play([
      { source: 'api', run: fails('down') },
      {
        source: 'other endpoint',
        run: async ({ signal }) => {
          await clock.sleep(100, signal);
          throw new Error('down too');
        },
      },
      { source: 'nothing', answer: () => undefined },
      { source: 'cache', answer: async () => old },
    ]);
    const answer = ask();
    await clock.advance(100);
    expect(await answer).toEqual({
      value: 'old',
      freshness: 'stale',
      ageMs: 42,
      source: 'cache',
      failures: [
        { source: 'api', error: new Error('down'), durationMs: 0 },
        { source: 'other endpoint', error: new Error('down too'), durationMs: 100 },
        { source: 'nothing', error: new Error('has nothing'), durationMs: 0 },
      ],
      at: 100,
    });
    expect(chain.stats().steps.map(({ answers, failures }) => [answers, failures])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 0],
    ]);
  });

  test('a value that took its time is as old', async () => {
    const { ask, clock } = play([{ source: 'api', run: () => clock.sleep(70).then(() => 'new') }]);
    await clock.advance(5);
    const answer = ask();
    await clock.advance(70);
    expect(await answer).toMatchObject({ freshness: 'fresh', ageMs: 70 });
  });

  test('nobody: each cause is told, in the order of the steps', async () => {
    const { ask, chain, clock } = play([
      { source: 'api', run: hang },
      { source: 'cache', answer: () => undefined },
      { source: 'history', run: fails('disk') },
    ]);
    const answer = ask();
    await clock.advance(10_000);
    expect(await answer).toBe(
      `UnavailableError: nothing answered: api took longer than ${10_000 - 2 * (10_000 / 6)} ms; cache: has nothing; history: disk at ${10_000 - 2 * (10_000 / 6)}`,
    );
    expect(chain.stats().unavailable).toBe(1);
    await expect(
      createFallback<string>({ steps: [{ source: 'one', run: fails('x') }] }).execute(),
    ).rejects.toMatchObject({ failures: [{ source: 'one', error: new Error('x') }] });
  });

  test('the request reaches the steps', async () => {
    const chain = createFallback<string, string>({
      steps: [
        { source: 'a', answer: (_, mint) => (mint === 'known' ? old : undefined) },
        { source: 'b', run: (_, mint) => `about ${mint}` },
      ],
    });
    expect((await chain.execute('known')).source).toBe('a');
    expect((await chain.execute('new')).value).toBe('about new');
  });

  test('a failure that settles the matter is not fallen back on', async () => {
    const { ask, chain } = play(
      [
        { source: 'api', run: fails('no such token') },
        { source: 'cache', answer: () => old },
      ],
      { fallsBackOn: (error, source) => !(source === 'api' && String(error).includes('no such')) },
    );
    expect(await ask()).toBe('Error: no such token at 0');
    expect(chain.stats()).toMatchObject({ steps: [{ failures: 1 }, { answers: 0 }], unavailable: 0 });
  });
});

describe('the time', () => {
  const hanging = (source: string, needsMs?: number): FallbackStep<string> => ({
    source,
    run: hang,
    ...(needsMs === undefined ? {} : { needsMs }),
  });

  test('a step that hangs is aborted in time for the rest', async () => {
    const signals: AbortSignal[] = [];
    const { ask, clock } = play([
      {
        source: 'api',
        run: (context) => {
          signals.push(context.signal);
          expect(context.remainingMs()).toBe(7_000);
          return hang();
        },
      },
      { source: 'other', run: hang, needsMs: 2_500 },
      { source: 'history', needsMs: 500, run: () => clock.sleep(400).then(() => 'kept') },
    ]);
    const answer = ask();
    await clock.advance(6_999);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
    await clock.advance(3_000);
    expect(await answer).toMatchObject({ value: 'kept', source: 'history', at: 9_900 });
  });

  test('all that hang end with the limit', async () => {
    const { ask, clock } = play([hanging('a'), hanging('b'), hanging('c'), hanging('d')]);
    const answer = ask();
    await clock.advance(10_000);
    expect(await answer).toBe(
      'UnavailableError: nothing answered: a took longer than 6250 ms; b took longer than 1250 ms; c took longer than 1250 ms; d took longer than 1250 ms at 10000',
    );
    expect(clock.pending).toBe(0);
  });

  test('what a step leaves goes to the next one', async () => {
    const { ask, clock } = play([
      { source: 'a', run: fails('at once') },
      hanging('b', 1_000),
      { source: 'c', run: fails('x'), needsMs: 3_000 },
    ]);
    const answer = ask();
    await clock.advance(10_000);
    expect(await answer).toMatch(/b took longer than 7000 ms; c: x at 7000$/);
  });

  test('a deadline of the caller shortens all shares alike', async () => {
    const { ask, clock } = play([hanging('a'), hanging('b', 2_000), hanging('c', 4_000)]);
    const within: CallContext = {
      signal: new AbortController().signal,
      attempt: 1,
      remainingMs: () => 1_000,
    };
    for (const call of [{ deadlineMs: 1_000 }, { within }, { within, deadlineMs: 5_000 }]) {
      const startedMs = clock.monotonic();
      const answer = ask(call);
      await clock.advance(1_000);
      expect(await answer).toBe(
        `UnavailableError: nothing answered: a took longer than 400 ms; b took longer than 200 ms; c took longer than 400 ms at ${startedMs + 1_000}`,
      );
    }
  });

  test('a limit set later holds from the next request on', async () => {
    const { ask, chain, clock } = play([hanging('a')]);
    const before = ask();
    chain.configure({ limitMs: 100 });
    const after = ask();
    await clock.advance(10_000);
    expect(await Promise.all([before, after])).toEqual([
      expect.stringMatching(/10000 ms at 10000$/),
      expect.stringMatching(/100 ms at 100$/),
    ]);
    expect(() => chain.configure({ limitMs: 0 })).toThrow('limitMs must be a finite number above 0, not 0');
    chain.configure({});
    const again = ask();
    await clock.advance(100);
    expect(await again).toMatch(/100 ms at 10100$/);
  });

  test('none left: the steps that are left are not run', async () => {
    let ran = 0;
    const { ask } = play([{ source: 'a', run: () => `${++ran}` }]);
    expect(await ask({ deadlineMs: 0, what: 'GET /x' })).toBe(
      'UnavailableError: nothing answered: a: GET /x took longer than 0 ms at 0',
    );
    expect(ran).toBe(0);
  });

  test('none left: a step that needs none is asked all the same', async () => {
    const { ask, clock } = play([
      hanging('api'),
      { source: 'cache', needsMs: 0, answer: async () => old },
      { source: 'history', run: fails('not asked') },
    ]);
    expect(await ask({ deadlineMs: 0 })).toMatchObject({ source: 'cache', at: 0 });
    const late = ask({ deadlineMs: 600 });
    await clock.advance(600);
    expect(await late).toMatchObject({ source: 'cache', value: 'old', at: 500 });
    const { ask: askSlow, clock: time } = play([hanging('api'), hanging('cache', 0)]);
    const nobody = askSlow();
    await time.advance(10_000);
    expect(await nobody).toMatch(/api took longer than 10000 ms; cache took longer than 0 ms at 10000$/);
    expect(time.pending).toBe(0);
  });
});

describe('a caller that aborts', () => {
  test('ends all at once, which is no reason to fall back', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const asked: string[] = [];
    const { ask, chain, clock } = play([
      {
        source: 'api',
        run: ({ signal }) => {
          signals.push(signal);
          return hang();
        },
      },
      { source: 'cache', run: () => String(asked.push('cache')) },
    ]);
    const answer = ask({ signal: controller.signal, what: 'GET /x' });
    await clock.advance(5);
    controller.abort(new Error('bye'));
    expect(await answer).toBe('AbortedError: GET /x was aborted at 5');
    expect(signals[0]?.aborted).toBe(true);
    expect(asked).toEqual([]);
    expect(chain.stats()).toMatchObject({ steps: [{ failures: 0 }, { answers: 0 }], unavailable: 0 });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('before the begin never runs a step', async () => {
    const asked: string[] = [];
    const { ask } = play([{ source: 'api', run: () => String(asked.push('api')) }]);
    const gone: CallContext = { signal: AbortSignal.abort(), attempt: 1, remainingMs: () => 9 };
    expect(await ask({ signal: AbortSignal.abort() })).toBe('AbortedError: the request was aborted at 0');
    expect(await ask({ within: gone })).toBe('AbortedError: the request was aborted at 0');
    expect(asked).toEqual([]);
  });

  test('but a step that aborts by itself has failed like any other', async () => {
    const { ask } = play([
      { source: 'api', run: () => Promise.reject(new DOMException('mine', 'AbortError')) },
      { source: 'cache', answer: () => old },
    ]);
    expect(await ask()).toMatchObject({ value: 'old', source: 'cache' });
  });
});

test('late results of a step that was left behind harm nobody', async () => {
  let failLate: (error: unknown) => void = () => {};
  const { ask, clock } = play([
    {
      source: 'api',
      run: () =>
        new Promise((_, reject) => {
          failLate = reject;
        }),
    },
    { source: 'cache', answer: () => old },
  ]);
  const answer = ask();
  await clock.advance(10_000);
  failLate(new Error('late'));
  expect(await answer).toMatchObject({ source: 'cache' });
  await clock.settle();
});

test.each<[string, Partial<FallbackOptions<string>>, string]>([
  ['no steps', { steps: [] }, 'steps must name at least one, not none'],
  [
    'two of one name',
    {
      steps: [
        { source: 'a', run: hang },
        { source: 'b', run: hang },
        { source: 'a', run: hang },
      ],
    },
    'steps must have sources of their own, not "a" twice',
  ],
  ['no limit', { limitMs: Infinity }, 'limitMs must be a finite number above 0, not Infinity'],
  ['no number', { limitMs: NaN }, 'limitMs must be a finite number above 0, not NaN'],
  [
    'a negative need',
    { steps: [{ source: 'a', run: hang, needsMs: -1 }] },
    'needsMs of a must be a number of at least 0, not -1',
  ],
  [
    'needs over the limit',
    {
      limitMs: 99,
      steps: [
        { source: 'a', run: hang, needsMs: 50 },
        { source: 'b', run: hang, needsMs: 50 },
      ],
    },
    'limitMs must be at least the 100 ms that the steps need, not 99',
  ],
])('a chain with %s is refused', (_, options, message) => {
  expect(() => createFallback<string>({ steps: [{ source: 'a', run: hang }], ...options })).toThrow(
    new RangeError(message),
  );
});
