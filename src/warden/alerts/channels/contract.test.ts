import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, startStopwatch } from '../../../kernel/index.ts';
import { SEVERITIES, type Severity } from '../severity.ts';
import { CASES, alertOf, manyOf, noticeOf } from '../testing/notices.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { CHANNEL_TYPES } from './table.ts';
import { deliver, open } from './testing/deliver.ts';
import { HTTP_CHANNELS, SECRET } from './testing/http-channels.ts';
import { startReceiver, type Receiver } from './testing/receiver.ts';

const typeOf = (name: string) => {
  const found = CHANNEL_TYPES.find(({ type }) => type === name);
  if (found === undefined) throw new Error(`there is no channel ${name}`);
  return found;
};

const notice = noticeOf({ kind: 'firing', update: false });
const EVIL = '*b* _i_ `c` <b>x</b> <!channel> <@1> @everyone [a](https://evil.example) & "q" \\ {"a":1}';

test('each channel that speaks HTTP is held to this', () => {
  const others = new Set(['log', 'console', 'email', 'telegram']);
  const known = new Set(HTTP_CHANNELS.map(({ type }) => type));
  expect(
    CHANNEL_TYPES.map(({ type }) => type).filter((type) => !others.has(type) && !known.has(type)),
  ).toEqual([]);
});

test('no two kinds have one name, and each says what it is', () => {
  expect(new Set(CHANNEL_TYPES.map(({ type }) => type)).size).toBe(CHANNEL_TYPES.length);
  for (const { about } of CHANNEL_TYPES) expect(about).toMatch(/^[A-Z].+\.$/);
});

