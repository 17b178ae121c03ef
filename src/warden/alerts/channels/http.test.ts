import { describe, expect, test } from 'vitest';
import { deliveryOf, inJson, type HttpOutcome } from './http.ts';
import { hide, secretsOf } from './secrets.ts';

const answer = (status: number, more: object = {}): HttpOutcome => ({
  kind: 'answer',
  status,
  body: '',
  quoted: '',
  retryAfterMs: null,
  ...more,
});
const hints = { who: 'It', denied: 'Correct the token.', gone: 'Correct the address.' };

describe('what an answer means', () => {
  test.each([
    [200, 'sent'],
    [204, 'sent'],
    [301, 'dead'],
    [308, 'dead'],
    [400, 'refused'],
    [401, 'dead'],
    [403, 'dead'],
    [404, 'dead'],
    [407, 'dead'],
    [408, 'later'],
    [409, 'refused'],
    [410, 'dead'],
    [413, 'refused'],
    [422, 'refused'],
    [425, 'later'],
    [429, 'later'],
    [500, 'later'],
    [502, 'later'],
    [503, 'later'],
    [504, 'later'],
    [599, 'later'],
  ])('%i: %s', (status, kind) => {
    expect(deliveryOf(answer(status), hints).kind).toBe(kind);
  });

  test('none: later, with what was in the way', () => {
    expect(deliveryOf({ kind: 'none', why: 'No way.' }, hints)).toEqual({
      kind: 'later',
      why: 'No way.',
      retryAfterMs: null,
    });
  });

  test('one that is dead says what to do', () => {
    expect(deliveryOf(answer(401, { quoted: 'bad token' }), hints)).toEqual({
      kind: 'dead',
      why: 'It answered 401: bad token. Correct the token.',
    });
    expect(deliveryOf(answer(307), hints)).toMatchObject({
      why: expect.stringContaining('redirect') as string,
    });
  });

  test('of two waits the longer one counts', () => {
    const both = (header: number | null, body: number | null): unknown => {
      const made = deliveryOf(answer(429, { retryAfterMs: header }), { ...hints, retryAfterMs: () => body });
      return made.kind === 'later' ? made.retryAfterMs : undefined;
    };
    expect([both(null, null), both(5, null), both(null, 5), both(5, 7), both(7, 5), both(0, null)]).toEqual([
      null,
      5,
      5,
      7,
      7,
      0,
    ]);
  });

  test('what the receiver calls it, and what was left out', () => {
    const made = deliveryOf(answer(200, { body: '{"id":"x"}' }), {
      ...hints,
      ref: (body) => String(inJson(body, 'id')),
      leftOut: 'Shortened.',
    });
    expect(made).toEqual({ kind: 'sent', ref: 'x', why: 'Shortened.' });
    expect(inJson('<html>', 'id')).toBeUndefined();
    expect(inJson('null', 'id')).toBeUndefined();
  });
});

describe('secrets', () => {
  test('are hidden as they are, and as addresses, JSON and Base64 write them', () => {
    const secret = 'pa"ss w/rd';
    for (const form of [
      secret,
      encodeURIComponent(secret),
      'pa\\"ss w/rd',
      Buffer.from(secret).toString('base64'),
    ])
      expect(hide(`<${form}>`, [secret, null, undefined, 'ab'])).toBe('<***>');
  });

  test('a longer one is hidden whole where a shorter one is a part of it', () => {
    expect(hide('abcdef', ['abcd', 'abcdef'])).toBe('***');
  });

  test('of an address all behind the host', () => {
    const url = 'https://bob:hunter22@hooks.example.com/services/T0000000/B1111111?token=quite-secret';
    const text = `connect hooks.example.com failed for ${url}, B1111111, quite-secret, hunter22, /services/T0000000/B1111111?token=quite-secret`;
    const hidden = hide(text, secretsOf(url));
    expect(hidden).toBe('connect hooks.example.com failed for ***, ***, ***, ***, ***');
  });

  test('the words of sentences stay', () => {
    expect(hide('The api of user bob has no hook.', secretsOf('https://user@h.example/api/hook'))).toBe(
      'The api of user bob has no hook.',
    );
  });
});
