import { expect, test } from 'vitest';
import { hasLabels, SeriesTable, seriesKey } from './series.ts';

test('the order of labels does not tell series apart; names, and values of labels, do', () => {
  expect(seriesKey('lag', { b: '2', a: '1' })).toBe(seriesKey('lag', { a: '1', b: '2' }));
  const keys = [
    seriesKey('lag', {}),
    seriesKey('lag', { a: '1' }),
    seriesKey('lag', { a: '2' }),
    seriesKey('lag', { a: '1', b: '2' }),
    seriesKey('lag', { a: '1","b":"2' }),
    seriesKey('lags', { a: '1' }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([
  [{}, true],
  [{ a: '1' }, true],
  [{ a: '1', b: '2' }, true],
  [{ a: '2' }, false],
  [{ a: '1', c: '3' }, false],
])('a series with a=1, b=2 has the labels %j: %s', (wanted, expected) => {
  expect(hasLabels({ id: 1, name: 'lag', labels: { a: '1', b: '2' } }, wanted)).toBe(expected);
});

test('series are made once, in order, with their labels sorted, and no more than so many', () => {
  const table = new SeriesTable(2);
  const first = table.of('lag', { b: '2', a: '1' });
  expect(first).toEqual({ series: { id: 1, name: 'lag', labels: { a: '1', b: '2' } }, added: true });
  expect(Object.keys(first?.series.labels ?? {})).toEqual(['a', 'b']);
  expect(table.of('lag', { a: '1', b: '2' })).toEqual({ series: first?.series, added: false });
  expect(table.of('lag', {})).toMatchObject({ series: { id: 2 }, added: true });
  expect(table.of('other', {})).toBeNull();
  expect(table.of('lag', {})).toMatchObject({ series: { id: 2 }, added: false });
  expect(table.all().map(({ id }) => id)).toEqual([1, 2]);
});

test('what was stored before is taken over, also more of it than there is room for, and no number is given twice', () => {
  const table = new SeriesTable(2);
  const stored = [7, 3, 5].map((id) => ({ id, name: `s${id}`, labels: {} }));
  table.restore(stored);
  expect(table.all()).toEqual(stored);
  expect(table.of('s3', {})).toEqual({ series: stored[1], added: false });
  expect(table.of('new', {})).toBeNull();
  const roomy = new SeriesTable(9);
  roomy.restore(stored);
  expect(roomy.of('new', {})).toMatchObject({ series: { id: 8 }, added: true });
});
