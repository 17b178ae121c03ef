import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { z } from 'zod';
import { flag, integer, text } from '../../../config/index.ts';
import type { Message } from '../../message.ts';
import { SEVERITIES, severityRank, type Severity } from '../../severity.ts';
import type { Channel, ChannelType, Delivery, DeliveryContext } from '../channel.ts';
import { Bot } from './bot.ts';
import { telegramHtml } from './html.ts';
import { keyboardFor } from './keyboard.ts';
import { listen } from './listen.ts';
import { deliveryOf } from './outcome.ts';
import { channelPaces } from './pacer.ts';
import { chatNow, sendLetter, type Post } from './send.ts';
import { oneLine, withoutSecret } from './text.ts';

/** How long a message waits for its turn before it is left to another time. */
const PATIENCE_MS = 5_000;
/** The same for an answer to a command. */
const ANSWER_PATIENCE_MS = 60_000;
/** The library's own limit, which is never reached: ours are on the clock of the service. */
const LIBRARY_LIMIT_S = 600;
const MAX_ANSWER_BYTES = 8_000_000;

/** A number as Telegram gives it, or the public name of a channel or group. */
const chat = () =>
  z
    .union([z.int(), z.string().trim()], {
      error: 'must be the id of a chat, such as -1001234567890 or "@name"',
    })
    .transform(String)
    .refine((id) => /^(?:-?[1-9]\d{0,19}|@\w{4,64})$/.test(id), {
      message: 'must be the id of a chat, such as -1001234567890 or "@name"',
    });

const schema = z.strictObject({
  /** Of the bot, from @BotFather. */
  token: text({ max: 200 }).regex(/^\d+:[\w-]+$/, 'must be a token from @BotFather, such as 123456:ABC-DEF'),
  chat_id: chat(),
  /** Chats beside it from which commands are taken. */
  allowed_chats: z.array(chat()).max(100).default([]),
  /** Topic of a forum. */
  thread_id: integer({ min: 1 }).nullable().default(null),
  api_root: text({ max: 2_000 })
    .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), {
      message: 'must be an address such as "https://api.telegram.org"',
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://api.telegram.org'),
  /** What is milder comes without a sound. */
  silent_below: z.enum(SEVERITIES).default('warning'),
  /** Whether it listens to commands and has buttons. */
  commands: flag().default(true),
});

/** Whether a message comes without a sound. Good news wakes nobody. Pure. */
export const isSilent = (mood: Message['mood'], silentBelow: Severity): boolean =>
  severityRank(mood === 'ok' ? 'info' : mood) < severityRank(silentBelow);

/** The number of the message to answer; null where there is none in this chat. Pure. */
export function replyOf(thread: string | null, configured: string, now: string): number | null {
  const [, where, id] = /^(?:(-?\d+):)?(\d+)$/.exec(thread ?? '') ?? [];
  // A chat that has moved counts its messages anew.
  return id !== undefined && (where ?? configured) === now ? Number(id) : null;
}

/** Writes into a chat of Telegram by a bot, and takes commands there. */
export const telegramChannel: ChannelType<typeof schema> = {
  type: 'telegram',
  about: 'Writes into a chat of Telegram by a bot, with buttons and commands.',
  schema,
  async create(settings, { clock, log, name }) {
    const { Api, InputFile } = await import('grammy');
    const { token, chat_id: home, thread_id: topic, api_root: apiRoot } = settings;
    // Connections are not kept: notices are rare, and one that died meanwhile would lose the next.
    const agent = apiRoot.startsWith('https:') ? new HttpsAgent() : new HttpAgent();
    const api = new Api(token, {
      apiRoot,
      timeoutSeconds: LIBRARY_LIMIT_S,
      // Elsewhere nobody is to be told.
      baseFetchConfig: { agent, compress: true, redirect: 'error', size: MAX_ANSWER_BYTES },
    });
    const bot = new Bot({ api, clock, id: token.split(':')[0] ?? '' });
    const hide = (sentence: string): string => withoutSecret(sentence, token);
    const postOf = (
      context: Pick<DeliveryContext, 'signal' | 'memory' | 'remember'>,
      patienceMs: number,
    ): Post => ({
      bot,
      memory: context,
      signal: context.signal,
      patienceMs,
      name,
      fileOf: (file) => new InputFile(Buffer.from(file.text), file.name),
    });

    const channel: Channel = {
      paces: channelPaces(home),
      async deliver(_notice, message, context): Promise<Delivery> {
        const sent = await sendLetter(
          {
            chat: home,
            topic,
            replyTo: replyOf(context.thread, home, chatNow(home, context.memory)),
            silent: isSilent(message.mood, settings.silent_below),
            buttons: settings.commands && message.about !== null ? keyboardFor(message.about) : null,
            render: (form) => telegramHtml(message, form),
          },
          postOf(context, PATIENCE_MS),
        );
        if (sent.kind !== 'sent') return { ...sent, why: hide(sent.why) };
        const ref = sent.chat === home ? String(sent.messageId) : `${sent.chat}:${sent.messageId}`;
        return { kind: 'sent', ref, ...(sent.why === null ? {} : { why: hide(sent.why) }) };
      },
      async check(signal) {
        const memory = { memory: {}, remember: () => undefined };
        try {
          const me = await bot.call('the look at the bot', memory, signal, (own, limited) =>
            own.getMe(limited),
          );
          const found = await bot.call('the look at the chat', memory, signal, (own, limited) =>
            own.getChat(home, limited),
          );
          const title = oneLine(found.title ?? found.first_name);
          return { ok: true, why: `The bot @${me.username} knows the chat ${title} (${found.type}).` };
        } catch (error) {
          const outcome = deliveryOf(error, { name, chat: home });
          const todo = outcome.kind === 'moved' ? ` Set \`chat_id\` of the channel ${name} to it.` : '';
          return { ok: outcome.kind === 'moved', why: hide(`${outcome.why}${todo}`) };
        }
      },
      async close() {
        agent.destroy();
      },
    };
    if (!settings.commands) return channel;
    return {
      ...channel,
      listen: (desk, context) =>
        listen({
          desk,
          clock,
          log,
          chats: [home, ...settings.allowed_chats],
          post: postOf(context, ANSWER_PATIENCE_MS),
          hide,
        }),
    };
  },
};
