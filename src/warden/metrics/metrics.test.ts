// Over 350 lines because the instruments share what a registry promises, and are tested against it side by side.
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { MetricFamily } from './family.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Overflow, ReadFailure } from './options.ts';

const seriesOf = (metrics: Metrics, name: string): MetricFamily['series'] | undefined =>
  metrics.collect().find((family) => family.name === name)?.series;
const valueOf = (metrics: Metrics, name: string): unknown => seriesOf(metrics, name)?.[0];

const NO_NUMBERS = [NaN, Infinity, '5', null, 5n, true] as const;

describe('a counter', () => {
  test('begins at 0 and adds', () => {
    const metrics = createMetrics();
    const counter = metrics.counter({ name: 'x_total', help: 'Help.' });
    expect(valueOf(metrics, 'x_total')).toEqual({ labels: {}, value: 0 });
    counter.inc();
    counter.inc(0);
    counter.inc(2.5);
    expect(valueOf(metrics, 'x_total')).toEqual({ labels: {}, value: 3.5 });
    counter.inc(2 ** 53);
    expect(valueOf(metrics, 'x_total')).toEqual({ labels: {}, value: 2 ** 53 + 4 });
  });

  test('counts by labels, and through a bound child that is kept', () => {
    const metrics = createMetrics();
    const counter = metrics.counter({ name: 'x_total', help: 'Help.', labels: ['a', 'b'] });
    expect(seriesOf(metrics, 'x_total')).toEqual([]);
    const child = counter.with({ a: '1', b: '2' });
    child.inc(3);
    counter.inc({ a: '1', b: '2' });
    counter.inc({ b: '1', a: '1' }, 7);
    child.inc();
    expect(counter.with({ b: '2', a: '1' })).toBe(child);
    expect(seriesOf(metrics, 'x_total')).toEqual([
      { labels: { a: '1', b: '2' }, value: 5 },
      { labels: { a: '1', b: '1' }, value: 7 },
    ]);
  });

  test.each([...NO_NUMBERS, -1, -Infinity, -5e-324])('refuses %s and keeps what it has', (value) => {
    const metrics = createMetrics();
    const plain = metrics.counter({ name: 'x_total', help: 'Help.' });
    const labelled = metrics.counter({ name: 'y_total', help: 'Help.', labels: ['a'] });
    plain.inc(2);
    labelled.inc({ a: '' }, 2);
    const message = (name: string): string =>
      `${name}: a counter takes a number from 0 on, not ${String(value)}`;
    expect(() => plain.inc(value as never)).toThrow(new RangeError(message('x_total')));
    expect(() => labelled.inc({ a: '' }, value as never)).toThrow(new RangeError(message('y_total')));
    expect([valueOf(metrics, 'x_total'), valueOf(metrics, 'y_total')]).toEqual([
      { labels: {}, value: 2 },
      { labels: { a: '' }, value: 2 },
    ]);
  });
});

describe('a gauge', () => {
  test('has no value until it has one, and none when it is not known any more', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'x', help: 'Help.' });
    const found: unknown[] = [];
    const look = (): unknown => found.push(seriesOf(metrics, 'x'));
    look();
    gauge.set(-2.5);
    look();
    gauge.inc();
    gauge.dec(0.5);
    look();
    gauge.set(null);
    look();
    gauge.dec();
    look();
    gauge.set(-0);
    look();
    const series = (value: number): unknown => [{ labels: {}, value }];
    expect(found).toEqual([[], series(-2.5), series(-2), [], series(-1), series(0)]);
  });

  test('is set by labels', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'x', help: 'Help.', labels: ['a'] });
    gauge.set({ a: '1' }, 5);
    gauge.inc({ a: '1' }, 2);
    gauge.dec({ a: '1' });
    gauge.inc({ a: '2' });
    gauge.with({ a: '3' }).set(9);
    gauge.dec({ a: '4' }, 3);
    gauge.set({ a: '5' }, null);
    expect(seriesOf(metrics, 'x')).toEqual([
      { labels: { a: '1' }, value: 6 },
      { labels: { a: '2' }, value: 1 },
      { labels: { a: '3' }, value: 9 },
      { labels: { a: '4' }, value: -3 },
    ]);
  });

  test.each(NO_NUMBERS.filter((value) => value !== null))('refuses %s and keeps what it has', (value) => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'x', help: 'Help.' });
    for (const expected of [[], [{ labels: {}, value: 1 }]]) {
      for (const call of ['set', 'inc', 'dec'] as const)
        expect(() => gauge[call](value as never)).toThrow(
          new RangeError(`x: a gauge takes a finite number, not ${String(value)}`),
        );
      expect(seriesOf(metrics, 'x')).toEqual(expected);
      gauge.set(1);
    }
  });
});

