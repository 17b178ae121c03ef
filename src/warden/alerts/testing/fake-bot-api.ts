// Over 350 lines because one server answers for all of the Bot API that is used.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../kernel/index.ts';
import { parseTelegramHtml } from './telegram-html.ts';

const MAX_TEXT = 4_096;
/** How often Telegram takes messages: of all, into a chat, into a group. */
const LIMITS = { all: [30, 1_000], chat: [1, 1_000], group: [20, 60_000] } as const;

type Fields = Readonly<Record<string, unknown>>;

/** A call as it came. */
export interface ApiCall {
  readonly method: string;
  readonly fields: Fields;
  /** On the monotonic clock. */
  readonly atMs: number;
}

/** A message that the chat has. */
export interface FakeMessage {
  readonly messageId: number;
  readonly chat: string;
  readonly topic: number | null;
  /** Without the markup. */
  readonly text: string;
  readonly replyTo: number | null;
  readonly silent: boolean;
  /** Data of the buttons that it has now. */
  buttons: readonly string[];
  readonly document: { readonly name: string; readonly text: string } | null;
}

/** A chat that the bot may write to. */
export interface FakeChat {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly title?: string;
  readonly username?: string;
  readonly topics?: readonly number[];
}

/** What is done with a call instead of answering it. */
export type Fault =
  /** A body of Telegram, such as `{ ok: false, error_code: 403, ... }`. */
  | { readonly body: object }
  /** A page of somebody else. */
  | { readonly status: number; readonly page: string }
  /** No answer comes. */
  | 'hang'
  /** The connection ends before the answer. */
  | 'reset'
  /** The connection ends in the middle of the answer. */
  | 'reset-in-body';

/** A Bot API on loopback. */
export interface FakeBotApi {
  readonly url: string;
  readonly calls: readonly ApiCall[];
  readonly messages: readonly FakeMessage[];
  /** Texts of answers to buttons, by the id of the press. */
  readonly answers: ReadonlyMap<string, string>;
  /** Calls that came while a `retry_after` was running. */
  readonly callsInBan: number;
  /** Names of the methods that were called. */
  methods(): readonly string[];
  /** The next calls of a method go wrong, in this order. */
  fail(method: string, ...faults: readonly Fault[]): void;
  /** Somebody writes into a chat; gives the id of the update. */
  write(
    chat: number,
    text: string,
    more?: { readonly from?: object; readonly date?: number } & Fields,
  ): number;
  /** Somebody presses a button of a message. */
  press(
    message: FakeMessage,
    data: string,
    more?: { readonly from?: object; readonly expired?: boolean },
  ): number;
  /** Puts an update into the queue as it is. */
  push(update: Fields): number;
  /** A group becomes a supergroup. */
  migrate(from: number, to: number): void;
  /** Updates that were not confirmed. */
  readonly pending: number;
  setWebhook(active: boolean): void;
  /** Resolves when a call of the method waits for updates. */
  polled(): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link startFakeBotApi}. */
export interface FakeBotApiOptions {
  readonly clock: Clock;
  readonly token: string;
  readonly chats: readonly FakeChat[];
  /** User name of the bot. */
  readonly own?: string;
}

