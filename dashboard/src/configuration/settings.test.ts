import { describe, expect, it, test } from 'vitest';
import type { ConfigChange } from '../../../src/contract/index.ts';
import {
  actsWords,
  isWhole,
  lastChange,
  sectionsOf,
  sourceWords,
  typedText,
  typedValue,
  valueText,
  type ConfigEntry,
  type Setting,
} from './settings.ts';

const setting = (path: string, over: Partial<Setting> = {}): Setting => ({
  path,
  value: '1s',
  source: 'default',
  live: true,
  inForce: '1s',
  waits: false,
  about: 'How often.',
  ...over,
});

const change = (path: string): ConfigChange => ({ path, from: 'a', to: 'b', live: true });
const entry = (seq: number, via: ConfigEntry['data']['via'], ...changed: string[]): ConfigEntry => ({
  type: 'config.changed',
  seq,
  at: seq,
  subject: null,
  reason: '',
  data: { hash: 'x', via, who: 'laptop', why: null, changes: changed.map(change) },
});

describe('sections', () => {
  const items = [
    setting('log.level', { source: 'run time', value: 'debug' }),
    setting('log.format'),
    setting('tokens.min_score', { about: 'A token is HOT.' }),
  ];
  const shown = (text: string, changedOnly = false) =>
    sectionsOf(items, { text, changedOnly }).map(({ name, items: own, changed }) => [
      name,
      own.map(({ path }) => path),
      changed,
    ]);

  test.each<[string, boolean, unknown]>([
    [
      '',
      false,
      [
        ['log', ['log.level', 'log.format'], 1],
        ['tokens', ['tokens.min_score'], 0],
      ],
    ],
    ['', true, [['log', ['log.level'], 1]]],
    [' hot ', false, [['tokens', ['tokens.min_score'], 0]]],
    ['debug', false, [['log', ['log.level'], 1]]],
    ['FORMAT', true, []],
  ])('of "%s", changed only %s', (text, changedOnly, expected) =>
    expect(shown(text, changedOnly)).toEqual(expected),
  );
});

it.each([
  [null, 'none'],
  ['5s', '5s'],
  [5, '5'],
  [true, 'true'],
  [{ a: 1 }, '{"a":1}'],
])('%j is shown as %s', (value, text) => expect(valueText(value)).toBe(text));

it.each([
  [null, ''],
  ['5s', '5s'],
  [false, 'false'],
  [[1], '[\n  1\n]'],
  ['{"a":1... (4000 characters)', ''],
  ['https://me:[redacted]@x', ''],
])('%j is edited as %j', (value, text) => {
  expect(typedText(value)).toBe(text);
  expect(isWhole(value)).toBe(text !== '' || value === null);
});

describe('what was typed', () => {
  test.each<[string, unknown, unknown]>([
    ['30s', '60s', '30s'],
    [' 30 ', 60, '30'],
    ['null', 'x', null],
    ['nullify', 'x', 'nullify'],
    ['["a"]', null, ['a']],
    ['{"a": 1}', {}, { a: 1 }],
  ])('%s in place of %j', (text, current, value) =>
    expect(typedValue(text, current)).toEqual({ ok: true, value }),
  );

  test.each<[string, unknown]>([
    ['{"a": }', {}],
    ['a', []],
    ['[1', 'x'],
  ])('%s in place of %j is a mistake', (text, current) => {
    expect(typedValue(text, current)).toMatchObject({ ok: false, message: /^This is not JSON: ./ });
  });
});

test('who set something last', () => {
  const entries = [
    entry(9, 'api', 'a'),
    entry(8, 'api', 'b', 'a'),
    entry(7, 'file', 'c'),
    entry(6, 'api', 'c'),
  ];
  expect(lastChange(entries, 'a')?.entry.seq).toBe(9);
  expect(lastChange(entries, 'b')?.change).toEqual(change('b'));
  expect(lastChange(entries, 'c')).toBeUndefined();
  expect(lastChange(entries, 'd')).toBeUndefined();
});

it.each([
  ['default', 'Default'],
  ['environment', 'Environment'],
  ['run time', 'Run time'],
  ['command line', 'Command line'],
  ['/etc/m.json', 'File'],
  ['last good', 'last good'],
])('from %s is %s', (source, words) => expect(sourceWords(source, '/etc/m.json')).toBe(words));

it.each([
  [{ live: true, waits: false, inForce: 1 }, 'At once'],
  [{ live: false, waits: false, inForce: 1 }, 'At the next start'],
  [{ live: false, waits: true, inForce: null }, 'At the next start; now none'],
])('%j', (item, words) => expect(actsWords(item)).toBe(words));
