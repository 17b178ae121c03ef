import { expect, test } from 'vitest';
import type { ResourceUnit } from '../../contract/index.ts';
import { amount, limitSentences, resourceRows } from './resource-text.ts';

test.each<[number, ResourceUnit, string]>([
  [0.1234, 'ratio', '12.3 %'],
  [0, 'bytes', '0 B'],
  [999, 'bytes', '999 B'],
  [999_600, 'bytes', '1 MB'],
  [1_234_567, 'bytes', '1.23 MB'],
  [25.3e9, 'bytes/s', '25.3 GB/s'],
  [0.0123, 's', '12.3 ms'],
  [90, 's', '90 s'],
  [600, 's', '10 min'],
  [40_000, 's', '11.1 h'],
  [10e6, 's', '116 d'],
  [31, 'count', '31'],
  [0.5, '1/s', '0.5/s'],
])('%d %s is shown as %s', (value, unit, text) => {
  expect(amount(value, unit)).toBe(text);
});

test('what is not known says why', () => {
  const row = {
    name: 'disk_busy',
    unit: 'ratio',
    meaning: 'how busy',
    value: null,
    reason: 'nobody tells',
  } as const;
  expect(resourceRows([{ ...row, at: null }], 0)).toEqual([
    ['disk_busy', '-', 'never', 'nobody tells (how busy)'],
  ]);
  expect(
    limitSentences({
      memory: { bytes: null, origin: 'machine' },
      cpu: { count: 0.5, origin: 'container' },
      heap: { bytes: null },
      fileDescriptors: { count: 99 },
    }),
  ).toEqual([
    'How much memory it may use is not known.',
    'It may use 0.5 CPUs, by its container.',
    'It may have 99 files open.',
  ]);
});
