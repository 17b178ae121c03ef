import { errors as undici } from 'undici';
import { describe, expect, test } from 'vitest';
import { AbortedError, MoonwardenError, TimeoutError } from '../../kernel/index.ts';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import {
  BAD_REQUEST,
  CANCELLED,
  CRITICAL,
  NEVER_SENT,
  OWN_MISTAKE,
  PERSISTENT,
  REFUSED,
  SYSTEM,
  THROTTLED,
  TRANSIENT,
} from './failure-classes.ts';
import { asked, caused, code, failure, named, status } from './testing/failures.ts';
import { refusal } from './testing/play-retry.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
};

describe('what each class means', () => {
  test.each([
    ['transient', TRANSIENT, ['transient', true, true, 'warning', undefined]],
    ['never sent', NEVER_SENT, ['transient', true, true, 'warning', true]],
    ['throttled', THROTTLED, ['throttled', true, 'persisting', 'warning', undefined]],
    ['persistent', PERSISTENT, ['persistent', false, true, 'error', undefined]],
    ['a bad request', BAD_REQUEST, ['persistent', false, false, 'warning', undefined]],
    ['a mistake of ours', OWN_MISTAKE, ['persistent', false, false, 'error', undefined]],
    ['system', SYSTEM, ['system', false, false, 'error', undefined]],
    ['critical', CRITICAL, ['critical', false, true, 'critical', undefined]],
    ['cancelled', CANCELLED, ['cancelled', false, false, 'info', undefined]],
    ['refused', REFUSED, ['transient', false, false, 'info', true]],
  ])('%s', (_, { kind, retry, countsForBreaker, severity, neverSent }, meaning) => {
    expect([kind, retry, countsForBreaker, severity, neverSent]).toEqual(meaning);
  });
});

describe('names', () => {
  test.each<[string, Classification, unknown]>([
    ['our timeout', TRANSIENT, new TimeoutError('GET', 1)],
    ['a timeout of a signal', TRANSIENT, new DOMException('x', 'TimeoutError')],
    ['our abort', CANCELLED, new AbortedError('GET', 'enough')],
    [
      'our abort, because an outer time was over',
      CANCELLED,
      new AbortedError('GET', new TimeoutError('x', 1)),
    ],
    ['an abort of a signal', CANCELLED, new DOMException('x', 'AbortError')],
    ['an abort of Node', CANCELLED, named('AbortError', { code: 'ABORT_ERR', cause: new Error('enough') })],
    [
      'an abort by a timeout',
      TRANSIENT,
      named('AbortError', { code: 'ABORT_ERR', cause: new TimeoutError('x', 1) }),
    ],
    ['the code of an abort', CANCELLED, code('ABORT_ERR')],
    ['a refusal', asked(REFUSED, 9), refusal('left alone', 9)],
    ['a refusal of another copy', asked(REFUSED, 0), named('RefusedError', { retryInMs: 0 })],
    ['a refusal without a time', REFUSED, named('RefusedError')],
    ['a refusal with a bad time', REFUSED, named('RefusedError', { retryInMs: -1 })],
    ['a refusal whose time is no number', REFUSED, named('RefusedError', { retryInMs: '9' })],
    ['broken JSON', PERSISTENT, parsed('{"pairs": [')],
    ['HTML as JSON', PERSISTENT, parsed('<!DOCTYPE html>')],
    ['an answer without sense', PERSISTENT, named('MalformedAnswerError')],
    [
      'an answer that a schema refuses',
      PERSISTENT,
      named('ZodError', { issues: [], errors: [{ code: 'x' }] }),
    ],
    ['a TypeError', OWN_MISTAKE, new TypeError('x is not a function')],
    ['a ReferenceError', OWN_MISTAKE, new ReferenceError('x is not defined')],
    ['a RangeError', OWN_MISTAKE, new RangeError('Invalid array length')],
    ['a URIError', OWN_MISTAKE, new URIError('x')],
    ['an EvalError', OWN_MISTAKE, new EvalError('x')],
    ['no memory for a buffer', SYSTEM, new RangeError('Array buffer allocation failed')],
    ['a TypeError whose message is no text', OWN_MISTAKE, named('TypeError', { message: 5 })],
    ['an Error', TRANSIENT, new Error('x')],
    ['an Error that speaks of memory', TRANSIENT, new Error('allocation failed')],
    ['a text', TRANSIENT, 'broken'],
    ['nothing', TRANSIENT, undefined],
    ['null', TRANSIENT, null],
    ['a number', TRANSIENT, 403],
    ['an object', TRANSIENT, {}],
    ['a plain object with a status', PERSISTENT, { status: 403 }],
    ['a function with a code', NEVER_SENT, Object.assign(() => undefined, { code: 'ENOTFOUND' })],
    ['our configuration', SYSTEM, new MoonwardenError('CONFIG_INVALID', 'x')],
    ['our store is full', CRITICAL, new MoonwardenError('STORE_FULL', 'x')],
    [
      'our store failed, for a reason that passes',
      TRANSIENT,
      new MoonwardenError('STORE_FAILED', 'x', { cause: failure({ code: 'ERR_SQLITE_ERROR', errcode: 5 }) }),
    ],
    [
      'our store failed, for one that does not',
      CRITICAL,
      new MoonwardenError('STORE_FAILED', 'x', { cause: code('SQLITE_CORRUPT') }),
    ],
    ['our source', TRANSIENT, new MoonwardenError('SOURCE_UNAVAILABLE', 'x')],
    ['our own limit', THROTTLED, new MoonwardenError('RATE_LIMITED', 'x')],
  ])('%s', (_, meaning, error) => {
    expect(classifyError(error)).toEqual(meaning);
  });
});

