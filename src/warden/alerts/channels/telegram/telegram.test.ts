// Over 350 lines because each way in which Telegram answers is one case of the same channel.
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../../../../kernel/index.ts';
import type { Message } from '../../message.ts';
import type { Notice } from '../../notice.ts';
import { startFakeBotApi, type Fault, type FakeBotApi } from '../../testing/fake-bot-api.ts';
import { passFor } from '../../testing/pass-time.ts';
import { ERROR_BODIES } from '../../testing/telegram-errors.ts';
import type { Channel, Delivery, DeliveryContext } from '../channel.ts';
import { isSilent, replyOf, telegramChannel } from './telegram.ts';

const TOKEN = '4242:hush-hush_0123456789';
const GROUP = -500;

const notice: Notice = {
  id: 'n1',
  at: 0,
  severity: 'critical',
  thread: null,
  alerts: [],
  total: 0,
  counts: { info: 0, warning: 0, error: 0, critical: 0 },
  list: null,
  kind: 'test',
  by: 'ann',
};

const message: Message = {
  mood: 'critical',
  title: 'CRITICAL: <memory> & more',
  text: ['It is short.'],
  facts: [],
  items: [],
  total: 0,
  sections: [],
  links: [],
  attachment: null,
  about: null,
};

let clock: FakeClock;
let api: FakeBotApi;
let channel: Channel;
let memory: Record<string, string>;

const open = (settings: object = {}): Promise<Channel> =>
  telegramChannel.create(
    telegramChannel.schema.parse({ token: TOKEN, chat_id: GROUP, api_root: `${api.url}/`, ...settings }),
    { clock, log: silentLogger, name: 'night', source: 'test', print: null },
  );

const deliver = (parts: Partial<Message> = {}, context: Partial<DeliveryContext> = {}): Promise<Delivery> =>
  passFor(
    clock,
    channel.deliver(
      notice,
      { ...message, ...parts },
      {
        key: 'k',
        thread: null,
        signal: new AbortController().signal,
        memory,
        remember: (key, value) => {
          memory[key] = value;
        },
        ...context,
      },
    ),
  );

const sends = (): number => api.methods().filter((method) => method === 'sendMessage').length;

beforeEach(async () => {
  clock = new FakeClock();
  memory = {};
  api = await startFakeBotApi({
    clock,
    token: TOKEN,
    chats: [
      { id: GROUP, type: 'group', title: 'Ops' },
      { id: -700, type: 'supergroup', title: 'Forum', topics: [3] },
      { id: 9, type: 'private' },
    ],
  });
  channel = await open();
});

afterEach(async () => {
  await channel.close?.();
  await api.close();
});

describe('settings', () => {
  const base = { token: TOKEN, chat_id: GROUP };
  const parse = (settings: object) => telegramChannel.schema.safeParse({ ...base, ...settings });

  it('has sensible ones for the rest', () => {
    expect(telegramChannel.schema.parse(base)).toEqual({
      token: TOKEN,
      chat_id: '-500',
      allowed_chats: [],
      thread_id: null,
      api_root: 'https://api.telegram.org',
      silent_below: 'warning',
      commands: true,
    });
    expect(parse({ chat_id: '@moon_ops' }).success).toBe(true);
    expect(parse({ chat_id: '-1001234567890' }).data?.chat_id).toBe('-1001234567890');
  });

  it.each([
    { token: 'abc' },
    { token: '1:a b' },
    { token: '1:a/../b' },
    { chat_id: 'ops' },
    { chat_id: 1.5 },
    { chat_id: '' },
    { allowed_chats: ['x'] },
    { thread_id: 0 },
    { api_root: 'ftp://x' },
    { silent_below: 'loud' },
    { more: 1 },
  ])('refuses %j', (settings) => {
    expect(parse(settings).success).toBe(false);
  });

  it('does not repeat a bad token', () => {
    expect(JSON.stringify(parse({ token: 'my secret' }).error?.issues)).not.toContain('my secret');
  });
});