describe('what is read when it is collected', () => {
  test('is read once each time, and not between', () => {
    const metrics = createMetrics();
    let reads = 0;
    metrics.gauge({ name: 'x', help: 'Help.', collect: () => (reads += 1) });
    metrics.counter({ name: 'y_total', help: 'Help.', collect: () => 10 * reads });
    expect([valueOf(metrics, 'x'), reads]).toEqual([{ labels: {}, value: 1 }, 1]);
    expect(valueOf(metrics, 'y_total')).toEqual({ labels: {}, value: 20 });
  });

  test('may be unknown, and ends when asked', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'x', help: 'Help.', labels: ['a'] });
    let value: number | null = null;
    const child = gauge.with({ a: '1' });
    const stop = child.readFrom(() => value);
    child.set(5);
    expect(seriesOf(metrics, 'x')).toEqual([]);
    value = -0;
    expect(valueOf(metrics, 'x')).toEqual({ labels: { a: '1' }, value: 0 });
    const stopNewer = child.readFrom(() => 8);
    stop();
    expect(valueOf(metrics, 'x')).toEqual({ labels: { a: '1' }, value: 8 });
    stopNewer();
    expect(valueOf(metrics, 'x')).toEqual({ labels: { a: '1' }, value: 5 });
  });

  test('what throws or gives no value is told once, and costs that series alone', () => {
    const failures: ReadFailure[] = [];
    const metrics = createMetrics({
      onReadFailure: (failure) => {
        failures.push(failure);
        throw new Error('a listener that throws');
      },
    });
    const gauge = metrics.gauge({ name: 'x', help: 'Help.', labels: ['a'] });
    const trouble = new Error('trouble');
    let bad = true;
    gauge.with({ a: 'throws' }).readFrom(() => {
      if (bad) throw trouble;
      return 1;
    });
    gauge.with({ a: 'no number' }).readFrom(() => (bad ? NaN : 2));
    gauge.with({ a: 'works' }).readFrom(() => 3);
    const falling = metrics.counter({ name: 'y_total', help: 'Help.', labels: ['a'] });
    falling.with({ a: 'b' }).readFrom(() => (bad ? -1 : 4));
    const values = (): unknown =>
      metrics.collect().flatMap(({ series }) => series.map((one) => ('value' in one ? one.value : null)));
    expect([values(), values()]).toEqual([[3], [3]]);
    expect(failures).toEqual([
      { instrument: 'x', labels: { a: 'throws' }, error: trouble },
      {
        instrument: 'x',
        labels: { a: 'no number' },
        error: new RangeError('x: a gauge takes a finite number, not NaN'),
      },
      {
        instrument: 'y_total',
        labels: { a: 'b' },
        error: new RangeError('y_total: a counter takes a number from 0 on, not -1'),
      },
    ]);
    bad = false;
    expect(values()).toEqual([1, 2, 3, 4]);
    bad = true;
    expect(values()).toEqual([3]);
    expect(failures).toHaveLength(6);
  });

  test('a reader that declares instruments does not make collecting endless', () => {
    const metrics = createMetrics();
    let declared = 0;
    const declareNext = (): number => {
      declared += 1;
      metrics.gauge({ name: `x_${declared}`, help: 'Help.', collect: declareNext });
      return declared;
    };
    metrics.gauge({ name: 'x', help: 'Help.', collect: declareNext });
    expect(metrics.collect()).toHaveLength(1);
    expect(metrics.collect()).toHaveLength(2);
  });
});

