import { describe, expect, test } from 'vitest';
import { ERROR_CODES, MoonwardenError, describeError } from './errors.ts';

const withCode = (message: string, code: unknown, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });
const inCircle = (): Error => {
  const inner = new Error('inner');
  const outer = new Error('outer', { cause: inner });
  inner.cause = outer;
  return outer;
};
const ownCause = new Error('alone');
ownCause.cause = ownCause;
let deep: Error = new Error('root');
for (let depth = 0; depth < 3; depth++) deep = new Error(`level ${depth}`, { cause: deep });

describe('describeError', () => {
  test.each([
    ['an error', new Error('broken'), 'broken'],
    ['an error without words', new TypeError(''), 'TypeError'],
    ['text', 'just text', 'just text'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('sign'), 'Symbol(sign)'],
    ['what has no text', Object.create(null), 'something without a text'],
    ['a system code', withCode('connect failed', 'ECONNREFUSED'), 'connect failed (ECONNREFUSED)'],
    ['a code that the words name', withCode('read ECONNRESET', 'ECONNRESET'), 'read ECONNRESET'],
    ['a code that is no text', withCode('odd', 20), 'odd'],
    ['a cause', new Error('outer', { cause: new Error('inner') }), 'outer: inner'],
    [
      'a cause with a code',
      new Error('fetch failed', { cause: withCode('no', 'ENOTFOUND') }),
      'fetch failed: no (ENOTFOUND)',
    ],
    ['a cause that is text', new Error('outer', { cause: 'because' }), 'outer: because'],
    ['a cause that the words name', new Error('outer: inner', { cause: new Error('inner') }), 'outer: inner'],
    ['a chain of causes', deep, 'level 2: level 1: level 0: root'],
    ['causes in a circle', inCircle(), 'outer: inner'],
    ['an error that is its own cause', ownCause, 'alone'],
    ['our own error', new MoonwardenError('STORE_FULL', 'no room left'), 'no room left'],
    [
      'our own error with a cause',
      new MoonwardenError('STORE_FAILED', 'not stored', { cause: withCode('busy', 'SQLITE_BUSY') }),
      'not stored: busy (SQLITE_BUSY)',
    ],
  ])('%s', (_, error, text) => {
    expect(describeError(error)).toBe(text);
  });
});

test('an error of ours carries code, detail, faults and cause', () => {
  const cause = new Error('why');
  const faults = [{ path: 'tokens.w_tx', message: 'must be a number' }];
  const error = new MoonwardenError('CONFIG_INVALID', '1 value is not valid', { faults, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'MoonwardenError',
    code: 'CONFIG_INVALID',
    message: '1 value is not valid',
    faults,
    cause,
  });
  expect(new MoonwardenError('INTERNAL', 'x').faults).toEqual([]);
});

test.each(Object.entries(ERROR_CODES))('%s has a status, an exit code, a title and advice', (code, entry) => {
  expect(code).toMatch(/^[A-Z][A-Z_]+$/);
  expect(entry.status).toBeGreaterThanOrEqual(400);
  expect(entry.status).toBeLessThan(600);
  expect(entry.exitCode).toBeGreaterThanOrEqual(1);
  expect(entry.exitCode).toBeLessThan(64);
  expect(entry.title).toMatch(/^[A-Z].*[^.]$/);
  expect(entry.todo).toMatch(/^[A-Z].*\.$/);
});