describe('deliver', () => {
  it('puts a message into the chat, and names it', async () => {
    const sent = await deliver({ about: 'a1b2' });
    const [one] = api.messages;
    expect(sent).toEqual({ kind: 'sent', ref: String(one?.messageId) });
    expect(one).toMatchObject({
      chat: '-500',
      topic: null,
      text: '🚨 CRITICAL: <memory> & more\n\nIt is short.',
      replyTo: null,
      silent: false,
      buttons: ['a:a1b2', 's:a1b2', 'd:a1b2'],
    });
  });

  it('has no buttons where nobody listens', async () => {
    channel = await open({ commands: false });
    await deliver({ about: 'a1b2' });
    expect(api.messages[0]?.buttons).toEqual([]);
    expect(channel.listen).toBeUndefined();
  });

  it('answers the first message of the thread, and goes without when that is gone', async () => {
    const first = await deliver();
    const thread = first.kind === 'sent' ? first.ref : null;
    await deliver({ mood: 'ok' }, { thread });
    expect(api.messages[1]).toMatchObject({ replyTo: Number(thread), silent: true });
    expect(await deliver({}, { thread: '99999' })).toMatchObject({ kind: 'sent' });
    expect(api.messages[2]?.replyTo).toBeNull();
  });

  it('10,000 alerts: one message and one file in answer to it, each at its pace', async () => {
    const list = Array.from({ length: 10_000 }, (_, n) => `ERROR id${n} data.stale <b>`).join('\n');
    const items = Array.from({ length: 10 }, (_, n) => ({
      mood: 'error' as const,
      id: `id${n}`,
      text: 'x'.repeat(900),
    }));
    expect(
      await deliver({ items, total: 10_000, attachment: { name: 'ale rts;.txt', text: list } }),
    ).toMatchObject({ kind: 'sent' });
    expect(api.messages).toHaveLength(2);
    expect(api.messages[0]?.text).toContain('… and 9,990 more');
    expect(api.messages[1]).toMatchObject({
      replyTo: api.messages[0]?.messageId,
      document: { name: 'ale_rts_.txt' },
    });
    expect(
      api.messages[1]?.document?.text.split('\n').filter((line) => line.startsWith('ERROR id')),
    ).toHaveLength(10_010);
    expect(api.callsInBan).toBe(0);
  });

  it('a file that does not go leaves the message delivered', async () => {
    api.fail('sendDocument', { body: ERROR_BODIES['bad-request-not-enough-rights-photos'] ?? {} });
    const sent = await deliver({ attachment: { name: 'a.txt', text: 'x' } });
    expect(sent).toMatchObject({
      kind: 'sent',
      why: expect.stringContaining('allow it to send media') as string,
    });
    expect(sends()).toBe(1);
  });

  it('keeps the pace of a group, and says when it would have to wait for long', async () => {
    for (let n = 0; n < 20; n++) expect((await deliver()).kind).toBe('sent');
    const calls = api.calls.length;
    const next = await deliver();
    expect(next).toMatchObject({ kind: 'later' });
    expect(next.kind === 'later' && next.retryAfterMs).toBeGreaterThan(20_000);
    expect(api.calls).toHaveLength(calls);
    expect(api.callsInBan).toBe(0);
    expect(channel.paces).toEqual([
      { calls: 1, perMs: 1_000 },
      { calls: 20, perMs: 60_000 },
      { calls: 30, perMs: 1_000 },
    ]);
  });

  it('429: no call until the pause is over, also by one that was started anew', async () => {
    api.fail('sendMessage', { body: ERROR_BODIES['too-many-requests'] ?? {} });
    expect(await deliver()).toMatchObject({ kind: 'later', retryAfterMs: 123_000 });
    await clock.advance(60_000);
    expect(await deliver()).toMatchObject({ kind: 'later', why: 'Telegram has asked for a pause.' });
    channel = await open();
    const again = await deliver();
    expect(again.kind === 'later' && again.retryAfterMs).toBeGreaterThan(50_000);
    expect(api.calls).toHaveLength(1);
    expect(api.callsInBan).toBe(0);
    await clock.advance(63_000);
    expect((await deliver()).kind).toBe('sent');
    expect(api.callsInBan).toBe(0);
  });

  it('a group that became another chat: goes there at once, and from then on', async () => {
    const first = await deliver();
    api.migrate(GROUP, -100900);
    const thread = first.kind === 'sent' ? first.ref : null;
    const sent = await deliver({}, { thread });
    expect(sent).toMatchObject({ kind: 'sent', why: expect.stringContaining('`chat_id`') as string });
    expect(memory['chat:-500']).toBe('-100900');
    // The number of the thread would be another message there.
    expect(api.calls.at(-1)?.fields['reply_parameters']).toBeUndefined();
    expect(api.messages[1]).toMatchObject({ chat: '-100900', replyTo: null });
    const calls = sends();
    channel = await open();
    await clock.advance(2_000);
    const ref = sent.kind === 'sent' ? sent.ref : null;
    expect(await deliver({}, { thread: ref })).toMatchObject({ kind: 'sent' });
    expect(sends()).toBe(calls + 1);
    expect(api.messages[2]).toMatchObject({ chat: '-100900', replyTo: api.messages[1]?.messageId });
  });

  it('goes into its topic, and into the chat when the topic is gone', async () => {
    channel = await open({ chat_id: -700, thread_id: 3 });
    await deliver();
    expect(api.messages[0]?.topic).toBe(3);
    channel = await open({ chat_id: -700, thread_id: 4 });
    await clock.advance(2_000);
    expect(await deliver()).toMatchObject({ kind: 'sent', why: expect.stringContaining('topic') as string });
    expect(api.messages[1]).toMatchObject({ chat: '-700', topic: null });
  });

  it('goes as plain text when the markup cannot be read', async () => {
    api.fail('sendMessage', {
      body: { ok: false, error_code: 400, description: "Bad Request: can't parse entities: x" },
    });
    expect(await deliver()).toMatchObject({
      kind: 'sent',
      why: expect.stringContaining('plain text') as string,
    });
    expect(api.messages[0]?.text).toBe('🚨 CRITICAL: <memory> & more\n\nIt is short.');
    expect(api.calls.at(-1)?.fields['parse_mode']).toBeUndefined();
  });

  it.each([
    ['bad-request-button-url-invalid', 'buttons'],
    ['bad-request-reply-message-not-found', 'as a new one'],
    ['bad-request-entities-too-long', 'plain text'],
  ])('%s: goes without', async (name, says) => {
    api.fail('sendMessage', { body: ERROR_BODIES[name] ?? {} });
    expect(await deliver({ about: 'a1' }, { thread: '5' })).toMatchObject({
      kind: 'sent',
      why: expect.stringContaining(says) as string,
    });
  });

  it('does not try for ever what is refused in each form', async () => {
    const body = ERROR_BODIES['bad-request-entities-too-long'] ?? {};
    api.fail('sendMessage', { body }, { body }, { body });
    expect(await deliver()).toMatchObject({ kind: 'refused' });
    expect(sends()).toBe(2);
  });

  it.each<[string, Fault, string]>([
    ['a page of a proxy', { status: 502, page: `<html>${TOKEN}</html>` }, 'no JSON'],
    [
      'a server that has trouble',
      { body: { ok: false, error_code: 500, description: `Internal ${TOKEN}` } },
      '500',
    ],
    ['no without a code', { body: { ok: false } }, 'did not say why'],
    ['a connection that ends', 'reset', 'cannot be reached'],
    ['one that ends in the answer', 'reset-in-body', 'Telegram'],
    ['no answer', 'hang', 'within 15 s'],
  ])('%s: another time, and no word of the token', async (_, fault, says) => {
    api.fail('sendMessage', fault);
    const delivery = await deliver();
    expect(delivery).toMatchObject({
      kind: 'later',
      retryAfterMs: null,
      why: expect.stringContaining(says) as string,
    });
    expect(delivery.why).not.toContain('hush');
    expect((await deliver()).kind).toBe('sent');
  });

  it('nobody there: another time', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    channel = await open({ api_root: `http://127.0.0.1:${port}` });
    expect(await deliver()).toEqual({
      kind: 'later',
      why: 'Telegram cannot be reached (ECONNREFUSED).',
      retryAfterMs: null,
    });
  });

  it('a wrong token needs a person', async () => {
    channel = await open({ token: '4242:other' });
    expect(await deliver()).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('`token` of the channel night') as string,
    });
  });

  it('ends soon after it is told to', async () => {
    const stop = new AbortController();
    api.fail('sendMessage', 'hang');
    const work = channel.deliver(notice, message, {
      key: 'k',
      thread: null,
      signal: stop.signal,
      memory,
      remember: () => undefined,
    });
    stop.abort();
    expect(await work).toMatchObject({ kind: 'later' });
    expect(clock.pending).toBe(0);
  });
});

