import type { Message, Update } from 'grammy/types';
import { parseCommand, type Command } from './commands.ts';
import { pressOf, type Press } from './keyboard.ts';
import { cut, oneLine } from './text.ts';

/** Where an answer goes. */
export interface Asker {
  /** Printable, for people. */
  readonly by: string;
  readonly chat: string;
  readonly topic: number | null;
  readonly messageId: number;
}

/** What a thing that happened in Telegram means. */
export type Asked =
  | { readonly kind: 'nothing' }
  /** Somebody asks who may not. */
  | { readonly kind: 'ignored' }
  /** A command that was sent while nobody listened. */
  | { readonly kind: 'late'; readonly asker: Asker; readonly ageMs: number }
  | { readonly kind: 'command'; readonly asker: Asker; readonly command: Command }
  | { readonly kind: 'press'; readonly asker: Asker; readonly queryId: string; readonly press: Press }
  /** A chat has become another. */
  | { readonly kind: 'moved'; readonly from: string; readonly to: string };

/** Who may ask, and whom. */
export interface Hearing {
  /** Chats by id or `@name`. */
  readonly chats: ReadonlySet<string>;
  /** User name of this bot. */
  readonly own: string;
  /** Wall clock. */
  readonly nowMs: number;
}

/** An older command is not executed: what it was about may be long over. */
const MAX_AGE_MS = 5 * 60_000;

const TALK: Command = { kind: 'bad', why: 'I understand commands only; /help lists them.' };

type Chat = Message['chat'];

const isKnown = (chat: Chat, chats: ReadonlySet<string>): boolean =>
  chats.has(String(chat.id)) ||
  (chat.username !== undefined &&
    [...chats].some((one) => one.toLowerCase() === `@${chat.username ?? ''}`.toLowerCase()));

/** The name of who asks: the user name, else the first name, else that of the chat. Pure. */
function nameOf(
  from: { readonly username?: string | undefined; readonly first_name?: string } | undefined,
  title: string | undefined,
): string {
  const name = from?.username === undefined ? (from?.first_name ?? title ?? '') : `@${from.username}`;
  return cut(oneLine(name), 64) || 'somebody in Telegram';
}

/** What an update asks for. Pure. */
export function askedOf(update: Update, hearing: Hearing): Asked {
  const { callback_query: query } = update;
  if (query) return pressed(query, hearing);
  const message = update.message ?? update.channel_post;
  return message ? said(message, hearing) : { kind: 'nothing' };
}

function pressed(query: NonNullable<Update['callback_query']>, { chats }: Hearing): Asked {
  const { id, from, message, data } = query;
  if (!message || !isKnown(message.chat, chats)) return { kind: 'ignored' };
  const press = pressOf(data ?? '');
  if (press === null) return { kind: 'nothing' };
  const topic =
    'message_thread_id' in message && message.is_topic_message ? message.message_thread_id : undefined;
  return {
    kind: 'press',
    queryId: id,
    press,
    asker: {
      by: nameOf(from, message.chat.title),
      chat: String(message.chat.id),
      topic: topic ?? null,
      messageId: message.message_id,
    },
  };
}

function said(message: Message, { chats, own, nowMs }: Hearing): Asked {
  const { chat } = message;
  if (!isKnown(chat, chats)) return { kind: 'ignored' };
  if (message.migrate_to_chat_id !== undefined)
    return { kind: 'moved', from: String(chat.id), to: String(message.migrate_to_chat_id) };
  // Who passes on a message does not ask for what is in it.
  if (message.text === undefined || message.forward_origin !== undefined) return { kind: 'nothing' };
  const command = parseCommand(message.text, own) ?? (chat.type === 'private' ? TALK : null);
  if (command === null) return { kind: 'nothing' };
  if (command.kind === 'unknown' && !command.addressed && chat.type !== 'private') return { kind: 'nothing' };
  const asker = {
    by: nameOf(message.from, message.sender_chat?.title ?? chat.title),
    chat: String(chat.id),
    topic: message.is_topic_message ? (message.message_thread_id ?? null) : null,
    messageId: message.message_id,
  };
  const ageMs = nowMs - 1_000 * message.date;
  return ageMs > MAX_AGE_MS ? { kind: 'late', asker, ageMs } : { kind: 'command', asker, command };
}
