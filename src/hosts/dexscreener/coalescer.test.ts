import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createCoalescer, type Coalescer } from './coalescer.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly coalescer: Coalescer<string>;
  /** What was asked for, in order; each is answered by hand. */
  readonly asked: { readonly keys: readonly string[]; answer(): void; fail(message: string): void }[];
}

function bench(): Bench {
  const clock = new FakeClock();
  const asked: Bench['asked'] = [];
  const coalescer = createCoalescer<string>({
    clock,
    waitMs: 200,
    batchSize: 30,
    load: (keys) =>
      new Promise((resolve, reject) => {
        asked.push({
          keys,
          answer: () => {
            resolve(new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, `${key}!`])));
          },
          fail: (message) => {
            reject(new Error(message));
          },
        });
      }),
  });
  return { clock, coalescer, asked };
}

const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `k${from + index}`);
const sizes = (asked: Bench['asked']): number[] => asked.map((request) => request.keys.length);

/** Settles into a word, so that a promise can be looked at without waiting for it. */
function watch<T>(work: Promise<T>): { state: string; value: T | undefined } {
  const seen: { state: string; value: T | undefined } = { state: 'pending', value: undefined };
  work.then(
    (value) => {
      seen.state = 'done';
      seen.value = value;
    },
    (error: unknown) => {
      seen.state = error instanceof Error ? error.message : 'thrown';
    },
  );
  return seen;
}

describe('coalescer', () => {
  it('joins what is asked within 200 ms of the first', async () => {
    const { clock, coalescer, asked } = bench();
    const first = watch(coalescer.load(['a', 'b']));
    await clock.advance(150);
    const second = watch(coalescer.load(['c', 'unknown']));
    await clock.advance(49);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked.map((request) => request.keys)).toEqual([['a', 'b', 'c', 'unknown']]);
    asked[0]?.answer();
    await clock.settle();
    expect(first.value).toEqual(
      new Map([
        ['a', 'a!'],
        ['b', 'b!'],
      ]),
    );
    expect(second.value).toEqual(new Map([['c', 'c!']]));
    await clock.advance(1_000);
    expect(asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('a full batch goes out at once, and the next one has its own 200 ms', async () => {
    const { clock, coalescer, asked } = bench();
    void coalescer.load(keys(0, 29));
    await clock.advance(100);
    expect(asked).toEqual([]);
    void coalescer.load(keys(29, 31));
    await clock.settle();
    expect(asked.map((request) => request.keys)).toEqual([keys(0, 30)]);
    await clock.advance(199);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(asked[1]?.keys).toEqual(['k30']);
  });

  it('more than 30 keys are several batches in one answer', async () => {
    const { clock, coalescer, asked } = bench();
    const all = watch(coalescer.load(keys(0, 65)));
    await clock.settle();
    expect(sizes(asked)).toEqual([30, 30]);
    await clock.advance(200);
    expect(sizes(asked)).toEqual([30, 30, 5]);
    expect(asked.flatMap((request) => request.keys)).toEqual(keys(0, 65));
    asked[0]?.answer();
    asked[2]?.answer();
    await clock.settle();
    expect(all.state).toBe('pending');
    asked[1]?.answer();
    await clock.settle();
    expect([...(all.value?.keys() ?? [])].sort()).toEqual(keys(0, 65).sort());
  });

  it('a key that is waiting or being read is not read again', async () => {
    const { clock, coalescer, asked } = bench();
    const readers = [watch(coalescer.load(['a', 'a'])), watch(coalescer.load(['a']))];
    await clock.advance(200);
    readers.push(watch(coalescer.load(['a', 'b'])));
    await clock.advance(200);
    expect(asked.map((request) => request.keys)).toEqual([['a'], ['b']]);
    asked[0]?.answer();
    asked[1]?.answer();
    await clock.settle();
    expect(readers.map(({ value }) => value?.get('a'))).toEqual(['a!', 'a!', 'a!']);
    void coalescer.load(['a']);
    await clock.advance(200);
    expect(asked[2]?.keys, 'what has been read may be read anew').toEqual(['a']);
  });

  it('a batch that fails rejects its own keys and no others, and they can be asked again', async () => {
    const { clock, coalescer, asked } = bench();
    const good = watch(coalescer.load(keys(0, 30)));
    const bad = watch(coalescer.load(keys(30, 60)));
    const both = watch(coalescer.load(['k0', 'k59']));
    await clock.settle();
    asked[1]?.fail('reset');
    asked[0]?.answer();
    await clock.settle();
    expect([good.state, bad.state, both.state]).toEqual(['done', 'reset', 'reset']);
    expect(good.value?.size).toBe(30);
    const again = watch(coalescer.load(['k59']));
    await clock.advance(200);
    asked[2]?.answer();
    await clock.settle();
    expect(again.value).toEqual(new Map([['k59', 'k59!']]));
  });

  it('who gives up does not disturb the others', async () => {
    const { clock, coalescer, asked } = bench();
    const controller = new AbortController();
    const gone = watch(coalescer.load(['a', 'b'], controller.signal));
    const stays = watch(coalescer.load(['a', 'c']));
    await clock.advance(200);
    controller.abort(new Error('enough'));
    await clock.settle();
    expect([gone.state, stays.state]).toEqual(['a batch read was aborted', 'pending']);
    asked[0]?.answer();
    await clock.settle();
    expect(stays.value).toEqual(
      new Map([
        ['a', 'a!'],
        ['c', 'c!'],
      ]),
    );
  });

  it('a failure that nobody waits for any more is no unhandled rejection', async () => {
    const { clock, coalescer, asked } = bench();
    const controller = new AbortController();
    const gone = watch(coalescer.load(['a'], controller.signal));
    await clock.advance(200);
    controller.abort();
    await clock.settle();
    // Vitest fails a run with an unhandled rejection.
    asked[0]?.fail('late');
    await clock.settle();
    expect(gone.state).toBe('a batch read was aborted');
  });

  it('an empty read asks nothing', async () => {
    const { clock, coalescer, asked } = bench();
    const none = watch(coalescer.load([]));
    await clock.advance(400);
    expect(none.value).toEqual(new Map());
    expect(asked).toEqual([]);
  });
});