describe('a histogram', () => {
  test('counts into buckets since the start, and figures of its window', async () => {
    const clock = new FakeClock();
    const metrics = createMetrics({ clock });
    const options = {
      name: 'x_seconds',
      help: 'Help.',
      unit: 'seconds',
      buckets: [0, 0.5, 1],
      windowMs: 6_000,
    };
    const histogram = metrics.histogram(options);
    for (const value of [0, 0.5, 0.51, 1, 3]) histogram.observe(value);
    await clock.advance(5_999);
    const before = metrics.collect();
    const buckets = [
      { le: 0, count: 1 },
      { le: 0.5, count: 2 },
      { le: 1, count: 4 },
    ];
    expect(before).toEqual([
      {
        name: 'x_seconds',
        kind: 'histogram',
        help: 'Help.',
        unit: 'seconds',
        series: [
          {
            labels: {},
            histogram: {
              count: 5,
              sum: 5.01,
              buckets,
              window: { windowMs: 6_000, count: 5, sum: 5.01, min: 0, max: 3, p50: 0.515625, p95: 3, p99: 3 },
            },
          },
        ],
      },
    ]);
    await clock.advance(1);
    histogram.observe(0.25);
    expect(valueOf(metrics, 'x_seconds')).toMatchObject({
      histogram: {
        count: 6,
        sum: 5.26,
        window: { count: 1, sum: 0.25, min: 0.25, max: 0.25, p50: 0.25, p99: 0.25 },
      },
    });
    expect(before[0]?.series[0], 'what was collected changes no more').toMatchObject({
      histogram: { count: 5, buckets },
    });
  });

  test('tells its labels apart', () => {
    const metrics = createMetrics();
    const histogram = metrics.histogram({ name: 'x', help: 'Help.', labels: ['a'] });
    histogram.observe({ a: '1' }, 1);
    histogram.with({ a: '2' }).observe(2);
    histogram.observe({ a: '1' }, 3);
    expect(seriesOf(metrics, 'x')).toMatchObject([
      { labels: { a: '1' }, histogram: { count: 2, sum: 4 } },
      { labels: { a: '2' }, histogram: { count: 1, sum: 2 } },
    ]);
  });

  test.each([...NO_NUMBERS, -1, -5e-324])('refuses %s and keeps what it has', (value) => {
    const metrics = createMetrics();
    const histogram = metrics.histogram({ name: 'x', help: 'Help.' });
    expect(() => histogram.observe(value as never)).toThrow(
      new RangeError(`x: a histogram takes numbers from 0 on, not ${String(value)}`),
    );
    expect(valueOf(metrics, 'x')).toMatchObject({ histogram: { count: 0, window: { count: 0 } } });
  });

  test.each([
    [{ buckets: [] }, 'x: buckets must be a list of 1 to 100 limits'],
    [{ buckets: Array.from({ length: 101 }, (_, n) => n) }, 'x: buckets must be a list of 1 to 100 limits'],
    [{ buckets: 'abc' }, 'x: buckets must be a list of 1 to 100 limits'],
    [{ buckets: [1, 1] }, 'x: buckets must be finite, from 0 on, and rise, not [1,1]'],
    [{ buckets: [2, 1] }, 'x: buckets must be finite, from 0 on, and rise, not [2,1]'],
    [{ buckets: [-1, 1] }, 'x: buckets must be finite, from 0 on, and rise, not [-1,1]'],
    [{ buckets: [1, Infinity] }, 'x: buckets must be finite, from 0 on, and rise, not [1,null]'],
    [{ buckets: ['1'] }, 'x: buckets must be finite, from 0 on, and rise, not ["1"]'],
    [{ buckets: [0] }, 'x: buckets must hold more than 0'],
    [{ windowMs: 999 }, 'x: windowMs must be from 1000 to 86400000, not 999'],
    [{ windowMs: 86_400_001 }, 'x: windowMs must be from 1000 to 86400000, not 86400001'],
    [{ windowMs: NaN }, 'x: windowMs must be from 1000 to 86400000, not NaN'],
  ])('%j is refused', (options, message) => {
    const declare = (): unknown =>
      createMetrics().histogram({ name: 'x', help: 'Help.', ...(options as { buckets: number[] }) });
    expect(declare).toThrow(new RangeError(message));
  });

  test.each([
    { buckets: Array.from({ length: 100 }, (_, n) => n) },
    { windowMs: 1_000 },
    { windowMs: 86_400_000 },
  ])('the longest and the shortest are taken', (options) => {
    expect(createMetrics().histogram({ name: 'x', help: 'Help.', ...options })).toBeDefined();
  });
});

