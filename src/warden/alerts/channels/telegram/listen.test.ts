// Over 350 lines because one listener is held to all that people and Telegram do to it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, silentLogger, type Logger } from '../../../../kernel/index.ts';
import type { Message } from '../../message.ts';
import { startFakeBotApi, type FakeBotApi } from '../../testing/fake-bot-api.ts';
import { passFor, passUntil } from '../../testing/pass-time.ts';
import { ERROR_BODIES } from '../../testing/telegram-errors.ts';
import type { Desk } from '../channel.ts';
import { telegramChannel } from './telegram.ts';

const TOKEN = '4242:hush-hush_0123456789';
const ANN = 9;
const GROUP = -500;
const STRANGER = 666;

const messageOf = (title: string, about: string | null = null): Message => ({
  mood: 'ok',
  title,
  text: [],
  facts: [],
  items: [],
  total: 0,
  sections: [],
  links: [],
  attachment: null,
  about,
});

let clock: FakeClock;
let api: FakeBotApi;
let memory: Record<string, string>;
let asked: unknown[][];
let logged: { readonly msg: string; readonly why: unknown }[];
let stop: AbortController;
let listening: Promise<void>;

const noted =
  (what: string) =>
  (...values: unknown[]): string => {
    asked.push([what, ...values]);
    return `${what} is done by @ann for /status`;
  };

const desk: Desk = {
  status: () => messageOf('all is well'),
  alerts: () => messageOf('two alerts'),
  details: (id) => (id === 'gone' ? null : messageOf(`about ${id}`, id)),
  ack: noted('ack'),
  silence: noted('silence'),
  maintenance: noted('maintenance'),
  ignored: () => {
    asked.push(['ignored']);
  },
};

const log: Logger = {
  ...silentLogger,
  info: (msg) => logged.push({ msg, why: null }),
  warning: (msg, fields) => logged.push({ msg, why: fields?.['why'] }),
};

async function start(settings: object = {}): Promise<void> {
  stop = new AbortController();
  const channel = await telegramChannel.create(
    telegramChannel.schema.parse({
      token: TOKEN,
      chat_id: GROUP,
      allowed_chats: [ANN, '@moon_talk'],
      api_root: api.url,
      ...settings,
    }),
    { clock, log, name: 'night', source: 'test', print: null },
  );
  listening =
    channel.listen?.(desk, {
      signal: stop.signal,
      memory: { ...memory },
      remember: (key, value) => {
        memory[key] = value;
      },
    }) ?? Promise.reject(new Error('it does not listen'));
}

async function end(): Promise<void> {
  stop.abort();
  await listening;
}

/** Until all that was written is heard and answered. */
const heard = async (stepMs = 250): Promise<void> => {
  await passUntil(clock, () => api.pending === 0, stepMs);
};

const texts = (): readonly string[] => api.messages.map(({ text }) => text);

beforeEach(async () => {
  clock = new FakeClock();
  memory = {};
  asked = [];
  logged = [];
  api = await startFakeBotApi({
    clock,
    token: TOKEN,
    chats: [
      { id: GROUP, type: 'group', title: 'Ops' },
      { id: ANN, type: 'private', username: 'ann' },
      { id: -800, type: 'supergroup', username: 'Moon_Talk' },
      { id: STRANGER, type: 'private' },
    ],
  });
});

afterEach(async () => {
  await end();
  expect(api.callsInBan).toBe(0);
  // The server holds a poll until it sees that nobody is there.
  await passUntil(clock, () => clock.pending === 0, 0);
  await api.close();
});

