import { describe, expect, test } from 'vitest';
import { checkDeclaration, differenceOf, type InstrumentKind } from './declaration.ts';

const check = (kind: InstrumentKind, options: object): unknown =>
  checkDeclaration(kind, { name: 'x', help: 'Help.', ...options }, 7);

describe('a declaration', () => {
  test('is filled in', () => {
    expect(check('gauge', {})).toEqual({
      kind: 'gauge',
      name: 'x',
      help: 'Help.',
      unit: null,
      labels: [],
      maxSeries: 7,
    });
    expect(
      check('counter', { name: '_a9_bytes_total', unit: 'bytes', labels: ['_a', 'B2', 'le'], maxSeries: 1 }),
    ).toMatchObject({ unit: 'bytes', labels: ['_a', 'B2', 'le'], maxSeries: 1 });
    expect(check('histogram', { name: 'a_b_c', unit: 'b_c' })).toMatchObject({ unit: 'b_c' });
  });

  test.each<[InstrumentKind, object, string]>([
    ['gauge', { name: '9x' }, 'name must be letters, digits and "_" and begin with no digit, not "9x"'],
    ['gauge', { name: '' }, 'name must be letters, digits and "_" and begin with no digit, not ""'],
    ['gauge', { name: 'a:b' }, 'name must be letters, digits and "_" and begin with no digit, not "a:b"'],
    ['gauge', { name: 'a-b' }, 'name must be letters, digits and "_" and begin with no digit, not "a-b"'],
    ['gauge', { name: 'x\n' }, 'name must be letters, digits and "_" and begin with no digit, not "x\n"'],
    ['gauge', { name: 5 }, 'name must be letters, digits and "_" and begin with no digit, not "5"'],
    ['counter', { name: 'x' }, 'name of a counter must end in "_total", not "x"'],
    [
      'gauge',
      { name: 'x_total' },
      'name of a gauge must not end in "_total", which tells counters: "x_total"',
    ],
    [
      'histogram',
      { name: 'x_total' },
      'name of a histogram must not end in "_total", which tells counters: "x_total"',
    ],
    ['gauge', { name: 'x_sum' }, 'name must not end in "_sum", which tells the parts of histograms: "x_sum"'],
    [
      'gauge',
      { name: 'x_count' },
      'name must not end in "_count", which tells the parts of histograms: "x_count"',
    ],
    [
      'gauge',
      { name: 'x_bucket' },
      'name must not end in "_bucket", which tells the parts of histograms: "x_bucket"',
    ],
    ['gauge', { help: ' \n' }, 'x: help must be a sentence, not empty'],
    ['gauge', { help: undefined }, 'x: help must be a sentence, not empty'],
    ['gauge', { unit: 'Seconds' }, 'x: unit must be a word in lower case, as "seconds", not "Seconds"'],
    ['gauge', { unit: '' }, 'x: unit must be a word in lower case, as "seconds", not ""'],
    ['gauge', { unit: 'seconds' }, 'x: name must end in "_seconds", since its unit is seconds'],
    [
      'counter',
      { name: 'seconds_total', unit: 'seconds' },
      'seconds_total: name must end in "_seconds_total", since its unit is seconds',
    ],
    ['gauge', { labels: 'abc' }, 'x: labels must be a list of at most 16 names'],
    [
      'gauge',
      { labels: Array.from({ length: 17 }, (_, n) => `l${n}`) },
      'x: labels must be a list of at most 16 names',
    ],
    [
      'gauge',
      { labels: ['__name__'] },
      'x: a label must be letters, digits and "_" and begin with no digit and no "__", not "__name__"',
    ],
    [
      'gauge',
      { labels: ['a', 'a:b'] },
      'x: a label must be letters, digits and "_" and begin with no digit and no "__", not "a:b"',
    ],
    ['histogram', { labels: ['le'] }, 'x: the label "le" of a histogram is the limit of its buckets'],
    ['gauge', { labels: ['a', 'b', 'a'] }, 'x: label "a" is named twice'],
    ['gauge', { maxSeries: 0 }, 'x: maxSeries must be a whole number from 1 to 10000, not 0'],
    ['gauge', { maxSeries: 10_001 }, 'x: maxSeries must be a whole number from 1 to 10000, not 10001'],
    ['gauge', { maxSeries: 1.5 }, 'x: maxSeries must be a whole number from 1 to 10000, not 1.5'],
  ])('%s %j is refused', (kind, options, message) => {
    expect(() => check(kind, options)).toThrow(new RangeError(message));
  });

  test('may have 16 labels, and 10,000 series', () => {
    const labels = Array.from({ length: 16 }, (_, n) => `l${n}`);
    expect(check('gauge', { labels, maxSeries: 10_000 })).toMatchObject({ labels, maxSeries: 10_000 });
  });
});

describe('two declarations', () => {
  const declare = (kind: InstrumentKind, options: object) =>
    checkDeclaration(kind, { name: 'x_s', help: 'Help.', labels: ['a', 'b'], ...options }, 7);

  test.each([
    ['gauge', { labels: ['b', 'a'] }, null],
    ['gauge', { maxSeries: 7 }, null],
    ['histogram', {}, 'its kind was "gauge" and is "histogram" now'],
    ['gauge', { help: 'Other.' }, 'its help was "Help." and is "Other." now'],
    ['gauge', { unit: 's' }, 'its unit was "none" and is "s" now'],
    ['gauge', { labels: ['a'] }, 'its labels was "a, b" and is "a" now'],
    ['gauge', { labels: [] }, 'its labels was "a, b" and is "none" now'],
    ['gauge', { maxSeries: 8 }, 'its maxSeries was "7" and is "8" now'],
  ] as const)('%s %j: %s', (kind, options, difference) => {
    expect(differenceOf(declare('gauge', {}), declare(kind, options))).toBe(difference);
  });
});
