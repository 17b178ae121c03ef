import { expect, test } from 'vitest';
import { AbortedError, TimeoutError } from '../../../kernel/index.ts';
import { escapeHtml } from './email-html.ts';
import { mailFailure } from './email-outcome.ts';
import { email } from './email.ts';

const failing = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode });

test.each([
  ['later', { code: 'EAUTH', responseCode: 454, command: 'AUTH PLAIN' }],
  ['dead', { code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN' }],
  ['dead', { code: 'EAUTH' }],
  ['dead', { code: 'EENVELOPE', responseCode: 530, command: 'MAIL FROM' }],
  ['dead', { code: 'EENVELOPE', responseCode: 550, command: 'MAIL FROM' }],
  ['dead', { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }],
  [
    'later',
    {
      code: 'EENVELOPE',
      responseCode: 550,
      command: 'RCPT TO',
      rejectedErrors: [failing(550), failing(451)],
    },
  ],
  ['dead', { code: 'EPROTOCOL', responseCode: 554, command: 'CONN' }],
  ['refused', { code: 'EMESSAGE', responseCode: 552, command: 'DATA' }],
  ['refused', { code: 'EMESSAGE' }],
  ['dead', { code: 'ETLS' }],
  ['later', { code: 'EDNS' }],
  ['later', { code: 'ESOCKET' }],
  ['later', { code: 'ECONNECTION' }],
  ['later', { code: 'ETIMEDOUT' }],
])('%s: %o', (kind, fields) => {
  expect(mailFailure(Object.assign(new Error('x'), fields), 'h', 'n', []).kind).toBe(kind);
});

test('what is thrown otherwise is tried again', () => {
  for (const thrown of ['x', null, new TimeoutError('a', 1), new AbortedError('b')])
    expect(mailFailure(thrown, 'h', 'n', []).kind).toBe('later');
});

test('markup of HTML is text', () => {
  expect(escapeHtml(`<a href="x" id='y'>&amp;</a>`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
});

const good = { host: 'mail.example.com', from: 'Night watch <watch@example.com>', to: ['ada@example.com'] };

test.each([
  ['no recipient', { to: [] }],
  ['a recipient with another behind a line break', { to: ['ada@example.com\r\nbob@example.com'] }],
  ['two recipients in one', { to: ['ada@example.com, bob@example.com'] }],
  ['no address', { to: ['ada'] }],
  ['no sender', { from: '' }],
  ['a port that is none', { port: 0 }],
])('%s is refused', (_, wrong) => {
  expect(email.schema.safeParse(good).success).toBe(true);
  expect(email.schema.safeParse({ ...good, ...wrong }).success).toBe(false);
});
