import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { MetricFamily } from './family.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { PROMETHEUS_CONTENT_TYPE, toPrometheus } from './prometheus.ts';
import { parseExposition, type ParsedFamily } from './testing/parse-exposition.ts';

/** What is printed of them: all but unit and window. */
const printed = (families: readonly MetricFamily[]): ParsedFamily[] =>
  families.map(({ name, kind, help, series }) => ({
    name,
    kind,
    help,
    series: series.map((one) => {
      if ('value' in one) return { labels: { ...one.labels }, value: one.value };
      const { count, sum, buckets } = one.histogram;
      return { labels: { ...one.labels }, histogram: { count, sum, buckets: [...buckets] } };
    }),
  }));

const NASTY = 'a"b\\c\nd\\n {x="y"},\t ü 🌙 \u2028\u0000 \ud800';

function nastyMetrics(): Metrics {
  const metrics = createMetrics({ clock: new FakeClock() });
  metrics.counter({ name: 'plain_total', help: 'Back\\slash, "quotes"\nand a new line.' }).inc(2 ** 53);
  const labelled = metrics.counter({ name: 'nasty_total', help: 'x', labels: ['text', 'constructor'] });
  labelled.inc({ text: NASTY, constructor: '' }, 1e21);
  labelled.inc({ text: '', constructor: '__proto__' }, 2 ** 53 + 2);
  metrics.gauge({ name: 'level', help: 'x' }).set(-1.5e-300);
  metrics.gauge({ name: 'unset', help: 'x' });
  const spread = metrics.histogram({
    name: 'wait_seconds',
    help: 'x',
    labels: ['q'],
    buckets: [0, 0.1, 1, 1e6],
  });
  for (const value of [0, 0.1, 0.11, 2, 1e9]) spread.observe({ q: NASTY }, value);
  return metrics;
}

test('prints what the format says, to the letter', () => {
  const metrics = createMetrics({ clock: new FakeClock() });
  metrics
    .counter({ name: 'jobs_total', help: 'Jobs\\that\nended.', labels: ['how'] })
    .inc({ how: 'a "b"\\\n' }, 3);
  metrics.gauge({ name: 'level', help: 'Level.' }).set(0.5);
  const spread = metrics.histogram({ name: 'size_bytes', help: 'Sizes.', buckets: [1, 10], labels: ['of'] });
  for (const value of [1, 2, 11]) spread.observe({ of: 'x' }, value);
  metrics.histogram({ name: 'empty', help: 'Nothing yet.', buckets: [1] });
  expect(toPrometheus(metrics.collect())).toBe(
    [
      '# HELP jobs_total Jobs\\\\that\\nended.',
      '# TYPE jobs_total counter',
      'jobs_total{how="a \\"b\\"\\\\\\n"} 3',
      '# HELP level Level.',
      '# TYPE level gauge',
      'level 0.5',
      '# HELP size_bytes Sizes.',
      '# TYPE size_bytes histogram',
      'size_bytes_bucket{of="x",le="1"} 1',
      'size_bytes_bucket{of="x",le="10"} 2',
      'size_bytes_bucket{of="x",le="+Inf"} 3',
      'size_bytes_sum{of="x"} 14',
      'size_bytes_count{of="x"} 3',
      '# HELP empty Nothing yet.',
      '# TYPE empty histogram',
      'empty_bucket{le="1"} 0',
      'empty_bucket{le="+Inf"} 0',
      'empty_sum 0',
      'empty_count 0',
      '',
    ].join('\n'),
  );
  expect(toPrometheus([])).toBe('');
  expect(PROMETHEUS_CONTENT_TYPE).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test.each([
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
  [-0, '0'],
  [2 ** 53, '9007199254740992'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
])('prints %s as %s', (value, expected) => {
  const family: MetricFamily = {
    name: 'x',
    kind: 'gauge',
    help: 'x',
    unit: null,
    series: [{ labels: {}, value }],
  };
  expect(toPrometheus([family]).split('\n')[2]).toBe(`x ${expected}`);
});

const promtool = spawnSync('promtool', ['check', 'metrics'], { input: 'x 1\n' }).error === undefined;
const READERS: [string, (text: string) => void][] = [['a strict reader of the format', parseExposition]];
if (promtool)
  READERS.push([
    'promtool',
    (text) => {
      const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text });
      // 3: read, with advice on style.
      expect([0, 3], stderr.toString()).toContain(status);
    },
  ]);

describe.each(READERS)('%s', (_, read) => {
  test('takes the worst of names, labels and numbers', () => {
    read(toPrometheus(nastyMetrics().collect()));
  });
});

test('what is read back is what was collected, also of the worst', () => {
  const collected = nastyMetrics().collect();
  expect(parseExposition(toPrometheus(collected))).toEqual(printed(collected));
  expect(printed(collected)[1]?.series[0]?.labels['text']).toBe(NASTY.replace('\ud800', '\ufffd'));
});

const labelValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'other', '"', '\\', '\n', '\\n', '\ud800', '\udfff', '\ufffd', 'x'.repeat(300)),
);
const amount = fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.constantFrom(0, 1, 2 ** 53, 1e21));
const call = fc.record({
  instrument: fc.constantFrom('counter', 'gauge', 'histogram'),
  a: labelValue,
  b: labelValue,
  amount,
});

test('what is read back is what was collected (property)', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), fc.string({ unit: 'binary' }), (calls, help) => {
      const metrics = createMetrics({ clock: new FakeClock(), maxSeries: 12 });
      const head = { help: `h${Buffer.from(help).toString()}`, labels: ['a', 'b'] } as const;
      const counter = metrics.counter({ ...head, name: 'c_total' });
      const gauge = metrics.gauge({ ...head, name: 'g' });
      const histogram = metrics.histogram({ ...head, name: 'h', buckets: [0, 1e-9, 1, 1e15] });
      for (const { instrument, a, b, amount: value } of calls) {
        if (instrument === 'counter') counter.inc({ a, b }, value);
        else if (instrument === 'gauge') gauge.set({ a, b }, -value);
        else histogram.observe({ a, b }, value);
      }
      const collected = metrics.collect();
      // As bytes, for that is how it travels.
      const text = Buffer.from(toPrometheus(collected), 'utf8').toString('utf8');
      expect(parseExposition(text)).toEqual(printed(collected));
      for (const { series } of collected) expect(series.length).toBeLessThanOrEqual(13);
    }),
    { numRuns: inject('propertyRuns') || 300 },
  );
});
