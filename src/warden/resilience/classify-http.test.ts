import { describe, expect, test } from 'vitest';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import { BAD_REQUEST, PERSISTENT, THROTTLED, TRANSIENT } from './failure-classes.ts';
import { asked, failure, status } from './testing/failures.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

const CHALLENGE = '<!DOCTYPE html><html><head><title>Just a moment...</title>';

describe('statuses of HTTP', () => {
  test.each<[number, Classification]>([
    [100, PERSISTENT],
    [200, PERSISTENT],
    [204, PERSISTENT],
    [301, PERSISTENT],
    [304, PERSISTENT],
    [399, PERSISTENT],
    [400, BAD_REQUEST],
    [401, PERSISTENT],
    [402, PERSISTENT],
    [403, PERSISTENT],
    [404, BAD_REQUEST],
    [405, BAD_REQUEST],
    [407, PERSISTENT],
    [408, TRANSIENT],
    [409, BAD_REQUEST],
    [410, BAD_REQUEST],
    [413, BAD_REQUEST],
    [422, BAD_REQUEST],
    [425, TRANSIENT],
    [429, THROTTLED],
    [451, PERSISTENT],
    [499, BAD_REQUEST],
    [500, TRANSIENT],
    [501, PERSISTENT],
    [502, TRANSIENT],
    [503, TRANSIENT],
    [504, TRANSIENT],
    [505, PERSISTENT],
    [520, TRANSIENT],
    [530, TRANSIENT],
    [599, TRANSIENT],
    [600, PERSISTENT],
    [999, PERSISTENT],
    // No statuses.
    [0, TRANSIENT],
    [99, TRANSIENT],
    [1_000, TRANSIENT],
    [403.5, TRANSIENT],
  ])('%d', (number, meaning) => {
    expect(classifyError(status(number))).toEqual(meaning);
    expect(classifyError(failure({ statusCode: number }))).toEqual(meaning);
    expect(classifyError(failure({ response: { status: number } }))).toEqual(meaning);
    expect(classifyError(failure({ response: { statusCode: number } }))).toEqual(meaning);
  });

  test('what is no number is no status', () => {
    expect(classifyError(failure({ status: '403' }))).toEqual(TRANSIENT);
    expect(classifyError(failure({ status: 'failed', statusCode: 403 }))).toEqual(PERSISTENT);
  });

  test.each<[string, Classification, object]>([
    ['a number of ms', asked(THROTTLED, 250), { status: 429, retryAfterMs: 250 }],
    ['a number of 0 ms', asked(THROTTLED, 0), { status: 429, retryAfterMs: 0 }],
    ['a number below 0', THROTTLED, { status: 429, retryAfterMs: -1 }],
    ['no number', THROTTLED, { status: 429, retryAfterMs: NaN }],
    ['a text', THROTTLED, { status: 429, retryAfterMs: '250' }],
    ['a header', asked(THROTTLED, 3_000), { status: 429, headers: { 'retry-after': '3' } }],
    ['a header in capitals', asked(THROTTLED, 3_000), { status: 429, headers: { 'Retry-After': '3' } }],
    ['a list of them', asked(THROTTLED, 3_000), { status: 429, headers: { 'retry-after': ['3', '9'] } }],
    ['a Headers', asked(THROTTLED, 3_000), { status: 429, headers: new Headers({ 'Retry-After': '3' }) }],
    ['a Map', asked(THROTTLED, 3_000), { status: 429, headers: new Map([['retry-after', '3']]) }],
    [
      'the headers of its response',
      asked(THROTTLED, 3_000),
      { response: { status: 429, headers: { 'retry-after': '3' } } },
    ],
    ['other headers', THROTTLED, { status: 429, headers: { 'x-retry-after': '3' } }],
    ['an empty Headers', THROTTLED, { status: 429, headers: new Headers() }],
    ['junk', THROTTLED, { status: 429, headers: { 'retry-after': 'soon' } }],
    [
      'a date',
      asked(TRANSIENT, 45_000),
      { status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' } },
    ],
    [
      'a date, by the clock of the other side',
      asked(TRANSIENT, 15_000),
      {
        status: 503,
        headers: { date: 'Thu, 01 Jan 2026 12:00:30 GMT', 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' },
      },
    ],
    ['also of what persists', asked(PERSISTENT, 3_000), { status: 403, headers: { 'retry-after': '3' } }],
    ['also of what is unknown', asked(TRANSIENT, 3_000), { retryAfterMs: 3_000 }],
  ])('Retry-After: %s', (_, meaning, properties) => {
    expect(classifyError(failure(properties), NOW)).toEqual(meaning);
  });

  test('a date without anything to measure it against is not understood', () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' };
    expect(classifyError(status(503, { headers }))).toEqual(TRANSIENT);
  });
});

describe('Cloudflare', () => {
  test.each<[string, Classification, object]>([
    ['a challenge with 403', PERSISTENT, { status: 403, body: CHALLENGE }],
    ['a challenge with 503', PERSISTENT, { status: 503, body: CHALLENGE }],
    ['a challenge with 200', PERSISTENT, { status: 200, body: CHALLENGE }],
    ['a challenge without a status', PERSISTENT, { body: CHALLENGE }],
    ['a challenge in the data of a response', PERSISTENT, { response: { status: 503, data: CHALLENGE } }],
    ['a challenge in the body of a response', PERSISTENT, { response: { status: 503, body: CHALLENGE } }],
    ['a challenge in data', PERSISTENT, { status: 503, data: CHALLENGE }],
    ['a challenge in its message', PERSISTENT, { status: 503, message: `got 503: ${CHALLENGE}` }],
    ['a challenge that it names', PERSISTENT, { status: 503, headers: { 'cf-mitigated': 'challenge' } }],
    ['another header', TRANSIENT, { status: 503, headers: { 'cf-mitigated': 'no' } }],
    ['1020, access denied', PERSISTENT, { status: 503, body: 'error code: 1020' }],
    ['1015 with 429, rate limited', THROTTLED, { status: 429, body: 'error code: 1015' }],
    ['a security check', PERSISTENT, { status: 503, body: '<p>Performing security verification</p> Ray ID' }],
    ['a browser check', PERSISTENT, { status: 503, body: 'Checking your browser before accessing' }],
    ['attention', PERSISTENT, { status: 503, body: 'Attention Required! | Cloudflare' }],
    ['its scripts', PERSISTENT, { status: 503, body: '<script src="/cdn-cgi/challenge-platform/x">' }],
    [
      'bad gateway, in HTML',
      TRANSIENT,
      { status: 502, body: '<html>502 Bad Gateway, Cloudflare Ray ID: 9f0' },
    ],
    ['a body that is no text', TRANSIENT, { status: 502, body: { text: CHALLENGE } }],
    [
      'a page on which it comes late',
      TRANSIENT,
      { status: 502, body: `${' '.repeat(4_096)}Just a moment...` },
    ],
    [
      'a page on which it ends in time',
      PERSISTENT,
      { status: 502, body: `${' '.repeat(4_083)}Just a moment` },
    ],
  ])('%s', (_, meaning, properties) => {
    expect(classifyError(failure(properties))).toEqual(meaning);
  });
});