describe('the registry', () => {
  const help = 'Help.';

  test('gives the same instrument for the same declaration', () => {
    const metrics = createMetrics();
    const read = (): number => 1;
    const declare = (): unknown[] => [
      metrics.counter({ name: 'a_total', help }),
      metrics.counter({ name: 'b_total', help, labels: ['x', 'y'] }),
      metrics.gauge({ name: 'c', help, collect: read }),
      metrics.histogram({ name: 'd', help, buckets: [1, 2] }),
    ];
    const [first, again] = [declare(), declare()];
    for (const [index, instrument] of first.entries()) expect(again[index]).toBe(instrument);
    expect(metrics.counter({ name: 'b_total', help, labels: ['y', 'x'] })).toBe(first[1]);
    expect(metrics.gauge({ name: 'c', help })).toBe(first[2]);
    expect(metrics.collect().map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['a_total', 'counter', null],
      ['b_total', 'counter', null],
      ['c', 'gauge', null],
      ['d', 'histogram', null],
    ]);
  });

  test.each<[string, (metrics: Metrics) => unknown]>([
    ['its kind was "gauge" and is "histogram" now', (metrics) => metrics.histogram({ name: 'x', help })],
    ['its labels was "none" and is "a" now', (metrics) => metrics.gauge({ name: 'x', help, labels: ['a'] })],
    ['another function reads it', (metrics) => metrics.gauge({ name: 'x', help, collect: () => 2 })],
    [
      'its shape was {"buckets":[1],"windowMs":300000} and is {"buckets":[1],"windowMs":60000} now',
      (metrics) => {
        metrics.histogram({ name: 'x_s', help, buckets: [1] });
        return metrics.histogram({ name: 'x_s', help, buckets: [1], windowMs: 60_000 });
      },
    ],
  ])('refuses another declaration: %s', (why, declare) => {
    const metrics = createMetrics();
    metrics.gauge({ name: 'x', help, collect: () => 1 });
    const name = why.startsWith('its shape') ? 'x_s' : 'x';
    expect(() => declare(metrics)).toThrow(new RangeError(`${name} is declared already: ${why}`));
    expect(valueOf(metrics, 'x')).toEqual({ labels: {}, value: 1 });
  });

  test('a refused declaration leaves nothing behind', () => {
    const metrics = createMetrics();
    expect(() => metrics.gauge({ name: 'x', help: '' })).toThrow('x: help must be a sentence');
    expect(() => metrics.gauge({ name: 'x', help, labels: ['a'], collect: () => 1 } as never)).toThrow(
      new RangeError('x: collect must be a function, of an instrument without labels'),
    );
    expect(() => metrics.gauge({ name: 'x', help, collect: 5 } as never)).toThrow(
      'x: collect must be a function',
    );
    expect(metrics.collect()).toEqual([]);
  });

  test('keeps 100 combinations, or what it is told, and tells of each instrument once', () => {
    const overflows: Overflow[] = [];
    const onOverflow = (overflow: Overflow): void => {
      overflows.push(overflow);
      throw new Error('a listener that throws');
    };
    const metrics = createMetrics({ onOverflow });
    const usual = metrics.counter({ name: 'usual_total', help, labels: ['n'] });
    const own = metrics.histogram({ name: 'own', help, labels: ['n'], maxSeries: 2 });
    for (let n = 0; n < 1_000; n++) {
      usual.inc({ n: String(n) });
      own.observe({ n: String(n) }, 1);
    }
    expect(overflows).toEqual([
      { instrument: 'own', maxSeries: 2, labels: { n: '2' } },
      { instrument: 'usual_total', maxSeries: 100, labels: { n: '100' } },
    ]);
    expect(seriesOf(metrics, 'usual_total')).toHaveLength(101);
    expect(seriesOf(metrics, 'usual_total')?.at(-1)).toEqual({ labels: { n: 'other' }, value: 900 });
    expect(seriesOf(metrics, 'own')).toMatchObject([
      { labels: { n: '0' }, histogram: { count: 1 } },
      { labels: { n: '1' }, histogram: { count: 1 } },
      { labels: { n: 'other' }, histogram: { count: 998 } },
    ]);
    const small = createMetrics({ maxSeries: 1 });
    small.gauge({ name: 'x', help, labels: ['n'] }).set({ n: '1' }, 1);
    small.gauge({ name: 'x', help, labels: ['n'] }).set({ n: '2' }, 2);
    expect(seriesOf(small, 'x')).toEqual([
      { labels: { n: '1' }, value: 1 },
      { labels: { n: 'other' }, value: 2 },
    ]);
  });

  test.each([0, 1.5, 10_001, NaN])('maxSeries %d is refused', (maxSeries) => {
    expect(() => createMetrics({ maxSeries })).toThrow(
      new RangeError(`maxSeries must be a whole number from 1 to 10000, not ${maxSeries}`),
    );
  });
});