class Refused extends Error {
  readonly code: number;
  readonly parameters: object | undefined;
  constructor(code: number, description: string, parameters?: object) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

const bad = (description: string): Refused => new Refused(400, `Bad Request: ${description}`);

/** Starts a server that holds to the rules of Telegram's Bot API as far as a bot that writes and listens meets them. */
export async function startFakeBotApi(options: FakeBotApiOptions): Promise<FakeBotApi> {
  const { clock, token, own = 'moon_bot' } = options;
  const calls: ApiCall[] = [];
  const messages: FakeMessage[] = [];
  const answers = new Map<string, string>();
  const faults = new Map<string, Fault[]>();
  const chats = new Map(options.chats.map((chat) => [chat.id, chat]));
  const moved = new Map<number, number>();
  const sentAt: { readonly chat: number; readonly atMs: number }[] = [];
  const updates: { readonly update_id: number }[] = [];
  const expired = new Set<string>();
  const waiting = new Set<() => void>();
  const pollWaiters = new Set<() => void>();
  let poll: { readonly end: (fault: Refused | null) => void } | null = null;
  let banEndMs = -Infinity;
  let callsInBan = 0;
  let lastMessage = 100;
  let lastUpdate = 9_000;
  let webhook = false;

  const chatOf = (fields: Fields): FakeChat => {
    const id = fields['chat_id'];
    const to = moved.get(Number(id));
    if (to !== undefined)
      throw new Refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: to,
      });
    const chat =
      chats.get(Number(id)) ??
      [...chats.values()].find(({ username }) => username !== undefined && `@${username}` === id);
    if (chat === undefined) throw bad('chat not found');
    return chat;
  };

  const holdLimits = (chat: number): void => {
    const nowMs = clock.monotonic();
    const over = (times: readonly number[], [count, perMs]: readonly [number, number]): number => {
      const first = times[times.length - count];
      return first === undefined ? 0 : first + perMs - nowMs;
    };
    const own = sentAt.filter((one) => one.chat === chat).map(({ atMs }) => atMs);
    const waitMs = Math.max(
      over(
        sentAt.map(({ atMs }) => atMs),
        LIMITS.all,
      ),
      over(own, LIMITS.chat),
      chat < 0 ? over(own, LIMITS.group) : 0,
    );
    if (waitMs <= 0) {
      sentAt.push({ chat, atMs: nowMs });
      return;
    }
    const seconds = Math.ceil(waitMs / 1_000);
    throw new Refused(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
  };

  const send = (fields: Fields, text: string, document: FakeMessage['document']): object => {
    const chat = chatOf(fields);
    const { message_thread_id: topic, reply_parameters: reply } = fields;
    if (topic !== undefined && !chat.topics?.includes(Number(topic))) throw bad('message thread not found');
    const { message_id: replied, allow_sending_without_reply: freely } = inJson(reply);
    const there = messages.some((one) => one.messageId === Number(replied) && one.chat === String(chat.id));
    if (replied !== undefined && !there && freely !== true) throw bad('message to be replied not found');
    const rows = inJson(fields['reply_markup'])['inline_keyboard'];
    const buttons = (Array.isArray(rows) ? rows.flat() : []).map((one) =>
      String(inJson(one)['callback_data']),
    );
    if (buttons.some((data) => Buffer.byteLength(data) > 64 || data === '')) throw bad('BUTTON_DATA_INVALID');
    holdLimits(chat.id);
    const message: FakeMessage = {
      messageId: ++lastMessage,
      chat: String(chat.id),
      topic: topic === undefined ? null : Number(topic),
      text,
      replyTo: there ? Number(replied) : null,
      silent: String(fields['disable_notification']) === 'true',
      buttons,
      document,
    };
    messages.push(message);
    return { message_id: message.messageId, date: Math.floor(clock.now() / 1_000), chat, text };
  };

  const nextUpdates = async (fields: Fields, gone: Promise<void>): Promise<object> => {
    if (webhook)
      throw new Refused(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    poll?.end(
      new Refused(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    );
    const offset = Number(fields['offset'] ?? 0);
    const confirmed = updates.filter(({ update_id: id }) => id < offset).length;
    updates.splice(0, confirmed);
    const seconds = Number(fields['timeout'] ?? 0);
    if (updates.length === 0 && seconds > 0) {
      await new Promise<void>((resolve, reject) => {
        const finish = (fault: Refused | null): void => {
          cancel();
          waiting.delete(wake);
          poll = null;
          if (fault) reject(fault);
          else resolve();
        };
        const wake = (): void => {
          finish(null);
        };
        const cancel = clock.schedule(1_000 * seconds, wake);
        waiting.add(wake);
        poll = { end: finish };
        void gone.then(wake);
        for (const waiter of pollWaiters) waiter();
        pollWaiters.clear();
      });
    }
    return updates.slice(0, 100);
  };

  const perform = async (method: string, fields: Fields, gone: Promise<void>): Promise<unknown> => {
    switch (method) {
      case 'getMe':
        return { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Moon', username: own };
      case 'getChat':
        return chatOf(fields);
      case 'sendMessage': {
        const html = textIn(fields);
        const { text } = fields['parse_mode'] === 'HTML' ? parsed(html) : { text: html.trim() };
        if (text === '') throw bad('message text is empty');
        if (text.length > MAX_TEXT) throw bad('message is too long');
        return send(fields, text, null);
      }
      case 'sendDocument': {
        const file = fields['document'];
        if (!(file instanceof FakeFile)) throw bad('there is no document in the request');
        if (file.text === '') throw bad('file must be non-empty');
        return send(fields, '', { name: file.name, text: file.text });
      }
      case 'editMessageReplyMarkup': {
        const { id } = chatOf(fields);
        const message = messages.find(
          (one) => one.chat === String(id) && one.messageId === Number(fields['message_id']),
        );
        if (message === undefined) throw bad('message to edit not found');
        if (message.buttons.length === 0) throw bad('message is not modified');
        message.buttons = [];
        return true;
      }
      case 'answerCallbackQuery': {
        const id = String(fields['callback_query_id']);
        if (expired.has(id))
          throw bad('query is too old and response timeout expired or query ID is invalid');
        answers.set(id, textIn(fields));
        return true;
      }
      case 'getUpdates':
        return nextUpdates(fields, gone);
      default:
        throw new Refused(404, 'Not Found');
    }
  };

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    const gone = new Promise<void>((resolve) => {
      response.on('close', resolve);
    });
    void answer(request, response, gone);
  });

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    gone: Promise<void>,
  ): Promise<void> => {
    const [, called = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const fields = await fieldsOf(request);
    const nowMs = clock.monotonic();
    calls.push({ method, fields, atMs: nowMs });
    if (nowMs < banEndMs) callsInBan += 1;
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const fault = faults.get(method)?.shift();
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault === 'reset-in-body') {
      response
        .writeHead(200, { 'content-length': 1_000 })
        .write('{"ok":true,', () => request.socket.destroy());
      return;
    }
    if (fault !== undefined && 'page' in fault) {
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.page);
      return;
    }
    if (fault !== undefined) {
      const { error_code: code, parameters } = inJson(fault.body);
      banFor(Number(inJson(parameters)['retry_after'] ?? 0));
      reply(typeof code === 'number' ? code : 200, fault.body);
      return;
    }
    try {
      if (called !== token) throw new Refused(401, 'Unauthorized');
      reply(200, { ok: true, result: await perform(method, fields, gone) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { code, message: description, parameters } = error;
      banFor(Number(inJson(parameters)['retry_after'] ?? 0));
      reply(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
    }
  };

  const banFor = (seconds: number): void => {
    banEndMs = Math.max(banEndMs, clock.monotonic() + 1_000 * seconds);
  };

  const push = (update: Fields): number => {
    updates.push({ update_id: ++lastUpdate, ...update });
    for (const wake of [...waiting]) wake();
    return lastUpdate;
  };

  const somebody = { id: 7, is_bot: false, first_name: 'Ann', username: 'ann' };
  const placeOf = (id: number): FakeChat => chats.get(id) ?? { id, type: id < 0 ? 'group' : 'private' };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    messages,
    answers,
    get callsInBan() {
      return callsInBan;
    },
    get pending() {
      return updates.length;
    },
    methods: () => calls.map(({ method }) => method),
    fail(method, ...next) {
      faults.set(method, [...(faults.get(method) ?? []), ...next]);
    },
    write: (chat, text, { from = somebody, date = clock.now() / 1_000, ...more } = {}) =>
      push({
        message: {
          message_id: ++lastMessage,
          from,
          chat: placeOf(chat),
          date: Math.floor(date),
          text,
          ...more,
        },
      }),
    press({ messageId, chat }, data, { from = somebody, expired: old = false } = {}) {
      const id = `query-${lastUpdate}`;
      if (old) expired.add(id);
      return push({
        callback_query: {
          id,
          from,
          chat_instance: '1',
          data,
          message: {
            message_id: messageId,
            chat: placeOf(Number(chat)),
            date: Math.floor(clock.now() / 1_000),
          },
        },
      });
    },
    push,
    migrate(from, to) {
      const { title = 'Ops' } = placeOf(from);
      chats.delete(from);
      chats.set(to, { id: to, type: 'supergroup', title });
      moved.set(from, to);
    },
    setWebhook(active) {
      webhook = active;
    },
    polled: () =>
      new Promise((resolve) => {
        if (poll) resolve();
        else pollWaiters.add(resolve);
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parsed(html: string): { readonly text: string } {
  try {
    return parseTelegramHtml(html);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : '');
  }
}

const textIn = ({ text }: Fields): string => (typeof text === 'string' ? text : '');

class FakeFile {
  readonly name: string;
  readonly text: string;
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }
}

/** An object, also when it is written as JSON, as forms have it. */
function inJson(value: unknown): Record<string, unknown> {
  const read: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return typeof read === 'object' && read !== null ? { ...read } : {};
}

async function fieldsOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return {};
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const [, boundary] =
    /^multipart\/form-data; ?boundary=(.+)$/.exec(request.headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) return inJson(body === '' ? {} : body);
  const fields: Record<string, unknown> = {};
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const content = part.slice(end + 4, -2);
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const file = /filename="?([^"\r\n;]+)/.exec(head)?.[1];
    fields[name] = file === undefined ? content : new FakeFile(file, content);
  }
  for (const [name, value] of Object.entries(fields)) {
    const attached = typeof value === 'string' ? /^attach:\/\/(\w+)$/.exec(value)?.[1] : undefined;
    if (attached !== undefined) fields[name] = fields[attached];
  }
  return fields;
}