describe('check', () => {
  const check = () =>
    passFor(clock, channel.check?.(new AbortController().signal) ?? Promise.reject(new Error('none')));

  it('names bot and chat', async () => {
    expect(await check()).toEqual({ ok: true, why: 'The bot @moon_bot knows the chat Ops (group).' });
    expect(api.messages).toEqual([]);
  });

  it('says what to do', async () => {
    channel = await open({ chat_id: 123 });
    expect(await check()).toMatchObject({
      ok: false,
      why: expect.stringContaining('correct `chat_id`') as string,
    });
    api.migrate(GROUP, -100900);
    channel = await open();
    expect(await check()).toMatchObject({ ok: true, why: expect.stringContaining('-100900') as string });
  });
});

it.each([
  ['ok', 'warning', true],
  ['info', 'warning', true],
  ['warning', 'warning', false],
  ['critical', 'critical', false],
  ['error', 'critical', true],
  ['ok', 'info', false],
] as const)('%s below %s: silent %s', (mood, below, silent) => {
  expect(isSilent(mood, below)).toBe(silent);
});

it.each([
  [null, '-5', '-5', null],
  ['17', '-5', '-5', 17],
  ['17', '-5', '-100', null],
  ['-100:17', '-5', '-100', 17],
  ['-100:17', '-5', '-5', null],
  ['x', '-5', '-5', null],
] as const)('%s in %s, now %s: answers %s', (thread, configured, now, expected) => {
  expect(replyOf(thread, configured, now)).toBe(expected);
});