describe.each(HTTP_CHANNELS)('$name', ({ type, settings, hold }) => {
  let receiver: Receiver;
  let channel: Channel;
  const make = (url: string, ports: Partial<ChannelPorts> = {}, more: object = {}): Promise<Channel> =>
    open(typeOf(type), { ...settings(url), ...more }, ports);
  beforeEach(async () => {
    receiver = await startReceiver();
    channel = await make(receiver.url);
  });
  afterEach(async () => {
    await channel.close?.();
    await receiver.close();
  });

  const silent = (why: string | undefined): void => {
    expect(why).not.toContain(SECRET);
  };

  test('an answer of success: sent, once', async () => {
    receiver.answer((response) => response.end('{"id":"77"}'));
    expect(await deliver(channel, notice)).toMatchObject({ kind: 'sent' });
    expect(receiver.received).toHaveLength(1);
    for (const request of receiver.received) hold(request);
  });

  test.each(Object.entries(CASES))('%s is a request that is taken', async (_, one) => {
    expect(await deliver(channel, one)).toMatchObject({ kind: 'sent' });
    for (const request of receiver.received) hold(request);
  });

  test.each([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    ['nothing', undefined, null],
    ['nonsense', 'soon', null],
  ])('429 with %s: later, and not before', async (_, header, retryAfterMs) => {
    const clock = new FakeClock();
    const waiting = await make(receiver.url, { clock });
    for (const status of [429, 503]) {
      receiver.answer((response) =>
        response.writeHead(status, header === undefined ? {} : { 'retry-after': header }).end('slow down'),
      );
      expect(await deliver(waiting, notice)).toMatchObject({ kind: 'later', retryAfterMs });
    }
    await waiting.close?.();
  });

  test.each([500, 502, 504, 408, 425])('%i: later', async (status) => {
    receiver.answer((response) => response.writeHead(status).end(`broken ${SECRET}`));
    const delivery = await deliver(channel, notice);
    expect(delivery).toMatchObject({ kind: 'later', retryAfterMs: null });
    expect(delivery.why).toContain(String(status));
    silent(delivery.why);
  });

  test.each([
    [401, 'dead'],
    [403, 'dead'],
    [404, 'dead'],
    [410, 'dead'],
    [400, 'refused'],
    [413, 'refused'],
  ])('%i: %s, and a sentence without a secret', async (status, kind) => {
    receiver.answer((response, { path }) => response.writeHead(status).end(`no ${SECRET} at ${path}`));
    const delivery = await deliver(channel, notice);
    expect(delivery.kind).toBe(kind);
    if (kind === 'dead') expect(delivery.why).toContain('channel night');
    silent(delivery.why);
  });

  test('a redirect is not followed', async () => {
    const other = await startReceiver();
    receiver.answer((response) => response.writeHead(307, { location: `${other.url}/${SECRET}` }).end());
    const delivery = await deliver(channel, notice);
    expect(delivery.kind).toBe('dead');
    silent(delivery.why);
    expect(other.received).toEqual([]);
    await other.close();
  });

  test('a connection that is cut: later', async () => {
    receiver.answer((response) => response.destroy());
    const delivery = await deliver(channel, notice);
    expect(delivery).toMatchObject({ kind: 'later', retryAfterMs: null });
    silent(delivery.why);
  });

  test('nobody listens: later', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const alone = await make(`http://127.0.0.1:${port}`);
    const delivery = await deliver(alone, notice);
    expect(delivery).toMatchObject({ kind: 'later', why: expect.stringContaining('ECONNREFUSED') as string });
    silent(delivery.why);
    await alone.close?.();
  });

  test('no answer: given up soon after it is told to', async () => {
    const stop = new AbortController();
    receiver.answer(() => {
      stop.abort();
    });
    const passed = startStopwatch();
    expect(await deliver(channel, notice, { signal: stop.signal })).toMatchObject({ kind: 'later' });
    expect(passed()).toBeLessThan(2_000);
    expect(await deliver(channel, notice, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'later' });
    expect(receiver.received).toHaveLength(1);
  });

  test('no answer, or one without an end: given up after its time', async () => {
    for (const begin of [false, true]) {
      const clock = new FakeClock();
      const patient = await make(receiver.url, { clock }, { timeout: '5s' });
      const asked = new Promise<void>((resolve) => {
        receiver.answer((response) => {
          if (begin) response.writeHead(200).write('{');
          resolve();
        });
      });
      const pending = deliver(patient, notice);
      await asked;
      await clock.advance(5_000);
      expect(await pending).toMatchObject({
        kind: 'later',
        why: expect.stringContaining('within 5 s') as string,
      });
      await patient.close?.();
    }
  });

  test('of an answer that has no end only the beginning is read', async () => {
    let written = 0;
    receiver.answer((response) => {
      response.on('error', () => undefined);
      const more = (): void => {
        while (!response.destroyed && written < 50_000_000) {
          written += 65_536;
          if (!response.write('x'.repeat(65_536))) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      response.writeHead(400);
      more();
    });
    const delivery = await deliver(channel, notice);
    expect(delivery.kind).toBe('refused');
    expect(delivery.why?.length).toBeLessThan(500);
    expect(written).toBeLessThan(50_000_000);
  });

  test('markup of strangers stays text', async () => {
    const alert = alertOf({
      summary: EVIL,
      component: EVIL,
      cause: EVIL,
      labels: { [EVIL]: EVIL },
      tried: [EVIL],
      next: EVIL,
      nextSteps: [EVIL],
      id: EVIL,
      rule: EVIL,
    });
    await deliver(channel, noticeOf({ kind: 'firing', update: false }, [alert, alert]));
    for (const request of receiver.received) {
      hold(request);
      const strings: string[] = [];
      JSON.parse(request.body, (_, value: unknown) => {
        if (typeof value === 'string') strings.push(value);
        return value;
      });
      if (type === 'slack') expect(strings.filter((text) => /<!|<@|<b>/.test(text))).toEqual([]);
      if (type === 'discord')
        expect(
          strings.filter((text) =>
            /(?<!\\)[*_`<@]|(?<!\\)\[a/.test(text.replaceAll(/\[[^\]]+\]\(https?:[^)]+\)/g, '')),
          ),
        ).toEqual([]);
    }
  });

  test('10,000 alerts are one request that is taken', async () => {
    const many = manyOf(10_000, `${EVIL} {n} ${'words '.repeat(100)}`);
    const passed = startStopwatch();
    expect(await deliver(channel, many)).toMatchObject({ kind: 'sent' });
    expect(passed()).toBeLessThan(5_000);
    expect(receiver.received).toHaveLength(1);
    for (const request of receiver.received) {
      hold(request);
      expect(request.body).toMatch(/10,000|"total":10000|"truncatedAlerts":9990|data\.stale/);
    }
  });

  test('also when all of them come with the notice', async () => {
    const alerts = Array.from({ length: 10_000 }, (_, n) =>
      alertOf({ id: `a${n}`, labels: { n: String(n) }, severity: SEVERITIES[n % 4] as Severity }),
    );
    expect(
      await deliver(channel, noticeOf({ kind: 'summary', limit: 10, sinceAt: 0 }, alerts)),
    ).toMatchObject({ kind: 'sent' });
    for (const request of receiver.received) hold(request);
  });
});

test.each([
  [
    'Discord',
    'discord',
    '{"message":"You are being rate limited.","retry_after":0.651,"global":false}',
    undefined,
    651,
  ],
  ['Discord, where the header says more', 'discord', '{"retry_after":0.651}', '2', 2_000],
  ['Discord, behind a wall', 'discord', '<html>1015</html>', '3', 3_000],
])('%s tells how long to wait', async (_, type, body, header, retryAfterMs) => {
  const receiver = await startReceiver();
  const channel = await open(typeOf(type), { url: `${receiver.url}/api/webhooks/1/x` });
  receiver.answer((response) =>
    response.writeHead(429, header === undefined ? {} : { 'retry-after': header }).end(body),
  );
  expect(await deliver(channel, notice)).toMatchObject({ kind: 'later', retryAfterMs });
  await channel.close?.();
  await receiver.close();
});

test('Discord takes the whole list as a file, and names the message', async () => {
  const receiver = await startReceiver();
  const channel = await open(typeOf('discord'), { url: `${receiver.url}/api/webhooks/1/x` });
  receiver.answer((response) => response.end('{"id":"1234"}'));
  expect(await deliver(channel, manyOf(10_000))).toEqual({ kind: 'sent', ref: '1234' });
  const body = receiver.received[0]?.body ?? '';
  expect(body).toContain('name="files[0]"; filename="alerts.txt"');
  expect(body.match(/^(?:critical|error|warning) id\d{6} data\.stale/gm)).toHaveLength(10_000);
  await channel.close?.();
  await receiver.close();
});
