import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import type { Labels } from './family.ts';
import { LabelTable } from './label-table.ts';

function createTable(maxSeries: number, names: readonly string[] = ['a', 'b']) {
  const overflows: Labels[] = [];
  const table = new LabelTable({
    instrument: 'x',
    names,
    maxSeries,
    create: (labels) => ({ labels, calls: 0 }),
    onOverflow: (labels) => overflows.push(labels),
  });
  return { table, overflows };
}

describe('finding a series', () => {
  test('gives the same one for the same values, in any order of the labels', () => {
    const { table } = createTable(10);
    const first = table.find({ a: 'x', b: 'y' });
    expect(table.find({ a: 'x', b: 'y' })).toBe(first);
    expect(table.find({ b: 'y', a: 'x' })).toBe(first);
    expect(table.find({ b: 'x', a: 'y' })).not.toBe(first);
    expect(table.find({ a: 'y', b: 'x' }).labels).toEqual({ a: 'y', b: 'x' });
    expect(table.all.map(({ labels }) => labels)).toEqual([
      { a: 'x', b: 'y' },
      { a: 'y', b: 'x' },
    ]);
    expect(Object.keys(first.labels)).toEqual(['a', 'b']);
    expect(Object.isFrozen(first.labels)).toBe(true);
  });

  test.each([
    [{ a: 'x' }, 'x: label "b" must be a string, not missing'],
    [{ b: 'x' }, 'x: label "a" must be a string, not missing'],
    [{}, 'x: label "a" must be a string, not missing'],
    [{ a: 'x', b: null }, 'x: label "b" must be a string, not missing'],
    [{ a: 'x', b: 5 }, 'x: label "b" must be a string, not a number'],
    [{ a: 'x', b: 'y', c: 'z' }, 'x: label "c" was not declared, only "a", "b"'],
    [{ c: 'z', a: 'x', b: 'y' }, 'x: label "c" was not declared, only "a", "b"'],
    [{ b: 'y', c: 'z' }, 'x: label "c" was not declared, only "a", "b"'],
    [['x', 'y'], 'x: label "0" was not declared, only "a", "b"'],
    [null, 'x: labels must be an object with "a", "b", not missing'],
    [undefined, 'x: labels must be an object with "a", "b", not missing'],
    ['x', 'x: labels must be an object with "a", "b", not a string'],
    [5, 'x: labels must be an object with "a", "b", not a number'],
  ])('refuses %j, also when such series are known', (labels, message) => {
    const { table } = createTable(10);
    for (let time = 0; time < 2; time++) {
      expect(() => table.find(labels as never)).toThrow(new RangeError(message));
      expect(table.all).toHaveLength(time);
      table.find({ a: 'x', b: 'y' });
    }
  });

  test('reads no label off the prototype', () => {
    const { table } = createTable(10, ['constructor']);
    expect(() => table.find({})).toThrow('label "constructor" must be a string, not a function');
    expect(table.find({ constructor: 'x' }).labels).toEqual({ constructor: 'x' });
  });

  test.each([
    ['cut', 'x'.repeat(201), `${'x'.repeat(199)}…`],
    ['kept', 'x'.repeat(200), 'x'.repeat(200)],
    ['cut within a pair', `${'x'.repeat(198)}🌙yy`, `${'x'.repeat(198)}�…`],
    ['well formed', 'a\ud800b', 'a\ufffdb'],
    ['a pair', '🌙', '🌙'],
  ])('a value is %s', (_, value, expected) => {
    const { table } = createTable(10, ['a']);
    expect(table.find({ a: value }).labels).toEqual({ a: expected });
    expect(table.find({ a: value })).toBe(table.find({ a: expected }));
    expect(table.all).toHaveLength(1);
  });
});

describe('beyond the limit', () => {
  test('all share one series, and it is told once', () => {
    const { table, overflows } = createTable(2);
    const [first, second] = [table.find({ a: '1', b: '1' }), table.find({ a: '1', b: '2' })];
    expect(overflows).toEqual([]);
    const other = table.find({ a: '1', b: '3' });
    expect(other.labels).toEqual({ a: 'other', b: 'other' });
    for (let n = 4; n < 1_000; n++) expect(table.find({ a: String(n), b: '1' })).toBe(other);
    expect(table.find({ b: '1', a: '1' })).toBe(first);
    expect(table.find({ a: '1', b: '2' })).toBe(second);
    expect(table.all).toEqual([first, second, other]);
    expect(overflows).toEqual([{ a: '1', b: '3' }]);
  });

  test('whoever says "other" means that series, and it takes no room', () => {
    const { table, overflows } = createTable(1);
    const other = table.find({ a: 'other', b: 'other' });
    expect(table.find({ b: 'other', a: 'other' })).toBe(other);
    expect(table.find({ a: 'other', b: 'x' })).not.toBe(other);
    expect(overflows).toEqual([]);
    expect(table.find({ a: 'x', b: 'other' })).toBe(other);
    expect(table.all).toHaveLength(2);
    expect(overflows).toEqual([{ a: 'x', b: 'other' }]);
  });
});

test('no call is lost, none is counted twice, and memory is bounded (property)', () => {
  const value = fc.oneof(
    fc.constantFrom('other', 'x', 'y', 'z', '', '\ud800', '\ufffd'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ a: value, b: value, turned: fc.boolean() }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 6 }),
      (calls, maxSeries) => {
        const { table, overflows } = createTable(maxSeries);
        const expected = new Map<string, number>();
        const whole = (text: string): string => Buffer.from(text).toString();
        let own = 0;
        let beyond = 0;
        for (const { a, b, turned } of calls) {
          let key = JSON.stringify([whole(a), whole(b)]);
          const isOther = key === '["other","other"]';
          if (!isOther && !expected.has(key)) {
            if (own < maxSeries) own += 1;
            else {
              key = '["other","other"]';
              beyond += 1;
            }
          }
          expected.set(key, (expected.get(key) ?? 0) + 1);
          table.find(turned ? { b, a } : { a, b }).calls += 1;
        }
        const found = table.all.map(({ labels, calls: count }) => [
          JSON.stringify(Object.values(labels)),
          count,
        ]);
        expect(found).toEqual([...expected]);
        expect(overflows).toHaveLength(beyond > 0 ? 1 : 0);
      },
    ),
    { numRuns: inject('propertyRuns') || 300 },
  );
});