describe('commands', () => {
  it('does what people ask for, and answers their message', async () => {
    await start();
    await api.polled();
    for (const text of [
      '/status',
      '/alerts@Moon_bot',
      '/ack a1',
      '/silence a1 30m',
      '/maintenance 2h',
      '/maintenance off',
      '/help',
      '/silence a1 soon',
      '/nothing',
      'hello',
    ])
      api.write(ANN, text);
    await heard();
    expect(asked).toEqual([
      ['ack', 'a1', '@ann'],
      ['silence', 'a1', 1_800_000, '@ann'],
      ['maintenance', 7_200_000, '@ann'],
      ['maintenance', null, '@ann'],
    ]);
    expect(texts().slice(0, 3)).toEqual([
      '✅ OK all is well',
      '✅ OK two alerts',
      'ack is done by @\u2060ann for /\u2060status',
    ]);
    expect(texts()[6]).toContain('/maintenance off ends it');
    expect(texts().slice(7)).toEqual([
      '"soon" is not a time: write it as 30m, 2h or 1d.',
      'There is no command "nothing"; /help lists them.',
      'I understand commands only; /help lists them.',
    ]);
    expect(api.messages.every(({ chat, silent }) => chat === '9' && silent)).toBe(true);
  });

  it('in a group it hears what is for it', async () => {
    await start();
    await api.polled();
    for (const text of ['hello', '/status@other_bot', '/nothing', 'see /status', '/nothing@moon_bot'])
      api.write(GROUP, text);
    api.write(GROUP, '/ack a1', { forward_origin: { type: 'hidden_user' } });
    api.write(-800, '/status', { message_thread_id: 4, is_topic_message: false });
    await heard();
    expect(asked).toEqual([]);
    expect(api.messages.map(({ chat, text }) => [chat, text])).toEqual([
      ['-500', 'There is no command "nothing"; /help lists them.'],
      ['-800', '✅ OK all is well'],
    ]);
  });

  it('who may not ask is counted and hears nothing', async () => {
    await start();
    await api.polled();
    api.write(STRANGER, '/maintenance 2h');
    api.write(STRANGER, 'hello');
    api.press(
      {
        messageId: 1,
        chat: String(STRANGER),
        topic: null,
        text: '',
        replyTo: null,
        silent: false,
        buttons: [],
        document: null,
      },
      'a:a1',
    );
    await heard();
    expect(asked).toEqual([['ignored'], ['ignored'], ['ignored']]);
    expect(api.messages).toEqual([]);
    expect(api.answers.size).toBe(0);
  });

  it('names who asks, printable', async () => {
    await start();
    await api.polled();
    api.write(ANN, '/ack a1', { from: { id: 1, first_name: 'Bo\u202e\nb' } });
    const chat = { id: GROUP, type: 'supergroup', title: 'Ops' };
    api.push({
      message: {
        message_id: 1,
        chat,
        date: clock.now() / 1_000,
        text: '/ack a2',
        sender_chat: { title: 'Ops team' },
      },
    });
    await heard();
    expect(asked).toEqual([
      ['ack', 'a1', 'Bo\\u202e b'],
      ['ack', 'a2', 'Ops team'],
    ]);
  });

  it('what comes in another form harms nobody', async () => {
    await start();
    await api.polled();
    api.push({ message: null });
    api.push({ message: { text: 5, chat: null } });
    api.push({ callback_query: { id: 'x' } });
    api.push({ edited_message: {} });
    api.write(ANN, '/ack a1');
    await heard();
    expect(asked.at(-1)).toEqual(['ack', 'a1', '@ann']);
  });
});

describe('age', () => {
  it('what came while nobody listened is not done; each chat hears so once', async () => {
    const date = clock.now() / 1_000 - 12 * 60;
    for (const id of ['a1', 'a2']) api.write(ANN, `/ack ${id}`, { date });
    api.write(GROUP, '/maintenance', { date });
    api.write(GROUP, 'hello', { date });
    api.write(ANN, '/ack a3', { date: date + 11 * 60 });
    await start();
    await heard();
    expect(asked).toEqual([['ack', 'a3', '@ann']]);
    await passUntil(clock, () => api.messages.length === 3);
    expect(texts().slice(1)).toEqual([
      expect.stringContaining('2 commands came while nobody listened'),
      expect.stringContaining('12 min ago'),
    ]);
  });

  it('a command is done once, also over a restart in the middle', async () => {
    await start();
    await api.polled();
    api.write(ANN, '/ack a1');
    await passUntil(clock, () => asked.length === 1);
    // Most often before Telegram is told that it was heard; either way it is heard once.
    await end();
    await start();
    api.write(ANN, '/ack a2');
    await heard();
    expect(asked.map(([, id]) => id)).toEqual(['a1', 'a2']);
  });

  it('the place in the queue is that of the bot', async () => {
    memory = { 'offset:1': '999999' };
    await start();
    api.write(ANN, '/ack a1');
    await heard();
    expect(asked).toHaveLength(1);
    expect(Object.keys(memory)).toContain('offset:4242');
  });
});

describe('buttons', () => {
  const place = async () => {
    await start();
    await api.polled();
    api.write(GROUP, '/alerts');
    await heard();
    const [message] = api.messages;
    if (message === undefined) throw new Error('no message');
    message.buttons = ['a:a1', 's:a1', 'd:a1'];
    return message;
  };

  it('Ack: done, told to all, and the buttons go', async () => {
    const message = await place();
    api.press(message, 'a:a1', { from: { id: 2, first_name: 'Bob', username: 'bob' } });
    await heard();
    expect(asked).toEqual([['ack', 'a1', '@bob']]);
    expect(api.answers.size).toBe(1);
    expect(message.buttons).toEqual([]);
    expect(api.messages[1]).toMatchObject({ replyTo: message.messageId, chat: '-500' });
    // Two who press at once: the second finds no buttons to remove.
    api.press(message, 'a:a1');
    await heard();
    expect(asked).toHaveLength(2);
    expect(logged).toEqual([]);
  });

  it('Silence for an hour, and Details', async () => {
    const message = await place();
    api.press(message, 's:a1');
    api.press(message, 'd:a1');
    api.press(message, 'd:gone');
    api.press(message, 'nonsense');
    await heard();
    expect(asked).toEqual([['silence', 'a1', 3_600_000, '@ann']]);
    expect(message.buttons).toHaveLength(3);
    expect(texts()[2]).toBe('✅ OK about a1');
    expect(api.messages[2]?.buttons).toEqual(['a:a1', 's:a1', 'd:a1']);
    expect(texts()[3]).toContain('not known any more');
  });

  it('one that was pressed long ago does nothing, and says so', async () => {
    const message = await place();
    api.press(message, 'a:a1', { expired: true });
    await heard();
    expect(asked).toEqual([]);
    expect(message.buttons).toHaveLength(3);
    expect(texts()[1]).toContain('Press it again');
  });
});

