import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AT, alertOf, manyOf, noticeOf } from '../testing/notices.ts';
import { alertmanager } from './alertmanager.ts';
import { deliver, open } from './testing/deliver.ts';
import { startReceiver, type Receiver } from './testing/receiver.ts';

let one: Receiver;
let two: Receiver;
beforeEach(async () => {
  [one, two] = await Promise.all([startReceiver(), startReceiver()]);
});
afterEach(() => Promise.all([one.close(), two.close()]));

interface Posted {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
}
const posted = (receiver: Receiver, nth = 0): Posted[] =>
  JSON.parse(receiver.received[nth]?.body ?? '[]') as Posted[];
const fire = { kind: 'firing', update: false } as const;
const iso = (at: number): string => new Date(at).toISOString();

test('posts an alert with an end ahead while it is there, and behind once it is over', async () => {
  const channel = await open(alertmanager, { urls: [`${one.url}/am/`], firing_for: '10m' });
  expect(await deliver(channel, noticeOf(fire))).toEqual({ kind: 'sent', ref: null });
  await deliver(channel, noticeOf({ kind: 'resolved' }, [alertOf({ endedAt: AT + 1_000 })]));
  expect(one.received[0]).toMatchObject({ method: 'POST', path: '/am/api/v2/alerts' });
  expect(posted(one)).toEqual([
    {
      labels: {
        alertname: 'process.memory',
        severity: 'critical',
        component: 'process',
        kind: 'memory',
        source: 'trader-1',
      },
      annotations: expect.objectContaining({
        summary: expect.stringContaining('92 %') as string,
        runbook: 'https://example.com/moonwarden/docs/runbooks/process.memory.md',
      }) as object,
      startsAt: iso(AT - 720_000),
      endsAt: iso(AT + 600_000),
      generatorURL: 'http://127.0.0.1:8420/',
    },
  ]);
  expect(posted(one, 1)[0]).toMatchObject({ startsAt: iso(AT - 720_000), endsAt: iso(AT + 1_000) });
  await channel.close?.();
});

test('an alert that gets worse ends under its old severity, and all of it ends at the end', async () => {
  const channel = await open(alertmanager, { urls: [one.url] });
  const memory: Record<string, string> = {};
  const context = { memory, remember: (key: string, value: string) => void (memory[key] = value) };
  await deliver(channel, noticeOf(fire, [alertOf({ severity: 'warning' })]), context);
  await deliver(channel, noticeOf(fire, [alertOf({ severity: 'critical' })]), context);
  await deliver(
    channel,
    noticeOf({ kind: 'resolved' }, [alertOf({ severity: 'warning', endedAt: AT + 5 })]),
    context,
  );
  const seen = [0, 1, 2].map((nth) =>
    posted(one, nth).map(({ labels, endsAt }) => [labels['severity'], endsAt > iso(AT + 60_000)]),
  );
  expect(seen).toEqual([
    [['warning', true]],
    [
      ['critical', true],
      ['warning', false],
    ],
    [
      ['warning', false],
      ['critical', false],
    ],
  ]);
  expect(JSON.parse(memory['firing'] ?? '')).toEqual({});
  await channel.close?.();
});

test('what it remembers is bounded, and what is no memory is none', async () => {
  const channel = await open(alertmanager, { urls: [one.url] });
  let kept = '';
  const remember = (_: string, value: string): void => void (kept = value);
  const many = manyOf(5_000);
  await deliver(
    channel,
    {
      ...many,
      alerts: Array.from({ length: 5_000 }, (_, n) => alertOf({ id: `x${n}`, labels: { n: String(n) } })),
    },
    {
      remember,
      memory: { firing: '{"x": 3' },
    },
  );
  expect(posted(one)).toHaveLength(1_000);
  expect(Object.keys(JSON.parse(kept) as object)).toHaveLength(200);
  await channel.close?.();
});

test('an alert that seems to end before it began ends when it began', async () => {
  const channel = await open(alertmanager, { urls: [one.url] });
  await deliver(channel, noticeOf({ kind: 'resolved' }, [alertOf({ startedAt: AT, endedAt: AT - 1 })]));
  expect(posted(one)[0]).toMatchObject({ startsAt: iso(AT), endsAt: iso(AT) });
  await channel.close?.();
});

describe('several members', () => {
  test('the next one is asked when one does not take it', async () => {
    const channel = await open(alertmanager, { urls: [one.url, two.url] });
    one.answer((response) => response.writeHead(500).end('{"error":"broken"}'));
    expect(await deliver(channel, noticeOf(fire))).toEqual({
      kind: 'sent',
      ref: null,
      why: 'Member 2 took it. Alertmanager answered 500: {"error":"broken"}.',
    });
    expect([one.received.length, two.received.length]).toEqual([1, 1]);
    await channel.close?.();
  });

  test.each([
    [404, 401, 'dead', undefined],
    [404, 400, 'refused', undefined],
    [404, 500, 'later', null],
    [503, 429, 'later', 3_000],
  ])('%i and %i: %s', async (first, second, kind, retryAfterMs) => {
    const channel = await open(alertmanager, { urls: [one.url, two.url] });
    const waits = first === 503;
    one.answer((response) => response.writeHead(first, waits ? { 'retry-after': '7' } : {}).end());
    two.answer((response) => response.writeHead(second, waits ? { 'retry-after': '3' } : {}).end());
    const delivery = await deliver(channel, noticeOf(fire));
    expect(delivery.kind).toBe(kind);
    expect(delivery.kind === 'later' ? delivery.retryAfterMs : undefined).toBe(retryAfterMs);
    await channel.close?.();
  });

  test('a look asks for the status, and tells nobody', async () => {
    const channel = await open(alertmanager, { urls: [one.url, two.url], token: 'secret-token' });
    one.answer((response) => response.writeHead(502).end());
    const signal = new AbortController().signal;
    expect(await channel.check?.(signal)).toEqual({ ok: true, why: 'Alertmanager answers.' });
    expect(two.received[0]).toMatchObject({
      method: 'GET',
      path: '/api/v2/status',
      headers: { authorization: 'Bearer secret-token' },
    });
    two.answer((response) => response.writeHead(401).end('who is secret-token?'));
    const bad = await channel.check?.(signal);
    expect(bad?.ok).toBe(false);
    expect(bad?.why).toContain('Correct `token`');
    expect(bad?.why).not.toContain('secret-token');
    await channel.close?.();
  });
});
