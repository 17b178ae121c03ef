import { expect, test } from 'vitest';
import type { ConfigReport } from '../../contract/index.ts';
import { changeSentences, configSentences, runningRows, typedValue } from './config-text.ts';

test.each([
  ['30s', '30s'],
  ['5', '5'],
  ['true', 'true'],
  ['null', null],
  ['nullify', 'nullify'],
  ['[]', []],
  [' {"a": {"off": true}}', { a: { off: true } }],
  ['{"a":', '{"a":'],
  ['', ''],
])('%j is typed for %j', (text, value) => {
  expect(typedValue(text)).toEqual(value);
});

const item = (more: Partial<ConfigReport['items'][number]>): ConfigReport['items'][number] => ({
  path: 'log.level',
  value: 'info',
  source: 'default',
  live: true,
  inForce: 'info',
  waits: false,
  about: 'x',
  ...more,
});
const report = (more: Partial<ConfigReport>): ConfigReport => ({
  at: 100_000,
  hash: 'abc',
  acceptedAt: 40_000,
  file: 'a.json',
  refused: null,
  items: [],
  ...more,
});

test('a setting tells when it acts', () => {
  const items = [
    item({}),
    item({ live: false, value: null }),
    item({ live: false, waits: true, value: ['x'], inForce: '10s', source: 'run time' }),
  ];
  expect(runningRows(report({ items }))).toEqual([
    ['log.level', 'info', 'default', 'live'],
    ['log.level', '-', 'default', 'yes'],
    ['log.level', '["x"]', 'run time', 'next start (now 10s)'],
  ]);
});

test('a file that is refused is told with its faults', () => {
  expect(configSentences(report({}))).toEqual(['In force is abc (a.json), taken 60 s ago.']);
  const faults = [{ path: 'log.level', message: 'is no level' }];
  const refused = { since: 90_000, at: 95_000, reason: '1 value is not valid', faults };
  expect(configSentences(report({ refused, file: null }))).toEqual([
    'In force is abc (no file), taken 60 s ago.',
    'The file has been refused since 10 s ago: 1 value is not valid.',
    'log.level: is no level',
  ]);
});

test('a change is told as a diff', () => {
  const changes = [
    { path: 'log.level', from: 'info', to: 'debug', live: true },
    { path: 'http.port', from: 8000, to: null, live: false },
  ];
  expect(changeSentences({ hash: 'abc', changes, sentence: 'Changed.' })).toEqual([
    'Changed.',
    '  log.level: info -> debug',
    '  http.port: 8000 -> - (at the next start)',
  ]);
});
