import fc from 'fast-check';
import { expect, test } from 'vitest';
import { humanLine } from './human.ts';

// A person reads the hour of the place where he is.
const ts = '2026-01-01T12:34:56.000Z';
const time = new Date(ts).toTimeString().slice(0, 8);
/** The line without colours. */
const plain = (line: Record<string, unknown>): string =>
  humanLine(
    JSON.stringify({ ts, level: 'INFO', logger: 'moonwarden.app', module: 'app', msg: 'Ready.', ...line }),
  ).replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');

test.each([
  ['a sentence', {}, 'INFO     Ready.'],
  [
    'fields',
    { port: 8000, host: 'a b', list: [1, 'x'], on: true, none: null },
    'INFO     Ready. port=8000 host=a b list=[1,"x"] on=true none=null',
  ],
  ['other levels', { level: 'CRITICAL' }, 'CRITICAL Ready.'],
  ['a level that nobody knows', { level: 'ODD' }, 'ODD      Ready.'],
  ['what belongs to machines', { correlation_id: 'c', run_id: 'r' }, 'INFO     Ready.'],
])('%s', (_, line, text) => {
  expect(plain(line)).toBe(`${time} ${text}\n`);
});

const escape = String.fromCharCode(27);
const c1 = String.fromCharCode(0x9b);
const bidi = String.fromCharCode(0x202e);

test.each([
  ['in the sentence', { msg: `a${escape}[2Jb` }, 'a\\u001b[2Jb'],
  ['a line break', { msg: 'one\ntwo' }, 'one\\u000atwo'],
  ['in a field', { x: `${c1}31m` }, 'x=\\u009b31m'],
  ['in the name of a field', { [`x${escape}`]: 1 }, 'x\\u001b=1'],
  ['deep in a field', { x: { y: [`${c1}${bidi}`] } }, 'x={"y":["\\u009b\\u202e"]}'],
  ['in the level', { level: `x${c1}` }, 'x\\u009b'],
])('a terminal gets no control character that stands %s', (_, line, text) => {
  expect(plain(line)).toContain(text);
});

test('whatever is logged, it is one line without control characters', () => {
  const wild = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(wild, fc.dictionary(wild, fc.oneof(wild, fc.array(wild), fc.nat())), (msg, fields) => {
      const line = plain({ ...fields, msg, ts });
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(line.endsWith('\n')).toBe(true);
    }),
  );
});