describe('causes and parts', () => {
  const circle = new Error('a');
  circle.cause = new Error('b', { cause: circle });
  const deep = (links: number, end: unknown): unknown =>
    links === 0 ? end : new Error('x', { cause: deep(links - 1, end) });
  const many = (count: number, part: unknown): unknown[] => Array.from({ length: count }, () => part);

  test.each<[string, Classification, unknown]>([
    ['fetch failed: reset', TRANSIENT, caused(code('ECONNRESET', 'read'))],
    ['fetch failed: refused', NEVER_SENT, caused(code('ECONNREFUSED', 'connect'))],
    ['fetch failed: no such name', NEVER_SENT, caused(code('ENOTFOUND', 'getaddrinfo'))],
    ['fetch failed: connect timeout', NEVER_SENT, caused(new undici.ConnectTimeoutError())],
    ['fetch failed: a certificate', PERSISTENT, caused(code('CERT_HAS_EXPIRED'))],
    ['fetch, cut off', TRANSIENT, caused(new undici.SocketError('other side closed'), 'terminated')],
    ['fetch failed: nobody knows', OWN_MISTAKE, caused(new Error('x'))],
    ['a mistake as a cause', OWN_MISTAKE, new Error('x', { cause: new TypeError('y') })],
    [
      'a throttle as a cause',
      asked(THROTTLED, 5),
      new Error('x', { cause: status(429, { retryAfterMs: 5 }) }),
    ],
    [
      'a throttle as a cause, and its own time',
      asked(THROTTLED, 7),
      failure({ retryAfterMs: 7, cause: status(429, { retryAfterMs: 5 }) }),
    ],
    ['its own status goes before that of its cause', PERSISTENT, status(403, { cause: status(503) })],
    ['its status goes before its code', PERSISTENT, failure({ status: 403, code: 'ECONNRESET' })],
    ['its code goes before its name', NEVER_SENT, named('SyntaxError', { code: 'ENOTFOUND' })],
    ['a text as a cause', TRANSIENT, new Error('x', { cause: 'y' })],
    ['a circle', TRANSIENT, circle],
    ['15 causes deep', PERSISTENT, deep(15, status(403))],
    ['16 causes deep', TRANSIENT, deep(16, status(403))],
    [
      'several addresses, all refused',
      NEVER_SENT,
      Object.assign(new AggregateError([code('ECONNREFUSED', 'connect'), code('ENETUNREACH', 'connect')]), {
        code: 'ECONNREFUSED',
      }),
    ],
    [
      'several addresses, one of which was reached',
      TRANSIENT,
      new AggregateError([code('ECONNREFUSED', 'connect'), code('ECONNRESET', 'read')]),
    ],
    ['the same, as a cause', NEVER_SENT, caused(new AggregateError([code('ETIMEDOUT', 'connect')]))],
    ['the gravest tells', CRITICAL, new AggregateError([status(503), code('ENOSPC'), code('EMFILE')])],
    ['system before throttled', SYSTEM, new AggregateError([status(429), code('EMFILE')])],
    ['throttled before transient', THROTTLED, new AggregateError([status(503), status(429)])],
    ['transient before persistent', TRANSIENT, new AggregateError([status(403), status(503)])],
    ['persistent before cancelled', PERSISTENT, new AggregateError([new AbortedError('x'), status(403)])],
    ['the first of those that are alike', BAD_REQUEST, new AggregateError([status(404), status(403)])],
    ['all cancelled', CANCELLED, new AggregateError([new AbortedError('x'), new AbortedError('y')])],
    [
      'the longest wait',
      asked(THROTTLED, 9),
      new AggregateError([status(429, { retryAfterMs: 5 }), status(503, { retryAfterMs: 9 }), status(503)]),
    ],
    [
      'one that nobody knows beside one that persists',
      TRANSIENT,
      new AggregateError([status(403), new Error('x')]),
    ],
    [
      'one that nobody knows beside one that was not sent',
      TRANSIENT,
      new AggregateError([code('ENOTFOUND'), 'x']),
    ],
    [
      'an empty place beside one that was not sent',
      TRANSIENT,
      new AggregateError([undefined, code('ENOTFOUND')]),
    ],
    ['only what nobody knows', TRANSIENT, new AggregateError([new Error('x')])],
    ['only what nobody knows, and a code', NEVER_SENT, failure({ errors: [{}], code: 'ENOTFOUND' })],
    ['no parts, and a code', NEVER_SENT, failure({ errors: [], code: 'ENOTFOUND' })],
    ['parts that are no list', NEVER_SENT, failure({ errors: 'many', code: 'ENOTFOUND' })],
    ['15 parts', NEVER_SENT, new AggregateError(many(15, code('ENOTFOUND')))],
    ['more parts than are looked at', TRANSIENT, new AggregateError(many(17, code('ENOTFOUND')))],
    ['parts within parts', NEVER_SENT, new AggregateError([new AggregateError([code('ENOTFOUND')])])],
  ])('%s', (_, meaning, error) => {
    expect(classifyError(error)).toEqual(meaning);
  });
});
