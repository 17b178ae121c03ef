import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CASES, alertOf, manyOf, noticeOf } from '../testing/notices.ts';
import { verifySignature } from './signature.ts';
import { deliver, open } from './testing/deliver.ts';
import { startReceiver, type Receiver } from './testing/receiver.ts';
import { webhook } from './webhook.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const notice = noticeOf({ kind: 'firing', update: false });
const json = (): Record<string, unknown> =>
  JSON.parse(receiver.received[0]?.body ?? '') as Record<string, unknown>;

describe('a request', () => {
  test('is JSON with the key, the headers of the configuration and a signature over the body', async () => {
    const channel = await open(webhook, {
      url: `${receiver.url}/hook?x=1`,
      secret: 'shared secret',
      token: 'tok-12345',
      headers: { 'X-Team': 'night' },
    });
    expect(await deliver(channel, notice, { key: 'once' })).toEqual({ kind: 'sent', ref: null });
    const [one] = receiver.received;
    expect(one).toMatchObject({
      method: 'POST',
      path: '/hook?x=1',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': 'once',
        'x-team': 'night',
        authorization: 'Bearer tok-12345',
      },
    });
    const header = String(one?.headers['x-moonwarden-signature']);
    expect(header).toMatch(/^t=\d{10},v1=[\da-f]{64}$/);
    expect(verifySignature('shared secret', header, one?.body ?? '', Date.now(), 60_000)).toBe(true);
    expect(json()).toMatchObject({
      version: '1',
      id: 'n-0001',
      kind: 'firing',
      status: 'firing',
      severity: 'critical',
    });
    await channel.close?.();
  });

  test('carries the user of the address as such, and no signature without a secret', async () => {
    const channel = await open(webhook, { url: receiver.url.replace('//', '//ann:p%40ss@') });
    await deliver(channel, notice);
    const headers = receiver.received[0]?.headers;
    expect(headers?.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    expect(headers).not.toHaveProperty('x-moonwarden-signature');
    await channel.close?.();
  });

  test('has the whole list, and how many alerts are not told one by one', async () => {
    const channel = await open(webhook, { url: receiver.url });
    await deliver(channel, manyOf(10_000));
    const { alerts, truncatedAlerts, total, list } = json() as Record<string, unknown[]>;
    expect([alerts?.length, truncatedAlerts, total, list?.length]).toEqual([10, 9_990, 10_000, 10_000]);
    await channel.close?.();
  });

  test.each([
    ['resolved', 'resolved'],
    ['firing-several', 'firing'],
    ['test', 'info'],
    ['daily-report', 'info'],
  ])('of %s has the status %s', async (name, status) => {
    const channel = await open(webhook, { url: receiver.url });
    await deliver(channel, CASES[name] ?? notice);
    expect(json()['status']).toBe(status);
    await channel.close?.();
  });
});

test('as Alertmanager writes it, labels are valid and what is over has an end', async () => {
  const channel = await open(webhook, { url: receiver.url, format: 'alertmanager' });
  const evil = alertOf({
    labels: { '9 lives': 'x', severity: 'mine', '': 'y', __name__: 'z', empty: '' },
    endedAt: 1_000,
  });
  await deliver(channel, noticeOf({ kind: 'resolved' }, [evil, alertOf()]));
  const body = json();
  expect(body).toMatchObject({ version: '4', status: 'firing', receiver: 'night', truncatedAlerts: 0 });
  const [one, two] = body['alerts'] as Record<string, unknown>[];
  expect(one).toMatchObject({
    status: 'resolved',
    endsAt: '1970-01-01T00:00:01.000Z',
    labels: {
      alertname: 'process.memory',
      severity: 'critical',
      label_severity: 'mine',
      _9_lives: 'x',
      _: 'y',
      label__name__: 'z',
    },
    annotations: { runbook: 'https://example.com/moonwarden/docs/runbooks/process.memory.md' },
  });
  expect(one?.['labels']).not.toHaveProperty('empty');
  expect(two).toMatchObject({ status: 'firing', endsAt: '0001-01-01T00:00:00Z' });
  expect(one?.['fingerprint']).not.toBe(two?.['fingerprint']);
  expect(body['commonLabels']).toEqual({
    alertname: 'process.memory',
    severity: 'critical',
    component: 'process',
    kind: 'memory',
    source: 'trader-1',
  });
  await channel.close?.();
});

test.each([
  ['no address', { url: 'ftp://x' }],
  ['a header with a line break', { url: 'http://x', headers: { a: 'b\r\nc: d' } }],
  ['a header that is no name', { url: 'http://x', headers: { 'a b': 'c' } }],
  ['a header of ours', { url: 'http://x', headers: { 'Content-Type': 'text/plain' } }],
  ['an unknown format', { url: 'http://x', format: 'xml' }],
  ['an unknown setting', { url: 'http://x', seceret: 'x' }],
  ['a timeout of nothing', { url: 'http://x', timeout: '0s' }],
])('%s is refused before anything is sent', (_, settings) => {
  expect(webhook.schema.safeParse(settings).success).toBe(false);
});

describe('a signature', () => {
  const NOW = 1_700_000_000_000;
  const good = 't=1700000000,v1=1aecc2d66f64f2cbc3a4ae3aaeb4c3cd2a7bc15d8bdb4d27d59e4fa4f4a05d1b';
  test.each([
    ['of another body', 'secret', (header: string) => header, 'other', NOW],
    ['by another secret', 'wrong', (header: string) => header, 'body', NOW],
    ['that is too old', 'secret', (header: string) => header, 'body', NOW + 300_001],
    ['from the future', 'secret', (header: string) => header, 'body', NOW - 301_000],
    ['with another time', 'secret', (header: string) => header.replace('t=17', 't=18'), 'body', NOW],
    ['without a time', 'secret', (header: string) => header.replace(/t=\d+,/, ''), 'body', NOW],
    ['cut short', 'secret', (header: string) => header.slice(0, -2), 'body', NOW],
    ['of nothing', 'secret', () => '', 'body', NOW],
    ['that is garbage', 'secret', () => good, 'body', NOW],
  ])('%s does not hold', async (_, secret, spoil, body, now) => {
    const { signatureOf } = await import('./signature.ts');
    const header = signatureOf('secret', 'body', NOW);
    expect(verifySignature('secret', header, 'body', NOW + 300_000)).toBe(true);
    expect(verifySignature('secret', `${header},v1=${'0'.repeat(64)}`, 'body', NOW)).toBe(true);
    expect(verifySignature(secret, spoil(header), body, now)).toBe(false);
  });

  test('is the HMAC that others compute', async () => {
    const { createHmac } = await import('node:crypto');
    const mac = createHmac('sha256', 'k').update('1.{}').digest('hex');
    expect(verifySignature('k', `t=1,v1=${mac}`, '{}', 1_000)).toBe(true);
  });
});
