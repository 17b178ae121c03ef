import { expect, test } from 'vitest';
import { duration, integer, text } from './fields.ts';
import { defaultsOf, defineSection, field, keyOf, optionalField } from './section.ts';

test.each([
  ['hotIntervalMs', 'hot_interval'],
  ['intervalMs', 'interval'],
  ['port', 'port'],
  ['fileMb', 'file_mb'],
  ['wTx', 'w_tx'],
  ['tlsCertFile', 'tls_cert_file'],
  ['maxMsPerTurn', 'max_ms_per_turn'],
  ['items', 'items'],
])('%s is written %s', (field, key) => {
  expect(keyOf(field)).toBe(key);
});

test('the defaults come as the code reads them', () => {
  const section = defineSection({
    name: 'x',
    about: 'X.',
    fields: {
      waitMs: field(duration(), '2m', 'A wait.'),
      size: field(integer(), 5, 'A size.'),
      name: optionalField(text(), 'A name.'),
    },
  });
  expect(defaultsOf(section)).toEqual({ waitMs: 120_000, size: 5, name: null });
});
