import type { Api } from 'grammy';
import type { TelegramText } from './html.ts';
import { MAX_TEXT } from './html.ts';
import type { Bot, Memory } from './bot.ts';
import { deliveryOf, type Outcome, type Part } from './outcome.ts';
import type { Button } from './keyboard.ts';

/** Half of what it takes, when Telegram finds a message too long after all. */
const SHORTER_TEXT = MAX_TEXT / 2;
/** Telegram refuses larger files. */
const MAX_FILE_BYTES = 49_000_000;
/** How long the file waits for its turn after the message. */
const FILE_PATIENCE_MS = 10_000;

/** What is sent, and to whom. */
export interface Letter {
  /** As it is configured. */
  readonly chat: string;
  readonly topic: number | null;
  /** Message to answer; null when there is none. */
  readonly replyTo: number | null;
  readonly silent: boolean;
  readonly buttons: readonly (readonly Button[])[] | null;
  readonly render: (form: { readonly markup: boolean; readonly max: number }) => TelegramText;
}

/** What became of it. */
export type Sent =
  | {
      readonly kind: 'sent';
      /** Where it is: another chat than in the letter when that has moved. */
      readonly chat: string;
      readonly messageId: number;
      /** What was left out or done otherwise; null when nothing was. */
      readonly why: string | null;
    }
  | Exclude<Outcome, { kind: 'moved' | 'plain' | 'without' }>;

/** How a letter is sent. */
export interface Post {
  readonly bot: Bot;
  readonly memory: Memory;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
  /** Name of the channel in the configuration. */
  readonly name: string;
  readonly fileOf: (file: {
    readonly name: string;
    readonly text: string;
  }) => Parameters<Api['sendDocument']>[1];
}

const movedKey = (chat: string): string => `chat:${chat}`;

/** The chat that a configured one has become. */
export const chatNow = (chat: string, memory: Memory['memory']): string => memory[movedKey(chat)] ?? chat;

/** Keeps that a chat has become another. */
export const rememberMove = (chat: string, now: string, { remember }: Pick<Memory, 'remember'>): void =>
  remember(movedKey(chat), now);

/**
 * Sends a message and its file. What Telegram does not take is left out and the rest is sent at once; a file that does
 * not go does not make it undelivered. Never rejects.
 */
export async function sendLetter(letter: Letter, post: Post): Promise<Sent> {
  const left = new Set<Part>();
  const notes: string[] = [];
  let chat = chatNow(letter.chat, post.memory.memory);
  let hasMoved = false;
  for (;;) {
    const form = letter.render({
      markup: !left.has('markup'),
      max: left.has('length') ? SHORTER_TEXT : MAX_TEXT,
    });
    let outcome: Outcome;
    try {
      const { message_id: messageId } = await sendText(letter, post, chat, form.text, left);
      if (form.attachment !== null) {
        const why = await sendFile(letter, post, chat, messageId, form.attachment, left);
        if (why !== null) notes.push(why);
      }
      return { kind: 'sent', chat, messageId, why: notes.length === 0 ? null : notes.join(' ') };
    } catch (error) {
      outcome = deliveryOf(error, { name: post.name, chat });
    }
    if (outcome.kind === 'moved') {
      // A chat moves once; one that goes on moving is no chat.
      if (hasMoved) return { kind: 'later', why: outcome.why, retryAfterMs: null };
      hasMoved = true;
      chat = outcome.chatId;
      rememberMove(letter.chat, chat, post.memory);
      notes.push(`${outcome.why} Set \`chat_id\` of the channel ${post.name} to it.`);
      // Messages have other numbers there.
      left.add('reply');
    } else if (outcome.kind === 'plain' || outcome.kind === 'without') {
      const part = outcome.kind === 'plain' ? 'markup' : outcome.part;
      if (left.has(part))
        return { kind: 'refused', why: `Telegram does not take it in any form. ${outcome.why}` };
      left.add(part);
      notes.push(outcome.why);
    } else return outcome;
  }
}

const placeOf = (letter: Letter, left: ReadonlySet<Part>) =>
  letter.topic === null || left.has('topic') ? {} : { message_thread_id: letter.topic };

const replyTo = (messageId: number) => ({
  reply_parameters: { message_id: messageId, allow_sending_without_reply: true },
});

function sendText(letter: Letter, post: Post, chat: string, text: string, left: ReadonlySet<Part>) {
  const { replyTo: answered, silent, buttons } = letter;
  const other = {
    ...placeOf(letter, left),
    ...(left.has('markup') ? {} : { parse_mode: 'HTML' as const }),
    ...(answered === null || left.has('reply') ? {} : replyTo(answered)),
    ...(buttons === null || left.has('buttons')
      ? {}
      : { reply_markup: { inline_keyboard: buttons.map((row) => [...row]) } }),
    ...(silent ? { disable_notification: true } : {}),
    // A preview of what a stranger named is nothing to look at.
    link_preview_options: { is_disabled: true },
  };
  return post.bot.post(
    'the message to Telegram',
    post.memory,
    post.signal,
    chat,
    post.patienceMs,
    (api, signal) => api.sendMessage(chat, text, other, signal),
  );
}

/** Why it did not go; null when it did. */
async function sendFile(
  letter: Letter,
  post: Post,
  chat: string,
  messageId: number,
  file: { readonly name: string; readonly text: string },
  left: ReadonlySet<Part>,
): Promise<string | null> {
  if (Buffer.byteLength(file.text) > MAX_FILE_BYTES)
    return 'The list is too big for Telegram, so it is left out.';
  const other = { ...placeOf(letter, left), ...replyTo(messageId), disable_notification: true };
  const { bot, memory, signal } = post;
  try {
    await bot.post('the file to Telegram', memory, signal, chat, FILE_PATIENCE_MS, (api, limited) =>
      api.sendDocument(chat, post.fileOf(file), other, limited),
    );
    return null;
  } catch (error) {
    const { why } = deliveryOf(error, { name: post.name, chat });
    return `The file with the list did not go along: ${why}`;
  }
}
