import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyError } from './classify-error.ts';
import { NEVER_SENT, TRANSIENT } from './failure-classes.ts';
import { propertyRuns } from './testing/property-runs.ts';

const boom = (): never => {
  throw new Error('boom');
};
const KINDS = ['transient', 'throttled', 'persistent', 'system', 'critical', 'cancelled'];
const KEYS = [
  'name',
  'message',
  'code',
  'errcode',
  'syscall',
  'status',
  'statusCode',
  'response',
  'headers',
  'body',
  'cause',
  'errors',
  'length',
  'retryAfterMs',
  'retryInMs',
  'get',
  '0',
  '1',
];

/** Builds a value when the test asks for it: what reports failures must not touch it. */
type Build = () => unknown;

/** Objects whose properties are of any kind, or throw when they are read, some of them proxies. */
const hostile = fc.letrec<{ value: Build; object: Build }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc
      .constantFrom<unknown>(
        'ECONNREFUSED',
        'AbortError',
        'TimeoutError',
        'RefusedError',
        'ERR_SQLITE_ERROR',
        'challenge',
        429,
        503,
        NaN,
        Infinity,
        -1,
        null,
        undefined,
        Symbol('x'),
        boom,
      )
      .map((value) => () => value),
    fc.anything({ withNullPrototype: true, withBigInt: true }).map((value) => () => value),
    tie('object'),
  ),
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...KEYS), tie('value')),
      shape: fc.constantFrom('error', 'bare', 'getter', 'proxy', 'revoked'),
      throwing: fc.constantFrom(...KEYS),
    })
    .map(({ properties, shape, throwing }) => () => {
      const error = shape === 'bare' ? (Object.create(null) as object) : new Error('x');
      for (const [name, build] of Object.entries(properties)) {
        Object.defineProperty(error, name, { value: build(), configurable: true, enumerable: true });
      }
      if (shape === 'getter') Object.defineProperty(error, throwing, { get: boom, enumerable: true });
      if (shape === 'proxy') return new Proxy(error, { get: boom, has: boom, ownKeys: boom });
      if (shape !== 'revoked') return error;
      const { proxy, revoke } = Proxy.revocable(error, {});
      revoke();
      return proxy;
    }),
})).value;

describe('whatever is thrown', () => {
  test('classifying it never throws, and gives a whole answer', () => {
    fc.assert(
      fc.property(hostile, fc.double(), (build, nowMs) => {
        const { kind, retry, countsForBreaker, severity, retryAfterMs, neverSent } = classifyError(
          build(),
          nowMs,
        );
        expect(KINDS).toContain(kind);
        expect(typeof retry).toBe('boolean');
        expect([true, false, 'persisting']).toContain(countsForBreaker);
        expect(['info', 'warning', 'error', 'critical']).toContain(severity);
        expect([true, undefined]).toContain(neverSent);
        if (retryAfterMs !== undefined) expect(retryAfterMs).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  test.each<[string, unknown, object]>([
    ['a proxy that tells nothing', new Proxy({}, { get: boom }), TRANSIENT],
    [
      'a getter that throws beside a code',
      Object.defineProperty({ code: 'ENOTFOUND' }, 'cause', { get: boom }),
      NEVER_SENT,
    ],
    [
      'headers that do not tell their names',
      { code: 'ENOTFOUND', headers: new Proxy({}, { ownKeys: boom }) },
      NEVER_SENT,
    ],
    ['headers that throw when asked', { code: 'ENOTFOUND', headers: { get: boom } }, NEVER_SENT],
    [
      'headers that throw when asked, and have it',
      { code: 'ENOTFOUND', headers: { get: boom, 'retry-after': '5' } },
      { ...NEVER_SENT, retryAfterMs: 5_000 },
    ],
    ['a call of the system that is no text', { code: 'ECONNRESET', syscall: Symbol('connect') }, TRANSIENT],
    ['a list of headers that is empty', { code: 'ENOTFOUND', headers: { 'retry-after': [] } }, NEVER_SENT],
  ])('%s', (_, error, meaning) => {
    expect(classifyError(error)).toEqual(meaning);
  });

  test('causes that are made anew at each look end', () => {
    let looks = 0;
    const endless = (): Error =>
      Object.defineProperty(new Error('x'), 'cause', {
        get: () => {
          looks += 1;
          return endless();
        },
      });
    expect(classifyError(endless())).toEqual(TRANSIENT);
    expect(looks).toBeLessThan(64);
  });

  test('a list without end ends', () => {
    let looks = 0;
    const errors = new Proxy(
      { length: 2 ** 31 },
      {
        get: (target, key) => {
          if (key === 'length') return target.length;
          looks += 1;
          return new AggregateError([], 'x', {});
        },
      },
    );
    expect(classifyError({ errors, code: 'ENOTFOUND' })).toEqual(NEVER_SENT);
    expect(looks).toBeLessThan(64);
  });
});
