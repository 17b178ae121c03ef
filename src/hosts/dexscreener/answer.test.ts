import { describe, expect, it } from 'vitest';
import { TimeoutError } from '../../kernel/index.ts';
import { DexAnswerError, classifyDexError, readJson } from './answer.ts';
import { jsonAnswer } from './testing/wire.ts';
import type { DexAnswer } from './transport.ts';
import { MalformedAnswerError } from './wire.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

function refusal(answer: DexAnswer): DexAnswerError {
  try {
    readJson(answer, NOW);
  } catch (error) {
    if (error instanceof DexAnswerError) return error;
    throw error;
  }
  throw new Error('the answer was taken');
}

describe('readJson', () => {
  it.each([
    ['application/json', '[1]', [1]],
    ['application/json; charset=utf-8', 'null', null],
    ['APPLICATION/JSON', ' {"pairs":[]} ', { pairs: [] }],
    ['application/problem+json', '{}', {}],
  ])('takes %s', (contentType, body, value) => {
    expect(readJson({ status: 200, contentType, body }, NOW)).toEqual(value);
  });

  it.each([
    [204, 'answered  instead of JSON'],
    [301, 'answered 301'],
    [400, 'answered 400'],
    [403, 'answered 403'],
    [418, 'answered 418'],
    [429, 'asks for fewer requests (429)'],
    [500, 'answered 500'],
    [503, 'answered 503'],
    [599, 'answered 599'],
  ])('refuses %d', (status, message) => {
    const contentType = status === 204 ? '' : 'application/json';
    const error = refusal({ status, contentType, body: '' });
    expect(error.status).toBe(status);
    expect(error.message).toBe(message.replace('answered  instead', 'answered no content type instead'));
    expect(error.retryAfterMs).toBeUndefined();
  });

  it('404 is an empty list, whatever it holds', () => {
    expect(readJson({ status: 404, contentType: 'text/html', body: '<html>' }, NOW)).toEqual([]);
    expect(readJson(jsonAnswer({ pairs: 'x' }, { status: 404 }), NOW)).toEqual([]);
  });

  it.each([
    [
      200,
      'text/html',
      '<!DOCTYPE html><title>Just a moment...</title>',
      'answered text/html instead of JSON (a Cloudflare challenge page)',
    ],
    [
      403,
      'text/html; charset=UTF-8',
      '\n <html>... Attention Required! | Cloudflare',
      'answered 403 (a Cloudflare challenge page)',
    ],
    [403, 'text/html', '<p>Performing security verification', 'answered 403 (a Cloudflare challenge page)'],
    [503, 'text/html', '<p>Ray ID: 9f0</p>', 'answered 503 (a Cloudflare challenge page)'],
    [502, 'text/html', '<html><h1>Bad Gateway</h1></html>', 'answered 502 (an HTML page)'],
    [200, 'text/plain', 'cloudflare', 'answered text/plain instead of JSON'],
    [
      200,
      'text/html',
      `<p>${' '.repeat(5_000)}cloudflare`,
      'answered text/html instead of JSON (an HTML page)',
    ],
    [200, 'application/json', '{"pairs": [', 'answered broken JSON (11 characters)'],
    [200, 'application/json', '', 'answered broken JSON (0 characters)'],
    [200, 'application/json', '<html>', 'answered broken JSON (6 characters)'],
    [200, 'application/notjson', '[]', 'answered application/notjson instead of JSON'],
  ])('%d %s of %j says what it is', (status, contentType, body, message) => {
    const error = refusal({ status, contentType, body });
    expect(error.message).toBe(message);
    expect(error.status).toBe(status);
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 2 ', 2_000],
    ['Thu, 01 Jan 2026 12:00:45 GMT', 45_000],
    ['Thu, 01 Jan 2026 11:59:00 GMT', undefined],
    ['-5', undefined],
    ['', undefined],
    ['  ', undefined],
    ['soon', undefined],
    ['1e999', undefined],
    ['NaN', undefined],
  ])('%j is %s ms', (retryAfter, ms) => {
    expect(refusal({ status: 429, contentType: '', body: '', retryAfter }).retryAfterMs).toBe(ms);
  });
});

describe('classifyDexError', () => {
  it.each([
    ['429 with its time', new DexAnswerError('', 429, 5_000), { kind: 'throttled', retryAfterMs: 5_000 }],
    ['429 at once', new DexAnswerError('', 429, 0), { kind: 'throttled', retryAfterMs: 0 }],
    ['429 without a time', new DexAnswerError('', 429), { kind: 'throttled', retryAfterMs: 3_000 }],
    ['500', new DexAnswerError('', 500), { kind: 'transient' }],
    ['503', new DexAnswerError('', 503), { kind: 'transient' }],
    ['499', new DexAnswerError('', 499), { kind: 'persistent' }],
    ['403', new DexAnswerError('', 403), { kind: 'persistent' }],
    ['HTML with 200', new DexAnswerError('', 200), { kind: 'persistent' }],
    ['an answer without sense', new MalformedAnswerError('x'), { kind: 'persistent' }],
    ['a reset', Object.assign(new Error('x'), { code: 'ECONNRESET' }), { kind: 'transient' }],
    ['a timeout', new TimeoutError('GET', 1), { kind: 'transient' }],
    ['what is no error', 'broken', { kind: 'transient' }],
  ])('%s', (_what, error, failure) => {
    expect(classifyDexError(error)).toEqual(failure);
  });
});
