import { describe, expect, test } from 'vitest';
import { AbortedError } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';
import { httpError, listenersOf, playRetry, systemError, type Play } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const FORBIDDEN = httpError(403);

describe('the caller’s cancellation', () => {
  test.each<[string, Play[], number, number[]]>([
    ['during the first attempt', ['hang'], 100, [0]],
    ['in a backoff', [RESET, 'answer'], 100, [0]],
    ['in a long wait that was asked for', [httpError(503, 60_000), 'answer'], 59_999, [0]],
    ['during a later attempt', [RESET, 'hang', 'answer'], 700, [0, 500]],
  ])('%s ends the call at once and leaves nothing behind', async (_, plays, atMs, ranAt) => {
    const played = playRetry();
    const controller = new AbortController();
    const ended = played.call(plays, { signal: controller.signal, what: 'GET /x' });
    await played.clock.advance(atMs);
    controller.abort('enough');
    expect(await ended).toBe('AbortedError: GET /x was aborted');
    expect(played.clock.monotonic()).toBe(atMs);
    expect([played.ranAt, played.clock.pending, listenersOf(controller.signal)]).toEqual([ranAt, 0, 0]);
    expect(played.retry.budget?.waiting).toBe(0);
    await played.clock.advance(100_000);
    expect(played.ranAt).toEqual(ranAt);
  });

  test('carries the caller’s reason', async () => {
    const { clock, retry } = playRetry();
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const ended = retry
      .execute(
        ({ signal }) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
        { signal: controller.signal },
      )
      .catch((error: unknown) => error);
    await clock.settle();
    controller.abort('enough');
    const error = await ended;
    expect(error).toEqual(new AbortedError('Market', 'enough'));
    expect((error as Error).cause).toBe('enough');
    expect(signals.map(({ aborted, reason }) => [aborted, reason === error])).toEqual([[true, true]]);
  });

  test('leaves no listener behind after a success or a failure', async () => {
    const { after, call } = playRetry();
    const { signal } = new AbortController();
    await after(9_999, call([RESET, 'answer'], { signal }));
    await after(9_999, call([FORBIDDEN], { signal }));
    await after(9_999, call([10], { signal, deadlineMs: 100 }));
    expect(listenersOf(signal)).toBe(0);
  });

  test('by a listener, in the moment before the backoff, ends it too', async () => {
    const { call, clock, ranAt, retry } = playRetry();
    const controller = new AbortController();
    retry.on('retry', () => {
      controller.abort();
    });
    expect(await call([RESET, 'answer'], { signal: controller.signal })).toBe(
      'AbortedError: Market was aborted',
    );
    expect([ranAt, clock.pending, retry.budget?.waiting]).toEqual([[0], 0, 0]);
  });

  test('by the work itself, while it begins, ends the call', async () => {
    const { clock, retry } = playRetry();
    const controller = new AbortController();
    const ended = retry.execute(
      () => {
        controller.abort();
        return Promise.reject(RESET);
      },
      { signal: controller.signal },
    );
    await expect(ended).rejects.toThrow('Market was aborted');
    expect([clock.pending, listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  test('is what is thrown, whatever the work makes of it, and nobody is told of a failure', async () => {
    const { clock, retry } = playRetry();
    const told: unknown[] = [];
    retry.on('give_up', (event) => told.push(event));
    retry.on('retry', (event) => told.push(event));
    const controller = new AbortController();
    const work = ({ signal }: CallContext): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('work was stopped'));
        });
      });
    const ended = retry.execute(work, { signal: controller.signal });
    await clock.settle();
    controller.abort();
    await expect(ended).rejects.toThrow('Market was aborted');
    expect(told).toEqual([]);
  });
});
