import { describe, expect, it } from 'vitest';
import { AbortedError, TimeoutError } from '../../kernel/index.ts';
import { DexAnswerError, classifyDexError, readJson } from './answer.ts';
import { jsonAnswer } from './testing/wire.ts';
import type { DexAnswer } from './transport.ts';
import { MalformedAnswerError, parsePairs } from './wire.ts';

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
    [503, 'text/html', '<p>Ray ID: 9f0</p>', 'answered 503 (an HTML page)'],
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
    ['Thu, 01 Jan 2026 11:59:00 GMT', 0],
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

describe('every failure of DexScreener that is known means something', () => {
  const html = (title: string): string => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;
  const answered = (status: number, contentType: string, body: string, retryAfter?: string): unknown => {
    try {
      return parsePairs(
        readJson({ status, contentType, body, ...(retryAfter === undefined ? {} : { retryAfter }) }, NOW),
      );
    } catch (error) {
      return error;
    }
  };
  const failed = (code: string): Error => Object.assign(new Error(code), { code });
  const passes = { kind: 'transient', retry: true, countsForBreaker: true };
  const stays = { kind: 'persistent', retry: false, countsForBreaker: true };
  const ours = { kind: 'persistent', retry: false, countsForBreaker: false };
  const throttles = { kind: 'throttled', retry: true, countsForBreaker: 'persisting' };

  it.each<[string, unknown, object]>([
    ['429 with its time', answered(429, '', '', '5'), { ...throttles, retryAfterMs: 5_000 }],
    ['429 at once', answered(429, '', '', '0'), { ...throttles, retryAfterMs: 0 }],
    ['429 without a time', answered(429, '', ''), { ...throttles, retryAfterMs: 3_000 }],
    ['429 as HTML (1015)', answered(429, 'text/html', html('Attention Required! | Cloudflare')), throttles],
    ['500', answered(500, 'application/json', '{}'), passes],
    ['502 of the proxy', answered(502, 'text/html', html('502 Bad Gateway')), passes],
    ['503 with its time', answered(503, '', '', '7'), { ...passes, retryAfterMs: 7_000 }],
    ['504', answered(504, '', ''), passes],
    [
      '520 of Cloudflare about its origin',
      answered(520, 'text/html', html('Web server is returning an unknown error; Cloudflare Ray ID 9')),
      passes,
    ],
    ['408', answered(408, '', ''), passes],
    ['403 of Cloudflare', answered(403, 'text/html', html('Just a moment...')), stays],
    ['503 of Cloudflare that wants a browser', answered(503, 'text/html', html('Just a moment...')), stays],
    [
      '200 of Cloudflare that wants a browser',
      answered(200, 'text/html', html('Performing security verification')),
      stays,
    ],
    ['401', answered(401, '', ''), stays],
    ['403', answered(403, '', ''), stays],
    ['400 for a list that is too long', answered(400, 'application/json', '{}'), ours],
    ['HTML with 200', answered(200, 'text/html', html('moved')), stays],
    ['cut-off JSON', answered(200, 'application/json', '{"pairs": ['), stays],
    ['an empty body', answered(200, 'application/json', ''), stays],
    ['JSON of another kind', answered(200, 'application/json', '{"error":"moved"}'), stays],
    ['a number', answered(200, 'application/json', '5'), stays],
    ['a reset', failed('ECONNRESET'), passes],
    ['closed in the middle of the body', failed('UND_ERR_SOCKET'), passes],
    ['a connection that does not come up', failed('UND_ERR_CONNECT_TIMEOUT'), { ...passes, neverSent: true }],
    ['refused', failed('ECONNREFUSED'), { ...passes, neverSent: true }],
    ['the name is not known', failed('ENOTFOUND'), { ...passes, neverSent: true }],
    ['the resolver does not answer', failed('EAI_AGAIN'), { ...passes, neverSent: true }],
    ['the network is gone', failed('ENETUNREACH'), passes],
    ['no file descriptors are left', failed('EMFILE'), { kind: 'system', retry: false }],
    ['a bad certificate', failed('CERT_HAS_EXPIRED'), stays],
    ['a body over the limit', new MalformedAnswerError('the answer is over 4000000 bytes'), stays],
    ['a timeout', new TimeoutError('GET', 1), passes],
    ['the caller has gone', new AbortedError('GET'), { kind: 'cancelled', countsForBreaker: false }],
    ['what is no error', 'broken', passes],
  ])('%s', (_what, error, classification) => {
    expect(classifyDexError(error)).toMatchObject(classification);
  });

  it('no pairs are no failure, however they are said', () => {
    for (const [status, body] of [
      [404, html('Not Found')],
      [404, ''],
      [200, '[]'],
      [200, '{"pairs":null}'],
      [200, '{"schemaVersion":"1.0.0","pairs":[]}'],
    ] as const) {
      expect(answered(status, 'application/json', body)).toEqual({ pairs: [], dropped: [] });
    }
  });
});
