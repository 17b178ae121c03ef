import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactText } from './redact.ts';

const LETTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
  /[\w-]/.test(letter),
);
const base64url = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...LETTERS), minLength, maxLength });
/** The text that carries a secret, and the part of it that nobody may see. */
const secret = fc.oneof(
  base64url(43).map((key) => ({ text: `mw_${key}`, key })),
  base64url(16, 40).map((key) => ({ text: `/login/${key}`, key })),
  base64url(20, 40).map((key) => ({ text: `Bearer ${key}`, key })),
  base64url(35).map((key) => ({ text: `123456789:${key}`, key })),
  base64url(12, 30).map((key) => ({ text: `redis://user:${key}@host:6379/0`, key })),
);
const around = fc.constantFrom(
  '',
  ' ',
  'a',
  '/',
  '/bot',
  '"',
  'token=',
  '%3D',
  '?key=',
  ':',
  '_',
  'é',
  '42 ',
);

describe('redactText', () => {
  const key = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v';

  test.each([
    ['nothing', 'Moonwarden is ready.', 'Moonwarden is ready.'],
    ['our token', `got mw_${key}.`, 'got [redacted].'],
    ['two of them', `mw_${key} mw_${key}`, '[redacted] [redacted]'],
    ['the name of our cookie', 'mw_session', 'mw_session'],
    ['a login link', `http://localhost:8000/login/${key}?x=1`, 'http://localhost:8000/login/[redacted]?x=1'],
    ['the login page', '/login/help', '/login/help'],
    ['a header', `authorization: bearer ${key}, x`, 'authorization: Bearer [redacted] x'],
    [
      'a bot token in its address',
      `https://api.telegram.org/bot12345678:${key}/sendMessage`,
      'https://api.telegram.org/bot[redacted]/sendMessage',
    ],
    ['user and password', 'postgres://me:pw@db:5432/x', 'postgres://me:[redacted]@db:5432/x'],
    ['a password with an at sign', 'redis://:p@ss@db/0', 'redis://:[redacted]@db/0'],
    ['an address with a port', 'http://localhost:8000/a@b', 'http://localhost:8000/a@b'],
    ['a mint', 'So11111111111111111111111111111111111111112', 'So11111111111111111111111111111111111111112'],
    ['a time', '2026-01-01T12:00:00.000Z', '2026-01-01T12:00:00.000Z'],
  ])('%s', (_, text, clean) => {
    expect(redactText(text)).toBe(clean);
  });
});

describe('redact', () => {
  test('a secret that is planted anywhere by its value is gone', () => {
    const anywhere = (text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
      fc.letrec((tie) => ({
        node: fc.oneof(
          { depthSize: 'small' },
          text,
          text.map((message) => new Error(message)),
          fc.dictionary(text, fc.nat(), { minKeys: 1, maxKeys: 2 }),
          fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
          fc.dictionary(fc.constantFrom('cause', 'list', 'x'), tie('node'), { minKeys: 1 }),
        ),
      })).node;
    fc.assert(
      fc.property(
        secret.chain(({ text, key }) =>
          fc.tuple(
            fc.constant(key),
            anywhere(fc.tuple(around, around).map(([before, behind]) => `${before}${text}${behind}`)),
          ),
        ),
        ([key, planted]) => {
          expect(JSON.stringify(redact(planted))).not.toContain(key);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    'token',
    'secret',
    'password',
    'passwd',
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'apiKey',
    'api_key',
    'x-api-key',
    'access_token',
    'accessToken',
    'botToken',
    'clientSecret',
    'credential',
    'DB_PASSWORD',
  ])('text under %s is a secret, also in a list', (key) => {
    expect(redact({ a: { [key]: 'plain' } })).toEqual({ a: { [key]: '[redacted]' } });
    expect(redact({ [key]: ['plain', 'words'] })).toEqual({ [key]: '[redacted]' });
  });

  test.each([
    'tokens',
    'tokenCount',
    'secretary',
    'broken',
    'keyboard',
    'monkey',
    'passwords_checked',
    'untoken',
  ])('text under %s is none', (key) => {
    expect(redact({ [key]: 'plain' })).toEqual({ [key]: 'plain' });
  });

  test.each<[string, unknown, unknown]>([
    ['numbers and truths', { a: 1.5, b: true, c: null }, { a: 1.5, b: true, c: null }],
    ['a whole number without end', { a: 10n ** 20n }, { a: '100000000000000000000' }],
    ['an error', { a: new Error('no') }, { a: 'no' }],
    ['a time', { a: new Date(0), b: new Date(Number.NaN) }, { a: '1970-01-01T00:00:00.000Z', b: null }],
    ['lists', [1, ['x']], [1, ['x']]],
    [
      'a token that is traded',
      { token: { symbol: 'MOON', decimals: 6 } },
      { token: { symbol: 'MOON', decimals: 6 } },
    ],
    ['an empty list under a secret name', { cookie: [] }, { cookie: [] }],
  ])('%s stay what they are', (_, value, clean) => {
    expect(redact(value)).toEqual(clean);
  });

  test('the given value is not touched', () => {
    const given = Object.freeze({ token: 'x', inner: Object.freeze({ list: Object.freeze(['mw_']) }) });
    expect(redact(given)).toEqual({ token: '[redacted]', inner: { list: ['mw_'] } });
  });

  test('what is deep, or contains itself, ends', () => {
    const circle: Record<string, unknown> = { token: 'x' };
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[too deep]');
    const nested = (levels: number): unknown => (levels === 0 ? 'here' : { inner: nested(levels - 1) });
    expect(redact(nested(7))).toEqual(nested(7));
    expect(JSON.stringify(redact(nested(8)))).not.toContain('here');
  });
});