describe('trouble', () => {
  const polls = (): number => api.methods().filter((method) => method === 'getUpdates').length;
  const times = (): readonly number[] =>
    api.calls.filter(({ method }) => method === 'getUpdates').map(({ atMs }) => atMs);

  it.each([
    ['webhook-is-active', 'deleteWebhook'],
    ['conflicted-terminated-by-other-long-poll', 'Another program listens'],
    ['unauthorized', '@BotFather'],
  ])('%s: said once, tried again in growing pauses', async (name, says) => {
    const body = ERROR_BODIES[name] ?? {};
    api.fail('getUpdates', ...Array.from({ length: 9 }, () => ({ body })));
    await start();
    await passUntil(clock, () => polls() >= 9, 5_000);
    expect(logged).toEqual([
      {
        msg: 'Commands from Telegram are not heard; it is tried again.',
        why: expect.stringContaining(says) as string,
      },
    ]);
    const pauses = times().map((at, index, all) => at - (all[index - 1] ?? at));
    expect(pauses[1]).toBeGreaterThanOrEqual(5_000);
    expect(pauses[3]).toBeGreaterThanOrEqual(20_000);
    expect(pauses[8]).toBeGreaterThanOrEqual(300_000);
    expect(pauses[8]).toBeLessThan(400_000);
    api.write(ANN, '/status', { date: clock.now() / 1_000 + 300 });
    await passUntil(clock, () => api.messages.length === 1, 5_000);
    await passUntil(clock, () => logged.length === 2, 5_000);
    expect(logged[1]?.msg).toBe('Commands from Telegram are heard again.');
  });

  it('a network that comes and goes, and a server without manners', async () => {
    api.fail('getMe', 'reset', { status: 502, page: '<html>' });
    api.fail('getUpdates', 'hang', 'reset-in-body');
    await start();
    await passUntil(clock, () => polls() >= 3, 2_000);
    api.write(ANN, '/ack a1', { date: clock.now() / 1_000 });
    await passUntil(clock, () => asked.length === 1, 1_000);
    expect(JSON.stringify(logged)).not.toContain('hush');
  });

  it('a pause that Telegram asks for is kept, also after a restart', async () => {
    const body = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 600 },
    };
    api.fail('getUpdates', { body });
    await start();
    await passUntil(clock, () => polls() === 1);
    await passFor(clock, clock.sleep(60_000), 5_000);
    await end();
    await start();
    await passFor(clock, clock.sleep(500_000), 5_000);
    expect(polls()).toBe(1);
    await passUntil(clock, () => polls() === 2, 5_000);
  });

  it('an answer waits for a short pause', async () => {
    await start();
    await api.polled();
    const body = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 7 },
    };
    api.fail('sendMessage', { body });
    api.write(ANN, '/ack a1');
    await heard();
    expect(api.messages).toHaveLength(1);
    expect(asked).toHaveLength(1);
    expect(logged).toEqual([]);
  });

  it('an answer does not wait for a long pause; what was asked for is done', async () => {
    await start();
    await api.polled();
    api.fail('sendMessage', { body: ERROR_BODIES['too-many-requests'] ?? {} });
    api.write(ANN, '/ack a1');
    await heard(2_000);
    expect(asked).toHaveLength(1);
    expect(api.messages).toEqual([]);
    expect(logged).toEqual([
      {
        msg: 'An answer in Telegram was not delivered.',
        why: expect.stringContaining('retry after') as string,
      },
    ]);
  });

  it('a group that becomes another chat is heard there', async () => {
    await start();
    await api.polled();
    api.write(GROUP, '', { migrate_to_chat_id: -100900 });
    await heard();
    api.migrate(GROUP, -100900);
    api.write(-100900, '/ack a1');
    await heard();
    expect(asked).toEqual([['ack', 'a1', '@ann']]);
    expect(memory['chat:-500']).toBe('-100900');
  });

  it('ends while it waits for the network', async () => {
    await start();
    await api.polled();
    await end();
    expect(logged).toEqual([]);
  });
});
